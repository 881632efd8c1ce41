import * as React from 'react';

import type { Review, ToldRequest } from '../../client/client';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import { When } from '../../components/When';
import { useHost } from '../../host/host';
import { dateTime, isoTime } from '../../registry/format';
import { askingText, requestTarget, subjectText, untilText } from '../../registry/governance/requests';
import { useLiveQuery } from '../../state/query';
import { Facts, Section } from '../parts';
import { PlainFrame } from '../PlainFrame';
import { Allowed, Metrics, Policies, Signature, Since } from './Evidence';
import { RequestState } from './RequestState';

/** One request, with what there is to know before it is decided, and the buttons that decide it. */
export function RequestView({ id }: { id: number }): React.JSX.Element {
  const { value, error, retry } = useLiveQuery(client => client.call('requests.review', { id }));
  return (
    <PlainFrame
      page={{ kind: 'request', id }}
      icon="requests"
      loaded={value !== null}
      error={error}
      onRetry={retry}
      about={
        value && (
          <span className="mreg-page-badges">
            <RequestState state={value.request.state} />
          </span>
        )
      }
    >
      {value && <Card review={value} />}
    </PlainFrame>
  );
}

function Card({ review }: { review: Review }): React.JSX.Element {
  const { request } = review;
  return (
    <div className="mreg-tabpanel">
      <div className="mreg-page-body mreg-mod-columns">
        <div>
          <Asking request={request} />
          {request.stale.map(each => (
            <p key={each} className="mreg-effect mreg-mod-warning">
              {asSentence(each)}
            </p>
          ))}
          {request.state === 'open' && <Decision review={review} />}
          <Policies review={review} />
          <Metrics review={review} />
          <Signature review={review} />
          <Allowed review={review} />
          <Since review={review} />
        </div>
        <aside>
          <About request={request} />
          <Approvals review={review} />
        </aside>
      </div>
    </div>
  );
}

/** Who asks for what, and why. */
function Asking({ request }: { request: ToldRequest }): React.JSX.Element {
  const { author, reason } = request;
  return (
    <div className="mreg-asking">
      <p>
        <bdi className="mreg-strong">{author}</bdi> {askingText(request)} {request.kind === 'access' ? 'on' : 'of'}{' '}
        <Subject request={request} />
      </p>
      {reason !== null ? (
        <blockquote>
          <bdi>{reason}</bdi>
        </blockquote>
      ) : (
        <p className="mreg-quiet">No reason is given</p>
      )}
    </div>
  );
}

function Subject({ request }: { request: ToldRequest }): React.JSX.Element {
  const host = useHost();
  const target = requestTarget(request);
  const page = target?.kind === 'version' ? ({ kind: 'model', name: target.name } as const) : target;
  const text = subjectText(request);
  return (
    <button type="button" className="mreg-link" onClick={() => host.openPage(page ?? { kind: 'registry' })}>
      <bdi>{text}</bdi>
    </button>
  );
}

/** The buttons that decide; those that one may not use say why. */
function Decision({ review }: { review: Review }): React.JSX.Element {
  const { request, refusals } = review;
  const { actions } = request;
  const id = React.useId();
  const why = [...new Set((['approve', 'reject'] as const).map(each => refusals[each] ?? null))].filter(
    each => each !== null
  );
  return (
    <div className="mreg-decision">
      <div className="mreg-decision-buttons">
        <DecideButton request={request} verb="approve" label="Approve" describedBy={id} />
        <DecideButton request={request} verb="reject" label="Reject" describedBy={id} />
        {actions.includes('cancel') && (
          <DecideButton request={request} verb="cancel" label="Cancel request" describedBy={id} />
        )}
      </div>
      <div id={id} className="mreg-quiet">
        {why.map(each => (
          <p key={each}>{asSentence(each)}</p>
        ))}
      </div>
    </div>
  );
}

function DecideButton(props: {
  request: ToldRequest;
  verb: 'approve' | 'reject' | 'cancel';
  label: string;
  /** The id of what says why it cannot be used. */
  describedBy: string;
}): React.JSX.Element {
  const { request, verb, label, describedBy } = props;
  const host = useHost();
  const may = request.actions.includes(verb);
  return (
    <button
      type="button"
      className={`mreg-action${verb === 'approve' ? '' : ' mreg-mod-plain'}`}
      aria-disabled={!may}
      aria-describedby={may ? undefined : describedBy}
      onClick={() => may && void host.openDialog({ kind: 'decide', verb, id: request.id })}
    >
      {label}
    </button>
  );
}

function About({ request }: { request: ToldRequest }): React.JSX.Element {
  const host = useHost();
  const { author, created_at, expires_at, decided_at, decided_by, decision_reason, state } = request;
  const target = requestTarget(request);
  return (
    <Section title="About this request">
      <Facts
        facts={[
          ['Asked by', <bdi>{author}</bdi>],
          ['Asked', <When time={created_at} />],
          target?.kind === 'version'
            ? [
                'Version',
                <button type="button" className="mreg-link" onClick={() => host.openPage(target)}>
                  v{target.version}
                </button>
              ]
            : null,
          expires_at === null
            ? null
            : [
                state === 'expired' ? 'Expired' : 'Expires',
                state === 'open' ? (
                  <time dateTime={isoTime(expires_at)} title={dateTime(expires_at)}>
                    {untilText(expires_at)}
                  </time>
                ) : (
                  <When time={expires_at} />
                )
              ],
          decided_at === null || decided_by === null
            ? null
            : [state.charAt(0).toUpperCase() + state.slice(1), <When time={decided_at} by={decided_by} />],
          decision_reason === null ? null : ['Saying', <bdi>{decision_reason}</bdi>]
        ]}
      />
    </Section>
  );
}

/** Who has approved so far, and who may. */
function Approvals({ review }: { review: Review }): React.JSX.Element | null {
  const { request, deciders } = review;
  if (deciders.length === 0) {
    return null;
  }
  return (
    <Section title={request.state === 'open' ? 'Who decides' : 'Who could decide'}>
      {deciders.map(({ count, group, policy, people, approved }) =>
        group === null ? (
          <p key="any" className="mreg-quiet">
            Whoever has MANAGE there, as its owner <bdi>{people.join(', ')}</bdi>, but not who asked
          </p>
        ) : (
          <React.Fragment key={`${policy} ${group}`}>
            <p>
              {approved.length} of {count} by the group <bdi className="mreg-strong">{group}</bdi>
            </p>
            <ul className="mreg-approvers">
              {people.map(each => (
                <li key={each}>
                  <Icon name={approved.includes(each) ? 'check' : 'more'} />
                  <bdi>{each}</bdi>
                  {approved.includes(each) && <span className="mreg-quiet"> has approved</span>}
                </li>
              ))}
            </ul>
            <p className="mreg-quiet">{policy && asSentence(policy)}</p>
          </React.Fragment>
        )
      )}
    </Section>
  );
}
