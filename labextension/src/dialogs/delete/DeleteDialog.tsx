import * as React from 'react';

import { asRegistryError } from '../../client/client';
import { useHost } from '../../host/host';
import { deleteLine } from '../../registry/commandLine';
import { referenceTo } from '../../registry/target';
import { useLiveQuery } from '../../state/query';
import { consequencesOf, deleteTarget } from './consequences';
import { TextField } from '../form/Field';
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
  return settings.confirmDeletes ? <Asking {...props} /> : <AtOnce {...props} />;
}

function Asking({ request, onClose }: Props): React.JSX.Element {
  const { target } = request;
  const { client } = useHost();
  const [typed, setTyped] = React.useState('');
  const known = useLiveQuery(() => consequencesOf(client, target));
  const { takes = [], blocked = null, confirm = null } = known.value ?? {};
  const wrong = { message: `this is not ${confirm}`, hint: 'type the whole name, to be sure' };
  const form = useForm(
    {
      problems: { confirm: confirm === null || typed === confirm ? null : wrong },
      act: async reason => {
        await deleteTarget(client, target, reason);
        return `Deleted ${target.kind} ${referenceTo(target)}`;
      },
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
      line={deleteLine(target, form.why)}
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

/** Nothing to see: it is done, and told. */
function AtOnce({ request, onClose }: Props): React.JSX.Element {
  const host = useHost();
  const begun = React.useRef(false);
  React.useEffect(() => {
    if (begun.current) {
      return;
    }
    begun.current = true;
    const { target, reason } = request;
    deleteTarget(host.client, target, reason ?? null).then(
      () => {
        host.notify({ ok: true, message: `Deleted ${target.kind} ${referenceTo(target)}` });
        onClose(true);
      },
      (error: unknown) => {
        const { message, hint } = asRegistryError(error);
        host.notify({ ok: false, message, hint });
        onClose(false);
      }
    );
  }, [host, request, onClose]);
  return <></>;
}
