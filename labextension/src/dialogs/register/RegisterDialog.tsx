import * as React from 'react';

import type { ChangePreview, Model, Params, Progress, Registered } from '../../client/client';
import { useHost } from '../../host/host';
import { registerLine } from '../../registry/commandLine';
import { isAtServer } from '../../registry/registryName';
import { aliasProblem, type Problem, isGoverned, aliasLimitProblem, modelNameProblem } from '../../registry/validation';
import { destinationAt, destinationProblems, nameAt, useRefusalAt } from '../form/destination';
import { type QueryView, useQuery } from '../../state/query';
import { Field, TextField } from '../form/Field';
import type { Done } from '../form/done';
import { type Form, type Plan, useForm } from '../form/useForm';
import { ModelPicker, useModel } from '../form/ModelPicker';
import type { DialogRequest } from '../../host/dialogRequest';
import { DialogFrame } from '../form/DialogFrame';
import { toRead, Warnings } from '../form/Warnings';
import { choiceProblem, completed, sourceAt, sourceOf } from './source';
import { SourcePicker, useModelsOfRun } from './SourcePicker';
import { changesIn, type TagRow, tagRows } from '../tags/tagRows';
import { useGoverned } from '../tags/tagPolicies';
import { tagProblems, TagTable } from '../tags/TagTable';

type Request = DialogRequest & { readonly kind: 'register' };

/** Register a model's files as the next version of a model. */
export function RegisterDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const typed = useTyped(request);
  const { choice, ofRun, to, model, found, params, rows } = typed;
  const preview = usePreview(params);
  const form = useRegistering(typed, preview, request, onClose);
  return (
    <DialogFrame
      form={form}
      title="Register model version"
      icon="register"
      action="Register"
      doing="Registering…"
      line={registerLine({ ...params, reason: form.why })}
    >
      <SourcePicker form={form} choice={choice} ofRun={ofRun} onChange={typed.setChoice} />
      <ModelPicker form={form} to={to} found={found} onChange={typed.setTo} />
      {isGoverned(model) && choice.kind === 'logged' && choice.logged?.has_signature === false && (
        <p className="mreg-effect mreg-mod-warning" role="status">
          This model was logged without a signature, which a governed model needs.
        </p>
      )}
      <TextField
        form={form}
        name="aliases"
        label="Aliases"
        optional
        placeholder="Challenger, Candidate"
        value={typed.aliases}
        onChange={typed.setAliases}
      />
      <Warnings preview={preview.value} becomes="the new version" />
      <More form={form} needed={request.tags !== undefined || request.description !== undefined} rows={rows}>
        <div className="mreg-field">
          <span>
            Tags<span className="mreg-quiet"> optional</span>
          </span>
          <TagTable form={form} model={model} rows={rows} governed={typed.governed.value} onChange={typed.setRows} />
        </div>
        <DescriptionField form={form} value={typed.description} onChange={typed.setDescription} />
      </More>
    </DialogFrame>
  );
}

/** What stands in the fields, and what it means for the registry. */
function useTyped(request: Request) {
  const { settings } = useHost();
  const [picked, setChoice] = React.useState(() => sourceAt(request.source ?? ''));
  const ofRun = useModelsOfRun(picked);
  const choice = completed(picked, ofRun.settled ? (ofRun.value?.items ?? null) : null);
  const [to, setTo] = React.useState(() =>
    destinationAt(request.model, request.namespace ?? settings.defaultNamespace)
  );
  const [aliases, setAliases] = React.useState((request.aliases ?? []).join(' '));
  const [rows, setRows] = React.useState<readonly TagRow[]>(() => tagRows({}, request.tags));
  const [description, setDescription] = React.useState(request.description ?? '');
  const model = nameAt(to);
  const found = useModel(model);
  const governed = useGoverned();
  const params = {
    source: sourceOf(choice),
    model,
    aliases: aliasesIn(aliases),
    tags: changesIn(rows).set,
    description: description || null
  };
  const setters = { setChoice, setTo, setAliases, setRows, setDescription };
  return { choice, ofRun, to, aliases, rows, description, model, found, governed, params, ...setters };
}

