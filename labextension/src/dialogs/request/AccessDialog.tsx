import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { accessLine, type Expiry, expiresIn, type Place } from '../../registry/governance/requests';
import { DialogFrame } from '../form/DialogFrame';
import { Below } from '../form/Field';
import { useForm } from '../form/useForm';
import { ExpiryField } from './ExpiryField';

type Request = DialogRequest & { readonly kind: 'request-access' };

/** What can be asked for, with what its holder may do, and the levels that it means something on. */
const PRIVILEGES: readonly (readonly [name: string, about: string, levels: readonly Place['kind'][]])[] = [
  ['USE CATALOG', 'use what is granted in the catalog', ['catalog']],
  ['USE SCHEMA', 'use what is granted in the schema', ['catalog', 'schema']],
  ['EXECUTE', 'load the model, and read what is known of it', ['registry', 'catalog', 'schema', 'model']],
  ['APPLY TAG', 'set and remove tags', ['registry', 'catalog', 'schema', 'model']],
  ['CREATE MODEL VERSION', 'register versions', ['registry', 'catalog', 'schema', 'model']],
  ['CREATE MODEL', 'create models', ['registry', 'catalog', 'schema']],
  ['CREATE SCHEMA', 'create schemas', ['registry', 'catalog']],
  ['CREATE CATALOG', 'create catalogs', ['registry']],
  ['MANAGE', 'change and delete, set aliases, decide requests', ['registry', 'catalog', 'schema', 'model']]
];

/** Ask for privileges on something one may know of. */
export function AccessDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { on } = request;
  const id = React.useId();
  const [wanted, setWanted] = React.useState<readonly string[]>(request.privileges ?? ['EXECUTE']);
  const [days, setDays] = React.useState<Expiry>(null);
  const offered = PRIVILEGES.filter(([name, , levels]) => levels.includes(on.kind) || wanted.includes(name));
  const names = offered.map(([name]) => name).filter(name => wanted.includes(name));
  const place = on.kind === 'registry' ? 'the registry' : `${on.kind} ${on.name}`;
  const form = useForm(
    {
      problems: {
        privileges: names.length === 0 ? { message: 'nothing is asked for', hint: 'tick what you need' } : null
      },
      act: async (reason, client) => {
        const asked = { privileges: names, on: on.name, kind: on.kind, expires_in: expiresIn(days), reason };
        const made = await client.call('requests.access', asked);
        return `Asked for ${names.join(', ')} on ${place}: request ${made.id}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Request access"
      icon="requests"
      about={place}
      action="Request"
      doing="Asking…"
      line={accessLine(names, on, days, form.why)}
    >
      <div className="mreg-field" role="group" aria-labelledby={id} onInput={() => form.touch('privileges')}>
        <span id={id}>Privileges</span>
        {offered.map(([name, about]) => (
          <label key={name} className="mreg-tickbox">
            <input
              type="checkbox"
              checked={wanted.includes(name)}
              onChange={event =>
                setWanted(event.target.checked ? [...wanted, name] : wanted.filter(each => each !== name))
              }
            />
            <span>
              {name} <span className="mreg-quiet">{about}</span>
            </span>
          </label>
        ))}
        <Below id={`${id}below`} problem={form.problem('privileges')} />
      </div>
      <ExpiryField form={form} days={days} onChange={setDays} />
    </DialogFrame>
  );
}
