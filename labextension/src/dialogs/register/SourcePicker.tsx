import * as React from 'react';

import type { LoggedModelInfo, RegistryError, RunInfo } from '../../client/client';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import { useHost } from '../../host/host';
import { strip } from '../../registry/validation';
import { ago, numberText } from '../../registry/format';
import { type QueryView, useQuery } from '../../state/query';
import { Combo, type Option } from '../form/Combo';
import { Choice, type Control, Field, TextField } from '../form/Field';
import type { Form } from '../form/useForm';
import { FolderBrowser } from './FolderBrowser';
import { runOf, type SourceChoice, type SourceKind } from './source';

/** Logged models or runs listed at a time. */
const MOST = 50;
/** Metrics of a logged model that are shown beside it. */
const MOST_METRICS = 2;

interface Props {
  form: Form;
  choice: SourceChoice;
  /** The models of the run that is chosen. */
  ofRun: QueryView<{ items: readonly LoggedModelInfo[] }>;
  onChange: (choice: SourceChoice) => void;
}

/** What to register: a logged model, a model of a run, or files wherever they are. */
export function SourcePicker(props: Props): React.JSX.Element {
  const { choice, onChange } = props;
  return (
    <div className="mreg-group" role="group" aria-label="Source">
      <Choice<SourceKind>
        label="Source"
        value={choice.kind}
        options={[
          ['logged', 'Logged model'],
          ['run', 'Run'],
          ['uri', 'Folder or URI']
        ]}
        onChange={kind => onChange({ ...choice, kind })}
      />
      {choice.kind === 'logged' ? (
        <Logged {...props} />
      ) : choice.kind === 'run' ? (
        <Run {...props} />
      ) : (
        <Anywhere {...props} />
      )}
    </div>
  );
}

function typing({ choice, onChange }: Props): (text: string) => void {
  return text => onChange({ ...choice, typed: { ...choice.typed, [choice.kind]: text } });
}

function Logged(props: Props): React.JSX.Element {
  const { form, choice, onChange } = props;
  const text = strip(choice.typed.logged);
  const found = useQuery(text, (client, signal) =>
    client.call('tracking.logged_models', { text: text.replace(/^models:\/+/, '') || null, limit: MOST }, signal)
  );
  return (
    <Field form={form} name="source" label="Find a logged model">
      {control =>
        choice.logged ? (
          <Picked control={control} picked={choice.logged} onChange={() => onChange({ ...choice, logged: null })} />
        ) : (
          <Listed
            control={control}
            value={choice.typed.logged}
            placeholder="Name or run; or write its id or URI"
            found={found}
            items={found.value?.items.map(each => ({ item: each, option: loggedOption(each) })) ?? []}
            nothing={
              text === ''
                ? 'No logged models yet: mlflow.<flavor>.log_model(…) logs one'
                : 'No logged model with that name'
            }
            onType={typing(props)}
            onPick={logged => onChange({ ...choice, logged })}
          />
        )
      }
    </Field>
  );
}

function Run(props: Props): React.JSX.Element {
  const { form, choice, onChange } = props;
  const run = runOf(choice);
  const text = strip(choice.typed.run);
  const runs = useQuery(run === null ? text : null, (client, signal) =>
    client.call('tracking.runs', { text: text || null, limit: MOST }, signal)
  );
  if (run !== null) {
    return <OfRun {...props} run={run} />;
  }
  return (
    <Field form={form} name="source" label="Find a run">
      {control => (
        <Listed
          control={control}
          value={choice.typed.run}
          placeholder="Name; or write its id, or runs:/ID/path"
          found={runs}
          items={runs.value?.items.map(each => ({ item: each, option: runOption(each) })) ?? []}
          nothing={text === '' ? 'No runs yet' : 'No run with that name'}
          onType={typing(props)}
          onPick={each => onChange({ ...choice, run: each, ofRun: null })}
        />
      )}
    </Field>
  );
}

/** The models that the run of `choice` logged; nothing is read where no run is chosen. */
export function useModelsOfRun(choice: SourceChoice): QueryView<{ items: readonly LoggedModelInfo[] }> {
  const run = choice.kind === 'run' ? runOf(choice) : null;
  return useQuery(run?.run_id ?? null, (client, signal) =>
    client.call('tracking.logged_models', { run_id: run?.run_id ?? null, limit: MOST }, signal)
  );
}

