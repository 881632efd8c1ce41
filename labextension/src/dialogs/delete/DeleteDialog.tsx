import * as React from 'react';

import { asRegistryError } from '../../client/client';
import { useHost } from '../../host/host';
import { deleteLine } from '../../registry/commandLine';
import { referenceTo } from '../../registry/target';
import { useLiveQuery } from '../../state/query';
import { consequencesOf, deleteTarget } from './consequences';
import { TextField, Tick } from '../form/Field';
import { useForm } from '../form/useForm';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';

type Request = DialogRequest & { readonly kind: 'delete' };
interface Props {
  request: Request;
  onClose: (done: boolean) => void;
}

/** Delete something, having said what goes along; at once when the person does not want to be asked. */
export function DeleteDialog(props: Props): React.JSX.Element {
  const { settings } = useHost();
  const [held, setHeld] = React.useState(false);
  return settings.confirmDeletes || held ? <Asking {...props} /> : <AtOnce {...props} onHeld={() => setHeld(true)} />;
}

function Asking({ request, onClose }: Props): React.JSX.Element {
  const { target } = request;
  const { client } = useHost();
  const [typed, setTyped] = React.useState('');
  // The aliases that were ticked: others that come to point there meanwhile have to be ticked again.
  const [ticked, setTicked] = React.useState('');
  const known = useLiveQuery(() => consequencesOf(client, target));
  const { takes = [], aliases = '', blocked = null, confirm = null } = known.value ?? {};
  const wrong = { message: `this is not ${confirm}`, hint: 'type the whole name, to be sure' };
  const kept = { message: `${aliases} in use`, hint: 'tick this, or point it elsewhere first' };
  const force = aliases !== '';
  const form = useForm(
    {
      problems: {
        confirm: confirm === null || typed === confirm ? null : wrong,
        aliases: ticked === aliases ? null : kept
      },
      act: reason => deleteTarget(client, target, force, reason),
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Delete ${target.kind}`}
      icon="delete"
      about={referenceTo(target)}
      action="Delete"
      doing="Deleting…"
      danger
      blocked={blocked}
      line={deleteLine(target, force, form.why)}
      waiting={known.value ? null : known}
    >
      {blocked ? (
        <p>{blocked}</p>
      ) : (
        <ul className="mreg-takes">
          {takes.map(each => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
      {aliases !== '' && (
        <Tick
          form={form}
          name="aliases"
          label={`Remove ${aliases}`}
          value={ticked === aliases}
          onChange={tick => setTicked(tick ? aliases : '')}
        />
      )}
      {confirm !== null && (
        <TextField
          form={form}
          name="confirm"
          label="Type the name of the model to delete it"
          placeholder={confirm}
          value={typed}
          onChange={setTyped}
        />
      )}
    </DialogFrame>
  );
}

/** Nothing to see: it is done, and told; unless an alias points there, which is for the person to decide. */
function AtOnce({ request, onClose, onHeld }: Props & { onHeld: () => void }): React.JSX.Element {
  const host = useHost();
  const begun = React.useRef(false);
  React.useEffect(() => {
    if (begun.current) {
      return;
    }
    begun.current = true;
    const { target, reason } = request;
    const go = async (): Promise<void> => {
      try {
        if ((await consequencesOf(host.client, target)).aliases !== '') {
          onHeld();
          return;
        }
        host.notify({ ok: true, message: await deleteTarget(host.client, target, false, reason ?? null) });
        onClose(true);
      } catch (error) {
        const { message, hint } = asRegistryError(error);
        host.notify({ ok: false, message, hint });
        onClose(false);
      }
    };
    void go();
  }, [host, request, onClose, onHeld]);
  return <></>;
}
