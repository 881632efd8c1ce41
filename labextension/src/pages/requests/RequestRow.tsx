import * as React from 'react';

import type { ToldRequest } from '../../client/client';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import { When } from '../../components/When';
import { useHost } from '../../host/host';
import { subjectText, untilText, wishText } from '../../registry/governance/requests';
import { RequestState } from './RequestState';

const ICONS = { alias: 'alias', stage: 'version', access: 'registry' } as const;

/**
 * One request in a list; a click leads to all there is to know of it.
 *
 * `own` says that who asked is who looks, `allOpen` that no request in the list is decided.
 */
export function RequestRow(props: { request: ToldRequest; own: boolean; allOpen: boolean }): React.JSX.Element {
  const { request, own, allOpen } = props;
  const host = useHost();
  const { id, kind, author, reason, state, stale, approvals, created_at, expires_at } = request;
  return (
    <li className="mreg-request">
      <Icon name={ICONS[kind]} />
      <div className="mreg-request-text">
        <button type="button" className="mreg-request-open" onClick={() => host.openPage({ kind: 'request', id })}>
          <bdi className="mreg-strong">{wishText(request)}</bdi>{' '}
          <bdi className="mreg-quiet">{subjectText(request)}</bdi>
        </button>
        <div className="mreg-quiet">
          {own ? 'asked' : <bdi>{author}</bdi>} <When time={created_at} />
          {state === 'open' && expires_at !== null && ` · expires ${untilText(expires_at)}`}
          {state === 'open' && approvals.length > 0 && ` · approved by ${approvals.join(', ')}`}
        </div>
        {reason !== null && (
          <div className="mreg-request-reason">
            “<bdi>{reason}</bdi>”
          </div>
        )}
        {stale.map(each => (
          <div key={each} className="mreg-request-stale">
            <Icon name="warning" />
            {asSentence(each)}
          </div>
        ))}
        {state !== 'open' && <Decided request={request} />}
      </div>
      {!allOpen && <RequestState state={state} />}
    </li>
  );
}

function Decided({ request }: { request: ToldRequest }): React.JSX.Element | null {
  const { decided_by, decided_at, decision_reason, state } = request;
  if (decided_by === null || decided_at === null) {
    return null;
  }
  return (
    <div className="mreg-quiet">
      {state} by <bdi>{decided_by}</bdi>, <When time={decided_at} />
      {decision_reason !== null && (
        <>
          : “<bdi>{decision_reason}</bdi>”
        </>
      )}
    </div>
  );
}
