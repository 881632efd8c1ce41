import * as React from 'react';

import { type Client, type Model, RegistryError } from '../../client/client';
import { useHost } from '../../host/host';
import { modelNameProblem } from '../../registry/validation';
import { type QueryView, useQuery } from '../../state/query';
import { Combo } from './Combo';
import { ANOTHER, type Destination, nameAt, outcomeAt, WORKSPACE } from './destination';
import { Choice, Field, TextField } from './Field';
import type { Form } from './useForm';

/** Models suggested at a time, and schemas to choose from. */
const MOST_MODELS = 20;
const MOST_SCHEMAS = 500;

interface Props {
  form: Form;
  to: Destination;
  found: QueryView<Model | null>;
  onChange: (to: Destination) => void;
}

/** Which model a version goes to: one that is there, or a new one in a schema or in the workspace. */
export function ModelPicker({ form, to, found, onChange }: Props): React.JSX.Element {
  return (
    <div className="mreg-group" role="group" aria-label="Model">
      <Choice
        label="Model"
        value={to.mode}
        options={[
          ['existing', 'Existing model'],
          ['new', 'New model']
        ]}
        onChange={mode => onChange({ ...to, mode })}
      />
      {to.mode === 'existing' ? (
        <Existing form={form} to={to} onChange={onChange} />
      ) : (
        <New form={form} to={to} onChange={onChange} />
      )}
      <p className="mreg-note" role="status">
        {outcomeAt(to, found)}
      </p>
    </div>
  );
}

/** The model of that name; null when there is none. */
export function useModel(name: string): QueryView<Model | null> {
  return useQuery(modelNameProblem(name) === null ? name : null, (client, signal) => find(client, name, signal));
}

async function find(client: Client, name: string, signal: AbortSignal): Promise<Model | null> {
  try {
    return await client.call('models.get', { name }, signal);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') {
      return null;
    }
    throw error;
  }
}

type Part = Omit<Props, 'found'>;

function Existing({ form, to, onChange }: Part): React.JSX.Element {
  const text = nameAt(to);
  const found = useQuery(text, (client, signal) =>
    client.call(
      'models.search',
      {
        conditions: text === '' ? [] : [{ field: 'name', operator: 'CONTAINS', value: text }],
        order: [{ field: 'name' }],
        limit: MOST_MODELS
      },
      signal
    )
  );
  const options = (found.value?.items ?? []).map(each => ({
    key: each.name,
    label: each.name,
    detail: each.last_version > 0 ? `v${each.last_version}` : 'no version'
  }));
  return (
    <Field form={form} name="existing" label="Model name">
      {control => (
        <Combo
          control={control}
          value={to.existing}
          placeholder="Type to find a model"
          options={options}
          onChange={existing => onChange({ ...to, existing })}
          onPick={option => onChange({ ...to, existing: option.label })}
        />
      )}
    </Field>
  );
}

function New({ form, to, onChange }: Part): React.JSX.Element {
  return (
    <>
      <NamespaceField form={form} to={to} onChange={onChange} />
      {to.namespace === ANOTHER && (
        <TextField
          form={form}
          name="another"
          label="Schema name"
          note="Created when it is missing, its catalog with it."
          placeholder="prod.ml_team"
          value={to.another}
          onChange={text => onChange({ ...to, another: text })}
        />
      )}
      <TextField
        form={form}
        name="name"
        label="Model name"
        placeholder="fraud"
        value={to.name}
        onChange={text => onChange({ ...to, name: text })}
      />
    </>
  );
}

function NamespaceField({ form, to, onChange }: Part): React.JSX.Element {
  const { settings } = useHost();
  const found = useQuery('schemas', (client, signal) => client.call('schemas.list', { limit: MOST_SCHEMAS }, signal));
  const schemas = (found.value?.items ?? []).map(each => each.name);
  // What was asked for is there to choose, whether or not it exists already.
  const wanted = [to.namespace, settings.defaultNamespace].filter(each => each !== WORKSPACE && each !== ANOTHER);
  const all = [...new Set([...wanted, ...schemas])].sort();
  return (
    <Field form={form} name="namespace" label="Schema">
      {control => (
        <select
          {...control}
          value={to.namespace}
          onChange={event => onChange({ ...to, namespace: event.target.value })}
        >
          {[...new Set(all.map(catalogOf))].map(catalog => (
            <optgroup key={catalog} label={catalog}>
              {all
                .filter(each => catalogOf(each) === catalog)
                .map(each => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
            </optgroup>
          ))}
          <option value={ANOTHER}>Another schema…</option>
          <option value={WORKSPACE}>No schema: a workspace model</option>
        </select>
      )}
    </Field>
  );
}

function catalogOf(namespace: string): string {
  return namespace.split('.')[0] ?? '';
}
