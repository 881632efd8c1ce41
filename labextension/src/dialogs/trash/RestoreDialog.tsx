import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { exact, restoreLine } from '../../registry/commandLine';
import { deletedText } from '../../registry/format';
import { renameProblem } from '../../registry/validation';
import { beside } from '../form/destination';
import { DialogFrame } from '../form/DialogFrame';
import { TextField } from '../form/Field';
import { useHolder } from '../form/ModelPicker';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'restore' };

/** Restore a model from the trash under another name. */
export function RestoreDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { trashed } = request;
  const [typed, setTyped] = React.useState(trashed.name);
  const name = beside(trashed.name, typed);
  const problem = renameProblem(trashed.name, name);
  const taken = useHolder(problem === null ? name : null);
  const other =
    taken.settled && taken.value !== null
      ? { message: `there is a model ${name}, made by ${taken.value.created_by}`, hint: 'write another name' }
      : null;
  const form = useForm(
    {
      problems: { name: problem ?? other },
      pending: [taken],
      act: async (reason, client) => {
        await client.call('trash.restore', { reference: exact(trashed.name), id: trashed.id, name, reason });
        return {
          message: `Restored ${trashed.name} from the trash${name === trashed.name ? '' : ` as ${name}`}`,
          target: { kind: 'model', name }
        };
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Restore as"
      icon="undo"
      about={trashed.name}
      action="Restore"
      doing="Restoring…"
      line={restoreLine(trashed, name, form.why)}
    >
      <p>{deletedText(trashed)} It comes back with its versions, aliases and tags.</p>
      <TextField
        form={form}
        name="name"
        label="Name"
        note={name === typed ? null : `Restored as ${name}`}
        value={typed}
        onChange={setTyped}
      />
      {other && form.problem('name') === null && (
        <p className="mreg-effect mreg-mod-warning" role="status">
          There is a model <bdi>{name}</bdi> again. Write another name.
        </p>
      )}
    </DialogFrame>
  );
}
