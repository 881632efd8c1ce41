import * as React from 'react';

import { useHost } from '../../host/host';
import { renameLine } from '../../registry/commandLine';
import { isGoverned, renameProblem } from '../../registry/validation';
import { TextField } from '../form/Field';
import { useForm } from '../form/useForm';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';

type Request = DialogRequest & { readonly kind: 'rename' };

/** Give a model another name. */
export function RenameDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { model } = request;
  const { client } = useHost();
  const [name, setName] = React.useState(model);
  const same = name === model ? { message: `${model} is its name already`, hint: 'write another one' } : null;
  const form = useForm(
    {
      problems: { name: same ?? renameProblem(model, name) },
      act: async reason => {
        await client.call('models.rename', { name: model, new_name: name, reason });
        return `Renamed ${model} to ${name}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title="Rename model"
      icon="rename"
      about={model}
      action="Rename"
      doing="Renaming…"
      line={renameLine(model, name, form.why)}
    >
      <TextField form={form} name="name" label="New name" note={note(model)} value={name} onChange={setName} />
      <p className="mreg-quiet">
        Versions, aliases, tags and files stay with it. Code that loads it by the old name must be changed.
      </p>
    </DialogFrame>
  );
}

function note(model: string): string {
  return isGoverned(model)
    ? 'catalog.schema.model; another schema moves it there, and creates that when it is missing.'
    : 'A workspace model has a name that is not three parts.';
}
