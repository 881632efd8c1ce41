import * as React from 'react';

import type { Version } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { useHost } from '../../host/host';
import { versionAliases } from '../../registry/aliases';
import { diffLine, exact } from '../../registry/commandLine';
import { ago } from '../../registry/format';
import { type AnyPage, referenceTo, targetOfVersion } from '../../registry/target';
import { type Problem, referenceProblem } from '../../registry/validation';
import { useQuery } from '../../state/query';
import { Combo, type Option } from '../form/Combo';
import { DialogFrame } from '../form/DialogFrame';
import { Field } from '../form/Field';
import { useSuggestions } from '../form/ModelPicker';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'compare' };

/** Versions suggested at a time, the newest first. */
const MOST = 50;

/** Choose a version to compare others with, of the same model or of another one. */
export function CompareDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { references } = request;
  const host = useHost();
  const [typed, setTyped] = React.useState('');
  const model = (references[0] ?? '').replace(/[/@][^/@]*$/, '');
  const chosen = referenceIn(typed, model);
  const options = useVersions(model, references, typed);
  const modelsOf = useSuggestions(typed.trim());
  const form = useForm({
    problems: { version: problemOf(chosen, references) },
    act: async (_reason, client) => {
      const found = await client.call('versions.get', { reference: exact(chosen) });
      const page: AnyPage = { kind: 'compare', references: [...references, referenceTo(targetOfVersion(found))] };
      // A comparison that there was goes on with one more version.
      host.openPage(page, references.length > 1 ? { instead: { kind: 'compare', references } } : {});
      onClose(true);
      return null;
    },
    onClose
  });
  return (
    <DialogFrame
      form={form}
      title={references.length > 1 ? 'Add to the comparison' : 'Compare'}
      icon="compare"
      about={references.join(', ')}
      action="Compare"
      doing="Comparing…"
      line={chosen === '' ? undefined : diffLine([...references, chosen])}
      harmless
    >
      <Field form={form} name="version" label="With" note="A version, an alias, or a version of another model.">
        {control => (
          <Combo
            control={control}
            value={typed}
            placeholder={`3, @Champion, latest or ${model}/3`}
            open
            nothing={modelsOf.settled ? 'No version is called so' : ''}
            options={options.length > 0 || typed.trim() === '' ? options : modelsOf.options}
            onChange={setTyped}
            onPick={option => setTyped(option.goesOn || options.includes(option) ? option.key : `${option.key}/`)}
          />
        )}
      </Field>
    </DialogFrame>
  );
}

/** The version that `typed` names: of `model` where it names no model; '' for nothing. */
function referenceIn(typed: string, model: string): string {
  const text = typed.trim();
  if (/^v?\d+$|^latest$/i.test(text)) {
    return `${model}/${text.replace(/^v/i, '')}`;
  }
  return text.startsWith('@') ? model + text : text;
}

function problemOf(chosen: string, references: readonly string[]): Problem | null {
  if (chosen === '') {
    return { message: 'the other version is missing', hint: 'write a number, an alias, or the name of a model and /3' };
  }
  if (references.includes(chosen)) {
    return { message: `${chosen} is in the comparison already`, hint: 'name another version' };
  }
  if (!/[/@][^/@]+$/.test(chosen)) {
    return { message: `${chosen} names no version`, hint: `write ${chosen}/3 or ${chosen}@Champion` };
  }
  return referenceProblem(chosen);
}

/** The versions of `model` that what was typed may mean, without those of `references`. */
function useVersions(model: string, references: readonly string[], typed: string): Option[] {
  const { aliasOrder } = useHost().settings;
  const query = useQuery(model, (client, signal) => client.call('versions.list', { model, limit: MOST }, signal));
  const wanted = typed.trim().toLowerCase();
  return (query.value?.items ?? [])
    .filter(each => !references.includes(referenceTo(targetOfVersion(each))))
    .map(each => optionOf(each, aliasOrder))
    .filter(each => `${each.label} ${each.key}`.toLowerCase().includes(wanted));
}

function optionOf(version: Version, order: readonly string[]): Option {
  const aliases = versionAliases(version, order).map(each => `@${each}`);
  return {
    key: `${version.name}/${version.version}`,
    label: [`v${version.version}`, ...aliases].join(' '),
    detail: ago(version.created_at)
  };
}
