import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { grantLine } from '../../registry/access/lines';
import { listed, placeText, privilegesOn } from '../../registry/access/privileges';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { Below } from '../form/Field';
import { type Form, useForm } from '../form/useForm';
import { PrincipalField } from './PrincipalField';
import { isNew, newProblem, principalProblem, usePrincipals } from './principals';

type Request = DialogRequest & { readonly kind: 'grant' };

/** Allow a user or a group something on a catalog, schema or model, or in the whole registry. */
export function GrantDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { on } = request;
  const [principal, setPrincipal] = React.useState(request.to ?? '');
  const [meant, setMeant] = React.useState(false);
  const [ticked, setTicked] = React.useState<ReadonlySet<string>>(new Set(request.privileges));
  const known = usePrincipals();
  const grants = useLiveQuery(client => client.call('grants.list', { on: on.name, kind: on.kind }));
  const name = principal.trim();
  const held = grants.value?.find(each => each.principal === name)?.privileges ?? [];
  const privileges = privilegesOn(on.kind)
    .map(each => each.name)
    .filter(each => ticked.has(each) && !held.includes(each));
  const fresh = meant && known.value !== null && isNew(known.value, name);
  const form = useForm(
    {
      problems: {
        principal: principalProblem(name),
        new: newProblem(known.value, name, meant),
        privileges:
          privileges.length === 0 ? { message: 'nothing is ticked yet', hint: 'tick at least one privilege' } : null
      },
      pending: [known],
      act: async (reason, client) => {
        const [made] = await client.call('grants.grant', {
          privileges,
          on: on.name,
          kind: on.kind,
          to: [name],
          new: fresh,
          reason
        });
        return `${name} has ${listed(made?.privileges ?? privileges)} on ${placeText(on)} now`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Grant privileges"
      icon="access"
      about={placeText(on)}
      action="Grant"
      doing="Granting…"
      line={grantLine({ privileges, on, principal: name }, fresh, form.why)}
      waiting={grants.value ? null : grants}
    >
      <PrincipalField
        form={form}
        label="To"
        note={held.length > 0 ? `Has ${listed(held)} here already.` : 'A user or a group.'}
        value={principal}
        known={known.value}
        meant={meant}
        onChange={setPrincipal}
        onMean={setMeant}
      />
      <Privileges
        form={form}
        choices={privilegesOn(on.kind)}
        ticked={ticked}
        held={held}
        onTick={(each, on) => {
          form.touch('privileges');
          setTicked(old => new Set(on ? [...old, each] : [...old].filter(other => other !== each)));
        }}
      />
      {on.kind !== 'model' && (
        <p className="mreg-note">What is granted on {placeText(on)} holds in all that is in it, now and later.</p>
      )}
    </DialogFrame>
  );
}

/** The privileges that mean something here, with what each lets its holder do. */
export function Privileges(props: {
  form: Form;
  choices: readonly { readonly name: string; readonly about: string }[];
  ticked: ReadonlySet<string>;
  /** Those that are there already. */
  held?: readonly string[];
  onTick: (privilege: string, ticked: boolean) => void;
}): React.JSX.Element {
  const { form, choices, ticked, held = [], onTick } = props;
  const id = React.useId();
  const problem = form.problem('privileges');
  return (
    <div className="mreg-field" role="group" aria-labelledby={id} aria-describedby={`${id}below`}>
      <span id={id}>Privileges</span>
      <div className="mreg-privileges">
        {choices.map(({ name, about }) => (
          <label key={name} className={held.includes(name) ? 'mreg-mod-held' : undefined}>
            <input
              type="checkbox"
              name={name}
              aria-invalid={problem !== null}
              checked={held.includes(name) || ticked.has(name)}
              disabled={held.includes(name)}
              onChange={event => onTick(name, event.target.checked)}
            />
            <span>
              <span className="mreg-privilege">{name}</span>
              <span className="mreg-quiet">{about}</span>
            </span>
          </label>
        ))}
      </div>
      <Below id={`${id}below`} problem={problem} />
    </div>
  );
}
