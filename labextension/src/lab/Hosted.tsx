import * as React from 'react';

import { HostProvider } from '../host/host';
import type { IHostProvider } from './tokens';

/** Gives the views below it their host, and another one when the settings change. */
export function Hosted({
  provider,
  children
}: {
  provider: IHostProvider;
  children: React.ReactNode;
}): React.JSX.Element {
  const host = React.useSyncExternalStore(provider.subscribe, provider.host);
  return <HostProvider value={host}>{children}</HostProvider>;
}
