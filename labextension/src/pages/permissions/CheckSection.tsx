import * as React from 'react';

import type { EffectivePrivilege } from '../../client/client';
import { need } from '../../actions/needs';
import { principalsOf } from '../../dialogs/access/principals';
import { asSentence } from '../../components/sentence';
import { useRefusal, useRights } from '../../host/rights';
import type { Securable } from '../../registry/access/securable';
import { originText } from '../../registry/access/privileges';
import { isGoverned } from '../../registry/validation';
import { useQuery } from '../../state/query';
import { Section } from '../parts';
import type { Permissions } from './permissions';
import { Rights } from './Principal';

/** What somebody may do to `on` in the end, and where each right comes from: whoever looks, or another one. */
export function CheckSection({ on, permissions }: { on: Securable; permissions: Permissions }): React.JSX.Element {
  const me = useRights().identity;
  const others = useRefusal(need('grants.grant', on)) === null;
  const [typed, setTyped] = React.useState('');
  const of = others && typed.trim() !== '' ? typed.trim() : null;
  const id = React.useId();
  const known = useQuery(others ? 'principals' : null, principalsOf);
  // What is granted elsewhere may change it, too.
  const effective = useQuery(`${on.kind} ${on.name} ${of ?? ''} ${JSON.stringify(permissions)}`, (client, signal) =>
    client.call('grants.effective', { on: on.name, kind: on.kind, of }, signal)
  );
  const who = of ?? me?.on_behalf_of ?? me?.actor;
  return (
    <Section title={others ? 'Check what somebody may do here' : 'What you may do here'}>
      {others && (
        <div className="mreg-check">
          <input
            type="text"
            className="mreg-text-field"
            aria-label="User or group to check"
            placeholder={who === undefined ? 'A user or a group' : `${who} (you)`}
            list={id}
            spellCheck={false}
            autoComplete="off"
            value={typed}
            onChange={event => setTyped(event.target.value)}
          />
          <datalist id={id}>
            {known.value?.map(each => (
              <option key={each.name} value={each.name}>
                {each.about}
              </option>
            ))}
          </datalist>
        </div>
      )}
      {effective.error ? (
        <p className="mreg-quiet">{asSentence(effective.error.message)}</p>
      ) : (
        effective.value && <Effective on={on} who={who ?? 'you'} found={effective.value} />
      )}
    </Section>
  );
}

function Effective(props: { on: Securable; who: string; found: readonly EffectivePrivilege[] }): React.JSX.Element {
  const { on, who, found } = props;
  if (found.length === 0) {
    return (
      <p className="mreg-quiet">
        <bdi>{who}</bdi> has no privilege here
      </p>
    );
  }
  const privileges = [...new Set(found.map(each => each.privilege))];
  const missing = missingUse(on, found);
  return (
    <>
      {missing.length > 0 && (
        <p className="mreg-permissions-open">
          Without {missing.join(' and ')} <bdi>{who}</bdi> has no use of any of it.
        </p>
      )}
      <table className="mreg-table mreg-grants" aria-label={`What ${who} may do`}>
        <thead>
          <tr>
            <th scope="col">May</th>
            <th scope="col">Because</th>
          </tr>
        </thead>
        <tbody>
          {privileges.map(privilege => (
            <tr key={privilege}>
              <td>
                {privilege === 'OWNER' ? (
                  <span className="mreg-strong">everything</span>
                ) : (
                  <Rights privileges={[privilege]} />
                )}
              </td>
              <td>
                {found
                  .filter(each => each.privilege === privilege)
                  .map(each => (
                    <div key={`${each.kind} ${each.name} ${each.principal}`}>{originText(each, on)}</div>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Which of the two rights on what a governed model is in are missing, without which no other one is of use. */
function missingUse({ kind, name }: Securable, found: readonly EffectivePrivilege[]): string[] {
  const holds = (use: string, kinds: readonly string[]): boolean =>
    found.some(
      each =>
        each.privilege === use || (['OWNER', 'ALL PRIVILEGES'].includes(each.privilege) && kinds.includes(each.kind))
    );
  const [catalog = '', schema = ''] = name.split('.');
  const inside = kind === 'schema' || (kind === 'model' && isGoverned(name));
  return [
    ...(inside && !holds('USE CATALOG', ['registry', 'catalog']) ? [`USE CATALOG on ${catalog}`] : []),
    ...(inside && kind === 'model' && !holds('USE SCHEMA', ['registry', 'catalog', 'schema'])
      ? [`USE SCHEMA on ${catalog}.${schema}`]
      : [])
  ];
}