/** The models a run logged; one alone is picked without asking. */
function OfRun(props: Props & { run: Pick<RunInfo, 'run_id' | 'name'> }): React.JSX.Element {
  const { form, choice, ofRun: found, onChange, run } = props;
  const [filter, setFilter] = React.useState('');
  const all = found.settled ? (found.value?.items ?? []) : [];
  const back = (): void =>
    onChange({
      ...choice,
      run: null,
      ofRun: null,
      typed: { ...choice.typed, run: choice.run ? choice.typed.run : '' }
    });
  const shown = all.filter(each => each.name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <Field form={form} name="source" label={`Model of run ${run.name}`}>
      {control => (
        <>
          {choice.ofRun ? (
            <Picked
              control={control}
              picked={choice.ofRun}
              onChange={all.length === 1 ? back : () => onChange({ ...choice, ofRun: null })}
            />
          ) : (
            <Listed
              control={control}
              value={filter}
              placeholder="Filter by name"
              found={found}
              items={shown.map(each => ({ item: each, option: loggedOption(each) }))}
              nothing="This run logged no model; runs:/ID/path names a folder of its artifacts"
              onType={setFilter}
              onPick={ofRun => onChange({ ...choice, run, ofRun })}
            />
          )}
          <button type="button" className="mreg-link mreg-back" onClick={back}>
            Another run
          </button>
        </>
      )}
    </Field>
  );
}

function Anywhere(props: Props): React.JSX.Element {
  const { form, choice } = props;
  const folders = useHost().opener?.folders ?? null;
  const note = 'A folder with an MLmodel file, or a URI that MLflow can download from: s3://…, models:/name/3.';
  const onType = typing(props);
  return (
    <>
      <TextField
        form={form}
        name="source"
        label="Path or URI"
        note={note}
        placeholder="/home/ana/fraud_model"
        value={choice.typed.uri}
        onChange={onType}
      />
      {folders && (
        <FolderBrowser
          folders={folders}
          chosen={strip(choice.typed.uri)}
          onChoose={folder => {
            form.touch('source');
            onType(folder);
          }}
        />
      )}
    </>
  );
}

/** A field with what the tracking server knows below it; without an answer, typing is left. */
function Listed<T>(props: {
  control: Control;
  value: string;
  placeholder: string;
  found: QueryView<unknown>;
  items: readonly { item: T; option: Option }[];
  nothing: string;
  onType: (text: string) => void;
  onPick: (item: T) => void;
}): React.JSX.Element {
  const { control, value, placeholder, found, items, nothing, onType, onPick } = props;
  return (
    <>
      <Combo
        control={control}
        open={found.error === null}
        value={value}
        placeholder={placeholder}
        options={items.map(each => each.option)}
        nothing={found.value === null ? 'Loading…' : nothing}
        onChange={onType}
        onPick={option => {
          const chosen = items.find(each => each.option === option);
          if (chosen) {
            onPick(chosen.item);
          }
        }}
      />
      {found.error && <NoList error={found.error} onRetry={found.retry} />}
    </>
  );
}

function NoList({ error, onRetry }: { error: RegistryError; onRetry: () => void }): React.JSX.Element {
  return (
    <p className="mreg-note" role="status" title={error.hint ?? undefined}>
      {asSentence(error.message)}. Write the id or URI instead, or{' '}
      <button type="button" className="mreg-link" onClick={onRetry}>
        try again
      </button>
    </p>
  );
}

function Picked(props: { control: Control; picked: LoggedModelInfo; onChange: () => void }): React.JSX.Element {
  const { control, picked, onChange } = props;
  return (
    <div className="mreg-picked">
      <Icon name="model" />
      <div>
        <bdi>{picked.name}</bdi>
        <div className="mreg-quiet">{[picked.uri, ...about(picked)].join(' · ')}</div>
      </div>
      <button id={control.id} type="button" className="mreg-link" onClick={onChange}>
        Change
      </button>
    </div>
  );
}

function loggedOption(model: LoggedModelInfo): Option {
  return { key: model.uri, label: model.name, detail: about(model).join(' · ') };
}

function about(model: LoggedModelInfo): string[] {
  return [
    ...model.flavors,
    ...Object.entries(model.metrics)
      .slice(0, MOST_METRICS)
      .map(([key, value]) => `${key} ${numberText(value)}`),
    ...(model.run_name ? [model.run_name] : []),
    model.experiment,
    ago(model.created_at),
    ...(model.has_signature === false ? ['no signature'] : [])
  ];
}

function runOption(run: RunInfo): Option {
  const when = run.start_time === null ? [] : [ago(run.start_time)];
  return { key: run.run_id, label: run.name || run.run_id, detail: [run.experiment, ...when].join(' · ') };
}
