import * as React from 'react';

import type { Model } from '../client/client';
import { Combo } from '../dialogs/form/Combo';
import { DialogFrame } from '../dialogs/form/DialogFrame';
import { Field } from '../dialogs/form/Field';
import { useModel, useSuggestions } from '../dialogs/form/ModelPicker';
import { useForm } from '../dialogs/form/useForm';
import { type PageTarget, pageTarget } from '../registry/target';
import { modelNameProblem, type Problem, strip } from '../registry/validation';
import type { QueryView } from '../state/query';
import type { ChooseFirst } from './model';

interface Props {
  request: ChooseFirst;
  onChoose: (target: PageTarget) => void;
  onClose: () => void;
}

/** Asks what a dialog is to be about: one field for the full name of a model, and the number of a version behind it. */
export function ChooseModel({ request, onChoose, onClose }: Props): React.JSX.Element {
  const [typed, setTyped] = React.useState('');
  const [left, setLeft] = React.useState(false);
  const target = pageTarget(strip(typed).replace(/^models:\/+/, ''));
  const found = useModel(target.name);
  const { options, settled } = useSuggestions(target.name);
  const form = useForm({
    problems: { model: targetProblem(target, found) },
    pending: [found],
    act: () => {
      onChoose(target);
      return Promise.resolve(null);
    },
    onClose
  });
  const patient = !left && form.attempts === 0;
  return (
    <DialogFrame
      form={form}
      title={request.kind === 'alias' ? 'Set alias' : 'Edit tags'}
      icon={request.kind === 'alias' ? 'alias' : 'tag'}
      action="Next"
      doing="Looking…"
      harmless
    >
      <Field
        form={patient ? { ...form, problem: () => null } : form}
        name="model"
        label="Model"
        note="Write /3 behind the name for version 3."
      >
        {control => (
          <Combo
            control={control}
            open
            value={typed}
            placeholder="catalog.schema.model"
            options={options}
            nothing={settled ? 'No model with that name' : 'Loading…'}
            onChange={text => {
              setLeft(false);
              setTyped(text);
            }}
            onPick={option => setTyped(option.key)}
            onLeave={() => setLeft(typed !== '')}
          />
        )}
      </Field>
    </DialogFrame>
  );
}

function targetProblem(target: PageTarget, found: QueryView<Model | null>): Problem | null {
  const hint = 'write its full name, like prod.ml_team.fraud, or pick it from the list';
  if (target.name === '') {
    return { message: 'no model is named', hint };
  }
  const model = found.settled && !found.error ? found.value : undefined;
  if (model === null) {
    return { message: `there is no model ${target.name}`, hint };
  }
  if (model && target.kind === 'version' && target.version > model.last_version) {
    return {
      message: `there is no version ${target.name}/${target.version}`,
      hint: 'write the number of one that is there'
    };
  }
  return modelNameProblem(target.name);
}
