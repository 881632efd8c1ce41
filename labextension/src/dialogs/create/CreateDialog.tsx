import * as React from 'react';

import { type Client } from '../../client/client';
import { createLine } from '../../registry/commandLine';
import { isGoverned, modelNameProblem, namespaceProblem, partProblem, type Problem } from '../../registry/validation';
import { Choice, Field, TextField } from '../form/Field';
import type { Done } from '../form/done';
import { useForm } from '../form/useForm';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';

type Request = DialogRequest & { readonly kind: 'create' };
type What = Request['what'];

const EXAMPLES: Record<What, string> = { catalog: 'prod', schema: 'prod.ml_team', model: 'prod.ml_team.fraud' };
const ABOVE: Record<What, string | null> = {
  catalog: null,
  schema: 'Its catalog is created when it is missing.',
  model: 'Its catalog and schema are created when they are missing.'
};

/** Create a catalog, a schema, or a model without versions. */
export function CreateDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { what } = request;
  const [name, setName] = React.useState(request.within === undefined ? '' : `${request.within}.`);
  const [governed, setGoverned] = React.useState(true);
  const [description, setDescription] = React.useState('');
  const form = useForm(
    {
      problems: { name: nameProblem(what, name, governed) },
      act: (reason, client) => create(client, what, name, { description: description || null, reason }),
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`New ${what}`}
      icon={what}
      action="Create"
      doing="Creating…"
      line={createLine(what, name, description, form.why)}
    >
      {what === 'model' && (
        <Choice
          label="Kind"
          value={governed ? 'governed' : 'workspace'}
          options={[
            ['governed', 'Governed model'],
            ['workspace', 'Workspace model']
          ]}
          onChange={kind => setGoverned(kind === 'governed')}
        />
      )}
      <TextField
        form={form}
        name="name"
        label={what === 'model' && !governed ? 'Name' : 'Full name'}
        note={governed ? ABOVE[what] : 'As in open-source MLflow: stages, and no signature needed.'}
        placeholder={governed ? EXAMPLES[what] : 'fraud'}
        value={name}
        onChange={setName}
      />
      <Field form={form} name="description" label="Description" optional>
        {control => (
          <textarea
            {...control}
            rows={3}
            placeholder="What it is for, in Markdown"
            value={description}
            onChange={event => setDescription(event.target.value)}
          />
        )}
      </Field>
    </DialogFrame>
  );
}

function nameProblem(what: What, name: string, governed: boolean): Problem | null {
  switch (what) {
    case 'catalog':
      return partProblem(name, 'catalog');
    case 'schema':
      return namespaceProblem(name);
    case 'model':
      return modelNameProblem(name) ?? kindProblem(name, governed);
  }
}

/** A name says which kind a model is of, so one that says the other is a slip. */
function kindProblem(name: string, governed: boolean): Problem | null {
  if (governed && !isGoverned(name)) {
    return { message: `${name} is not a full name`, hint: 'name it catalog.schema.model, like prod.ml_team.fraud' };
  }
  if (!governed && isGoverned(name)) {
    return { message: `${name} is the name of a governed model`, hint: 'make it one, or leave out the dots' };
  }
  return null;
}

async function create(
  client: Client,
  what: What,
  name: string,
  facts: { description: string | null; reason: string | null }
): Promise<string | Done> {
  const message = `Created ${what} ${name}`;
  switch (what) {
    case 'catalog':
      await client.call('catalogs.create', { name, ...facts });
      return message;
    case 'schema':
      await client.call('schemas.create', { name, ...facts });
      return message;
    case 'model':
      await client.call('models.create', { name, ...facts });
      return { message, target: { kind: 'model', name } };
  }
}
