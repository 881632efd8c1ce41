import * as React from 'react';

import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import type { Client, Policy, RuleInfo } from '../../client/client';
import { ErrorBanner } from '../../host/ErrorBanner';
import { Icon } from '../../components/Icon';
import { useHost } from '../../host/host';
import { MODES, momentText, parametersText, placeText } from '../../registry/governance/policies';
import type { Place } from '../../registry/governance/requests';
import { useLiveQuery } from '../../state/query';

interface Found {
  /** Those in force, by name, each from the nearest place. */
  readonly policies: readonly Policy[];
  readonly rules: ReadonlyMap<string, RuleInfo>;
}

/** The policies that are in force on something, where each comes from, and the way to change them. */
export function PoliciesView({ on }: { on: Place }): React.JSX.Element {
  const host = useHost();
  const { value, error, retry } = useLiveQuery(client => look(client, on));
  const now = host.client.moment === null;
  return (
    <div className="mreg-page-body">
      {error && <ErrorBanner error={error} onRetry={retry} />}
      {now && (
        <div className="mreg-policies-head">
          <p className="mreg-quiet">
            Rules that a version has to meet when it is registered, or when an alias is set. They hold{' '}
            {on.kind === 'model' ? 'for this model' : 'in all that is in it'}; the nearest of a name counts.
          </p>
          <ActButton
            need={need('policies.add', on)}
            className="mreg-action"
            onClick={() => void host.openDialog({ kind: 'policy', on })}
          >
            Add policy
          </ActButton>
        </div>
      )}
      {value?.policies.length === 0 && (
        <div className="mreg-message">
          <Icon name="verify" className="mreg-mod-large" />
          <p>No policies</p>
          <p className="mreg-quiet">Whatever is registered here is taken, and aliases go where they are set.</p>
        </div>
      )}
      {value && value.policies.length > 0 && (
        <ul className="mreg-policies" aria-label="Policies">
          {value.policies.map(each => (
            <PolicyItem key={each.name} policy={each} on={on} rule={value.rules.get(each.rule) ?? null} now={now} />
          ))}
        </ul>
      )}
    </div>
  );
}

async function look(client: Client, on: Place): Promise<Found> {
  const [policies, rules] = await Promise.all([
    client.call('policies.list', { on: on.name, kind: on.kind, inherited: true }),
    client.call('policies.rules', {})
  ]);
  return { policies, rules: new Map(rules.map(each => [each.name, each])) };
}

function PolicyItem(props: { policy: Policy; on: Place; rule: RuleInfo | null; now: boolean }): React.JSX.Element {
  const { policy, on, rule, now } = props;
  const host = useHost();
  const own = policy.kind === on.kind && policy.on === on.name;
  const parameters = parametersText(policy);
  return (
    <li className={`mreg-policy${policy.mode === 'off' ? ' mreg-mod-off' : ''}`}>
      <div className="mreg-policy-head">
        <bdi className="mreg-strong">{policy.name}</bdi>
        <span className={`mreg-badge mreg-mod-${policy.mode}`} title={`It ${MODES[policy.mode]}`}>
          {policy.mode}
        </span>
        <span className="mreg-quiet">{momentText(policy)}</span>
        {own && now && (
          <span className="mreg-policy-actions">
            <ActButton
              need={need('policies.add', on)}
              className="mreg-link"
              aria-label={`Change ${policy.name}…`}
              onClick={() => void host.openDialog({ kind: 'policy', on, policy })}
            >
              Change
            </ActButton>
            <ActButton
              need={need('policies.remove', on)}
              className="mreg-link"
              aria-label={`Remove ${policy.name}…`}
              onClick={() => void host.openDialog({ kind: 'remove-policy', on, policy })}
            >
              Remove
            </ActButton>
          </span>
        )}
      </div>
      <div>{rule?.summary ?? `Rule ${policy.rule} of a package that is not here`}</div>
      {parameters !== '' && (
        <div>
          <bdi className="mreg-mono">{parameters}</bdi>
        </div>
      )}
      {policy.description !== null && (
        <div className="mreg-quiet">
          <bdi>{policy.description}</bdi>
        </div>
      )}
      <div className="mreg-quiet">{own ? 'Put on here' : <Origin policy={policy} />}</div>
    </li>
  );
}

/** Leads to where a policy comes from. */
function Origin({ policy }: { policy: Policy }): React.JSX.Element {
  const host = useHost();
  const { kind, on } = policy;
  const text = `from ${placeText(policy)}`;
  if (kind === 'default') {
    return <>Holds for governed models without being written down</>;
  }
  const page =
    kind === 'catalog' || kind === 'schema' ? ({ kind, name: on } as const) : ({ kind: 'registry' } as const);
  return (
    <button type="button" className="mreg-link" onClick={() => host.openPage(page, { tab: 'policies' })}>
      {text}
    </button>
  );
}
