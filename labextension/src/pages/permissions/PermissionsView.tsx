import * as React from 'react';

import type { Grant } from '../../client/client';
import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import { ErrorMessage } from '../../host/ErrorBanner';
import { Icon } from '../../components/Icon';
import { accessRequest } from '../../host/asking';
import { useHost } from '../../host/host';
import { useRefusal } from '../../host/rights';
import type { Securable } from '../../registry/access/securable';
import { EVERYBODY, placeText } from '../../registry/access/privileges';
import type { QueryState } from '../../state/query';
import { Section } from '../parts';
import { CheckSection } from './CheckSection';
import { GroupsSection } from './GroupsSection';
import type { Permissions } from './permissions';
import { Principal, Rights } from './Principal';

/** Who may do what to `on`: its owner, what is granted on it and above it, and what that comes to for somebody. */
export function PermissionsView(props: {
  on: Securable;
  permissions: QueryState<Permissions>;
  onRetry: () => void;
}): React.JSX.Element | null {
  const { on, permissions, onRetry } = props;
  const { value, error } = permissions;
  if (value === null) {
    return error && <ErrorMessage error={error} onRetry={onRetry} />;
  }
  return (
    <div className="mreg-page-body mreg-permissions">
      <OnlyOwn on={on} owner={value.owner} />
      <Owner on={on} permissions={value} />
      <Granted on={on} permissions={value} />
      {on.kind !== 'registry' && <Inherited on={on} permissions={value} />}
      <CheckSection on={on} permissions={value} />
      {on.kind === 'registry' && <GroupsSection groups={value.groups} />}
    </div>
  );
}

/** What is said to who may not grant here: they see what concerns them. */
function OnlyOwn({ on, owner }: { on: Securable; owner: string }): React.JSX.Element | null {
  const host = useHost();
  const refusal = useRefusal(need('grants.grant', on));
  return (
    refusal && (
      <div className="mreg-page-note mreg-mod-plain" role="note">
        <Icon name="access" />
        <div>
          You see here what was granted to you, to groups of yours and to everybody. Who else may do what is for those
          to see who have MANAGE on {placeText(on)}, as its owner <bdi>{owner}</bdi> has.
          {host.client.moment === null && (
            <div>
              <button
                type="button"
                className="mreg-link"
                onClick={() => void host.openDialog({ ...accessRequest({ privilege: refusal.privilege, on }) })}
              >
                Request {refusal.privilege}…
              </button>
            </div>
          )}
        </div>
      </div>
    )
  );
}

function Owner({ on, permissions }: { on: Securable; permissions: Permissions }): React.JSX.Element {
  const host = useHost();
  const { owner, groups } = permissions;
  return (
    <Section
      title="Owner"
      aside={
        host.client.moment === null && (
          <ActButton
            need={need('grants.transfer', on)}
            className="mreg-link"
            onClick={() => void host.openDialog({ kind: 'owner', on })}
          >
            Change owner…
          </ActButton>
        )
      }
    >
      <p>
        <Principal name={owner} groups={groups} />{' '}
        <span className="mreg-quiet">
          {on.kind === 'registry'
            ? 'administers the registry: may do everything'
            : on.kind === 'model'
              ? 'may do everything with it'
              : 'may do everything with it and what is in it'}
        </span>
      </p>
    </Section>
  );
}

function Granted({ on, permissions }: { on: Securable; permissions: Permissions }): React.JSX.Element {
  const host = useHost();
  const { direct, groups } = permissions;
  const now = host.client.moment === null;
  return (
    <Section
      title={on.kind === 'registry' ? 'Granted on the registry' : `Granted on this ${on.kind}`}
      count={direct.length > 0 ? String(direct.length) : undefined}
      aside={
        now && (
          <ActButton
            need={need('grants.grant', on)}
            className="mreg-link"
            onClick={() => void host.openDialog({ kind: 'grant', on })}
          >
            Grant…
          </ActButton>
        )
      }
    >
      {isOpen(direct) && on.kind === 'registry' && (
        <p className="mreg-permissions-open">
          This registry is open: everybody may do everything. To end that, revoke what {EVERYBODY} has.
        </p>
      )}
      {direct.length === 0 ? (
        <p className="mreg-quiet">Nothing is granted here</p>
      ) : (
        <table className="mreg-table mreg-grants" aria-label="Grants">
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">May</th>
              {now && (
                <th scope="col" className="mreg-mod-actions">
                  <span className="mreg-unseen">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {direct.map(each => (
              <tr key={each.principal}>
                <td>
                  <Principal name={each.principal} groups={groups} />
                </td>
                <td>
                  <Rights privileges={each.privileges} />
                </td>
                {now && (
                  <td className="mreg-mod-actions">
                    <ActButton
                      need={need('grants.grant', on)}
                      className="mreg-link"
                      aria-label={`Grant ${each.principal} more`}
                      onClick={() => void host.openDialog({ kind: 'grant', on, to: each.principal })}
                    >
                      More…
                    </ActButton>
                    <ActButton
                      need={need('grants.revoke', on)}
                      className="mreg-link"
                      aria-label={`Revoke from ${each.principal}`}
                      onClick={() => void host.openDialog({ kind: 'revoke', on, principal: each.principal })}
                    >
                      Revoke…
                    </ActButton>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Inherited({ on, permissions }: { on: Securable; permissions: Permissions }): React.JSX.Element {
  const { inherited, groups } = permissions;
  return (
    <Section title="Granted further up" count={inherited.length > 0 ? String(inherited.length) : undefined}>
      {inherited.length === 0 ? (
        <p className="mreg-quiet">Nothing that holds in this {on.kind}</p>
      ) : (
        <table className="mreg-table mreg-grants" aria-label="Grants further up">
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">May</th>
              <th scope="col" className="mreg-mod-place">
                On
              </th>
            </tr>
          </thead>
          <tbody>
            {inherited.map(each => (
              <tr key={`${each.kind} ${each.name} ${each.principal}`}>
                <td>
                  <Principal name={each.principal} groups={groups} />
                </td>
                <td>
                  <Rights privileges={each.privileges} />
                </td>
                <td>
                  <Place on={each} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** What something was granted on; it leads to the permissions there. */
function Place({ on: { kind, name } }: { on: Pick<Grant, 'kind' | 'name'> }): React.JSX.Element {
  const host = useHost();
  const page = kind === 'catalog' || kind === 'schema' ? ({ kind, name } as const) : ({ kind: 'registry' } as const);
  return (
    <button type="button" className="mreg-link" onClick={() => host.openPage(page, { tab: 'permissions' })}>
      {placeText({ kind, name })}
    </button>
  );
}

/** Whether everybody may do everything. */
function isOpen(direct: readonly Grant[]): boolean {
  const everybody = direct.find(each => each.principal === EVERYBODY)?.privileges ?? [];
  return everybody.includes('ALL PRIVILEGES') && everybody.includes('MANAGE');
}
