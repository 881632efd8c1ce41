import * as React from 'react';

import type { ToldRequest } from '../../client/client';
import { Icon } from '../../components/Icon';
import { useHost } from '../../host/host';
import { countedText } from '../../registry/format';
import { wishText } from '../../registry/governance/requests';

/** The most that are named. */
const MOST = 3;

/** That something is asked of a model or a version, with the way there; nothing where nothing is. */
export function RequestBanner({ requests }: { requests: readonly ToldRequest[] }): React.JSX.Element | null {
  const host = useHost();
  if (requests.length === 0) {
    return null;
  }
  const rest = requests.length - MOST;
  return (
    <div className="mreg-page-note mreg-mod-request" role="note" aria-label="Open requests">
      <Icon name="requests" />
      <div>
        {countedText(requests.length, 'request')} {requests.length === 1 ? 'is' : 'are'} open:{' '}
        {requests.slice(0, MOST).map((each, at) => (
          <React.Fragment key={each.id}>
            {at > 0 && ', '}
            <button type="button" className="mreg-link" onClick={() => host.openPage({ kind: 'request', id: each.id })}>
              <bdi>{wishText(each)}</bdi>
            </button>{' '}
            <span className="mreg-quiet">
              by <bdi>{each.author}</bdi>
            </span>
          </React.Fragment>
        ))}
        {rest > 0 && ` and ${rest} more`}
      </div>
    </div>
  );
}
