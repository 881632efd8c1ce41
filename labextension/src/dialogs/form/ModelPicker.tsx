import * as React from 'react';

import type { Client, Model } from '../../client/client';
import { isGoverned, modelNameProblem } from '../../registry/validation';
import { type QueryView, useQuery } from '../../state/query';
import { Combo, type Option } from './Combo';
import {
  becomesWorkspace,
  type Destination,
  destinationProblems,
  isUnfinished,
  nameAt,
  outcomeAt
} from './destination';
import { Field, Tick } from './Field';
import type { Form } from './useForm';

/** Models and containers suggested at a time. */
const MOST_MODELS = 20;
const MOST_CONTAINERS = 8;
/** Catalogs, or schemas of one, that are looked at; where there are more nothing is said of what is missing. */
const MOST_LOOKED_AT = 500;

interface Props {
  form: Form;
  to: Destination;
  found: QueryView<Model | null>;
  onChange: (to: Destination) => void;
}

/** Which model a version goes to: one field for its full name, whether it is there or is to be made. */
export function ModelPicker({ form, to, found, onChange }: Props): React.JSX.Element {
  const [left, setLeft] = React.useState(false);
  const name = nameAt(to);
  const { options, containers } = useSuggestions(name);
  // Nobody is told that a name is wrong while they are still writing it.
  const patient = !left && form.attempts === 0;
  const change = (typed: string): void => {
    setLeft(false);
    onChange({ typed, workspace: false });
  };
  return (
    <div className="mreg-group">
      <Field
        form={patient && isUnfinished(name) ? { ...form, problem: () => null } : form}
        name="model"
        label="Model"
        note={outcomeAt(to, found, missing(name, containers))}
      >
        {control => (
          <Combo
            control={control}
            value={to.typed}
            placeholder="catalog.schema.model"
            options={options}
            onChange={change}
            onPick={option => change(option.key)}
            onLeave={() => setLeft(true)}
          />
        )}
      </Field>
      {(to.workspace || !patient) && becomesWorkspace(name, found) && (
        <Tick
          form={{ ...form, problem: field => destinationProblems(to, found)[field] ?? null }}
          name="workspace"
          label="Make it a workspace model"
          value={to.workspace}
          onChange={workspace => onChange({ ...to, workspace })}
        />
      )}
    </div>
  );
}

interface Suggestions {
  readonly options: readonly Option[];
  readonly containers: Containers | null;
  /** Whether they are those for what is asked now. */
  readonly settled: boolean;
}

/** What a name may go on to: the next container, or a model that holds what was typed. */
export function useSuggestions(name: string): Suggestions {
  const containers = useContainers(name);
  const models = useModels(name);
  return {
    options: [...suggested(name, containers.value), ...(models.value?.items ?? []).map(modelOption)],
    containers: containers.value,
    settled: containers.settled && models.settled
  };
}

/** The model of that name; null when there is none. */
export function useModel(name: string): QueryView<Model | null> {
  return useQuery(modelNameProblem(name) === null ? name : null, (client, signal) =>
    called(name, false, client, signal)
  );
}

/** The model or prompt that has the name `name`, or null; a name that is null is not looked for. */
export function useHolder(name: string | null): QueryView<Model | null> {
  return useQuery(name, async (client, signal) => {
    const [model, prompt] = await Promise.all([false, true].map(each => called(name ?? '', each, client, signal)));
    return model ?? prompt ?? null;
  });
}

/** A search, because asking for a model that is not there would be an error, at every key. */
async function called(name: string, prompts: boolean, client: Client, signal: AbortSignal): Promise<Model | null> {
  const wanted = [{ field: 'name', operator: '=' as const, value: name }];
  const page = await client.call('models.search', { conditions: wanted, prompts, limit: 1 }, signal);
  return page.items[0] ?? null;
}

/** The names of the catalogs, and of the schemas of the catalog a name begins with; null for more than are looked at. */
interface Containers {
  readonly catalogs: readonly string[] | null;
  /** `catalog.schema`; empty for a catalog that is not there. */
  readonly schemas: readonly string[] | null;
}

function useContainers(name: string): QueryView<Containers> {
  const catalog = name.includes('.') ? (name.split('.')[0] ?? '') : '';
  return useQuery(catalog, (client, signal) => containersOf(client, catalog, signal));
}

async function containersOf(client: Client, catalog: string, signal: AbortSignal): Promise<Containers> {
  const page = await client.call('catalogs.list', { limit: MOST_LOOKED_AT }, signal);
  const catalogs = namesOf(page);
  if (!page.items.some(each => each.name === catalog)) {
    return { catalogs, schemas: [] };
  }
  return { catalogs, schemas: namesOf(await client.call('schemas.list', { catalog, limit: MOST_LOOKED_AT }, signal)) };
}

function namesOf(page: { items: readonly { name: string }[]; token: string | null }): string[] | null {
  return page.token === null ? page.items.map(each => each.name) : null;
}

function useModels(text: string): QueryView<{ items: readonly Model[] }> {
  return useQuery(text, (client, signal) =>
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
}

/** The catalogs or schemas that go on from `name`; picking one leaves the rest to be written. */
function suggested(name: string, containers: Containers | null): Option[] {
  const depth = name.split('.').length;
  const names = depth === 1 ? containers?.catalogs : depth === 2 ? containers?.schemas : null;
  return (names ?? [])
    .filter(each => each.startsWith(name))
    .slice(0, MOST_CONTAINERS)
    .map(each => ({ key: `${each}.`, label: `${each}.`, detail: depth === 1 ? 'catalog' : 'schema', goesOn: true }));
}

function modelOption(model: Model): Option {
  return {
    key: model.name,
    label: model.name,
    detail: model.last_version > 0 ? `v${model.last_version}` : 'no version'
  };
}

/** The catalog and the schema that a governed model of that name needs and that are not there. */
function missing(name: string, containers: Containers | null): string[] {
  if (!isGoverned(name) || !containers?.catalogs || !containers.schemas) {
    return [];
  }
  const [catalog = '', schema = ''] = name.split('.');
  return [
    ...(containers.catalogs.includes(catalog) ? [] : [`catalog ${catalog}`]),
    ...(containers.schemas.includes(`${catalog}.${schema}`) ? [] : [`schema ${schema}`])
  ];
}
