import * as React from 'react';

import { useHost } from '../../host/host';
import { renameLine } from '../../registry/commandLine';
import { isGoverned, renameProblem } from '../../registry/validation';
import { modelAliases } from '../../registry/aliases';
import { useQuery } from '../../state/query';
import { TextField, Tick } from '../form/Field';
import { useForm } from '../form/useForm';
import type { DialogRequest } from '../../host/dialogRequest';
import { beside } from '../form/destination';
import { DialogFrame } from '../form/DialogFrame';

type Request = DialogRequest & { readonly kind: 'rename' };

/** Give a model another name. */
export function RenameDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { model } = request;
  const { settings } = useHost();
  const [typed, setTyped] = React.useState(model);
  // What was ticked: what comes to hold it meanwhile has to be ticked again.
  const [ticked, setTicked] = React.useState('');
  const name = beside(model, typed);
  const same = name === model ? { message: `${model} is its name already`, hint: 'write another one' } : null;
  const problem = same ?? renameProblem(model, name);
  const preview = useQuery(problem === null ? name : null, (each, signal) =>
    each.call('previews.rename', { name: model, new_name: name }, signal)
  );
  // What was said of another name says nothing of this one.
  const told = preview.settled ? preview.value : null;
  const taken = told?.blocked ? { message: told.blocked, hint: told.hint } : null;
  const aliases = told ? modelAliases(told, settings.aliasOrder) : [];
  const holders = told?.holders.map(each => each.text).join(', ') ?? '';
  const held = holders !== '';
  const form = useForm(
    {
      problems: {
        name: problem ?? taken,
        force:
          held && ticked !== holders ? { message: `held by ${holders}`, hint: 'tick this, or free it first' } : null
      },
      toRead: { ...preview, some: aliases.length > 0 || held },
      act: async (reason, client) => {
        await client.call('models.rename', { name: model, new_name: name, ...(held && { force: true }), reason });
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
      line={renameLine(model, name, held, form.why)}
    >
      <TextField form={form} name="name" label="New name" note={note(model)} value={typed} onChange={setTyped} />
      {form.valid && name !== typed && (
        <p className="mreg-effect" role="status">
          Becomes <bdi>{name}</bdi>
        </p>
      )}
      {form.valid && aliases.length > 0 && (
        <p className="mreg-effect mreg-mod-warning" role="status">
          {aliases.map(([alias], at) => (
            <React.Fragment key={alias}>
              {at > 0 && ', '}
              <code>
                models:/{model}@{alias}
              </code>
            </React.Fragment>
          ))}{' '}
          {aliases.length > 1 ? 'stop' : 'stops'} loading: change the code that uses it.
        </p>
      )}
      {held && (
        <Tick
          form={form}
          name="force"
          label={`Rename it although it is known by this name to ${holders}`}
          value={ticked === holders}
          onChange={tick => setTicked(tick ? holders : '')}
        />
      )}
      <p className="mreg-quiet">
        Versions, aliases, tags and files stay with it. Code that loads it by the old name must be changed.
      </p>
    </DialogFrame>
  );
}

function note(model: string): string {
  return isGoverned(model)
    ? 'A name alone stays in its schema; another schema moves it there, and creates that when it is missing.'
    : 'A workspace model has a name that is not three parts.';
}
