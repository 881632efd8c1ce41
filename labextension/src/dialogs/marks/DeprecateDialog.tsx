import * as React from 'react';

import type { DialogRequest } from '../../host/dialogRequest';
import { deprecateLine, exact } from '../../registry/commandLine';
import { type PageTarget, referenceTo } from '../../registry/target';
import { useQuery } from '../../state/query';
import { Combo, type Option } from '../form/Combo';
import { DialogFrame } from '../form/DialogFrame';
import { Field } from '../form/Field';
import { useSuggestions } from '../form/ModelPicker';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'deprecate' };

/** Versions suggested of a model. */
const MOST_VERSIONS = 10;

/** Say that a model or version is not to be used any more, why, and what to use instead. */
export function DeprecateDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { target } = request;
  const reference = referenceTo(target);
  const [typed, setInstead] = React.useState(request.instead ?? '');
  const [said, setWhy] = React.useState(request.reason ?? '');
  const [instead, why] = [typed.trim(), said.trim()];
  const options = useInstead(target, instead);
  const form = useForm({
    problems: {
      instead:
        instead === reference || instead === target.name
          ? { message: 'that is what is deprecated itself, or its model', hint: 'name another one, or leave it empty' }
          : null,
      why: why === '' ? { message: 'whoever loads it wants to know why', hint: null } : null
    },
    act: async (_, client) => {
      const in_favour_of = instead === '' ? null : exact(instead);
      const [done] = await client.call('deprecations.set', { reference: exact(reference), reason: why, in_favour_of });
      return `Deprecated ${reference}${done?.in_favour_of ? `; ${done.in_favour_of} is to be used instead` : ''}`;
    },
    onClose
  });
  return (
    <DialogFrame
      form={form}
      title={target.kind === 'version' ? `Deprecate v${target.version}` : 'Deprecate model'}
      icon="deprecated"
      about={target.name}
      action="Deprecate"
      doing="Deprecating…"
      harmless
      line={deprecateLine(target, instead === '' ? '' : exact(instead), why || null)}
    >
      <Field form={form} name="why" label="Reason">
        {control => (
          <input
            {...control}
            type="text"
            autoComplete="off"
            placeholder="For whoever loads it; kept in the activity log"
            value={said}
            onChange={event => setWhy(event.target.value)}
          />
        )}
      </Field>
      <Field form={form} name="instead" label="Use instead" optional note="A model, or one version of one.">
        {control => (
          <Combo
            control={control}
            value={typed}
            placeholder={target.kind === 'version' ? `${target.name}/5` : 'catalog.schema.model'}
            options={options}
            onChange={setInstead}
            onPick={option => setInstead(option.key)}
          />
        )}
      </Field>
      <p>
        It stays, and loading it warns. No new alias is set on{' '}
        {target.kind === 'version' ? 'it' : 'any of its versions'}.
      </p>
    </DialogFrame>
  );
}

/** What to use instead: the newest versions of the model itself, or of the one that is typed, and other models. */
function useInstead(target: PageTarget, typed: string): readonly Option[] {
  const [model = '', number] = typed.split('/');
  const own = typed === '' && target.kind === 'version' ? target.name : number === undefined ? null : model;
  const versions = useQuery(own, async (client, signal) => {
    const page = await client.call('versions.list', { model: exact(own ?? ''), limit: MOST_VERSIONS }, signal);
    return page.items;
  });
  const models = useSuggestions(typed);
  const fitting = (versions.value ?? [])
    .filter(each => each.deprecated === null && each.status === 'READY')
    .map(each => ({ key: `${each.name}/${each.version}`, label: `${each.name}/${each.version}` }))
    .filter(each => each.key !== referenceTo(target) && each.key.startsWith(typed));
  return [...fitting, ...(number === undefined ? models.options.filter(each => each.key !== target.name) : [])];
}