function useRegistering(
  typed: ReturnType<typeof useTyped>,
  preview: QueryView<ChangePreview>,
  request: Request,
  onClose: (done: boolean) => void
): Form {
  const { choice, ofRun, to, model, found, rows, params } = typed;
  const { registries } = useHost();
  const shown = registries?.uri ?? registries?.own ?? null;
  const sends = shown !== null && isAtServer(shown);
  const problems = {
    source: choiceProblem(choice),
    ...destinationProblems(to, found, useRefusalAt(to, found)),
    aliases: aliasesProblem(model, found.value, params.aliases),
    ...tagProblems(rows, typed.governed.value)
  };
  const plan: Plan = {
    problems,
    pending: [found, ...(choice.ofRun === null ? [ofRun] : [])],
    toRead: toRead(preview),
    // What is on its way to a server is removed there; what has arrived is registered as a whole.
    stoppable: progress => sends && !hasArrived(progress),
    act: async (reason, client, onProgress, signal) => {
      const asked = { ...params, create_model: found.value === null, reason };
      return said(await client.call('versions.register', asked, sends ? signal : undefined, onProgress), params.source);
    },
    onClose
  };
  return useForm(plan, request.reason);
}

/** Whether all files of a model have reached the server; the words are those of `jupyter_modelreg.remote.sending`. */
function hasArrived(progress: Progress | null): boolean {
  return progress !== null && progress.what === 'Sending model files' && progress.done >= progress.total;
}

/** What few need, folded away so that the dialog fits a small screen; it unfolds for what is wrong in it. */
function More(props: {
  form: Form;
  needed: boolean;
  rows: readonly TagRow[];
  children: React.ReactNode;
}): React.JSX.Element {
  const { form, needed, rows, children } = props;
  const [open, setOpen] = React.useState(needed);
  const wrong = form.attempts > 0 && Object.values(tagProblems(rows, null)).some(problem => problem !== null);
  return (
    <details className="mreg-more" open={open || wrong} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>Tags and description</summary>
      {children}
    </details>
  );
}

/** What registering would do, once it is known what and where. */
function usePreview({ source, model, aliases, tags }: Params<'previews.register'>): QueryView<ChangePreview> {
  const asked = { source, model, aliases, tags };
  const right =
    source !== '' && modelNameProblem(model) === null && aliasesProblem(model, null, aliases ?? []) === null;
  return useQuery(right ? JSON.stringify(asked) : null, (client, signal) =>
    client.call('previews.register', asked, signal)
  );
}

function DescriptionField(props: { form: Form; value: string; onChange: (value: string) => void }): React.JSX.Element {
  const { form, value, onChange } = props;
  return (
    <Field form={form} name="description" label="Description" optional>
      {control => (
        <textarea
          {...control}
          rows={2}
          placeholder="What is new about this version, in Markdown"
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** The aliases in what was typed, each once: between commas or blanks, with or without an @. */
function aliasesIn(typed: string): string[] {
  const names = typed.split(/[\s,;]+/).map(each => each.replace(/^@/, ''));
  return [...new Set(names.filter(each => each !== ''))];
}

function aliasesProblem(name: string, model: Model | null, aliases: readonly string[]): Problem | null {
  const wrong = aliases.map(aliasProblem).find(problem => problem !== null);
  return wrong ?? aliasLimitProblem(name, Object.keys(model?.aliases ?? {}), aliases);
}

function said({ name, version, moves }: Registered, source: string): Done {
  const pointed = moves.map(({ alias, before }) =>
    before === null ? `@${alias} points at it` : `@${alias} moved from v${before}`
  );
  return {
    message: [`Registered ${name}/${version} from ${source}`, ...pointed].join('; '),
    target: { kind: 'version', name, version }
  };
}
