import * as React from 'react';

import type { ToldRequest } from '../../client/client';
import { Icon } from '../../components/Icon';

const TONES = { approved: 'ready', rejected: 'bad' } as const;
const ICONS = { approved: 'check', rejected: 'clear' } as const;

/** What has become of a request, in a word. */
export function RequestState({ state }: Pick<ToldRequest, 'state'>): React.JSX.Element {
  if (state === 'approved' || state === 'rejected') {
    return (
      <span className={`mreg-status mreg-mod-${TONES[state]}`}>
        <Icon name={ICONS[state]} /> {state}
      </span>
    );
  }
  return <span className={`mreg-badge${state === 'open' ? ' mreg-mod-live' : ''}`}>{state}</span>;
}
