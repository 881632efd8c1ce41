import * as React from 'react';

import { HostProvider } from '../host/host';
import type { IDoor } from './tokens';

/** Gives the views below it their host, and another one when the settings change. */
export function Hosted({ door, children }: { door: IDoor; children: React.ReactNode }): React.JSX.Element {
  const host = React.useSyncExternalStore(door.subscribe, door.host);
  return <HostProvider value={host}>{children}</HostProvider>;
}
