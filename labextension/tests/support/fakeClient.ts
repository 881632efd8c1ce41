import {
  type Completion,
  type Facet,
  type SavedSearch,
  type Catalog,
  type ChangeWarning,
  type Condition,
  type Event,
  type ExperimentInfo,
  type ExperimentRun,
  type FileEntry,
  type Finding,
  type LineageNode,
  type LoggedModelDetails,
  type LoggedModelInfo,
  type Model,
  type OperationName,
  type Outcome,
  type Page,
  type Params,
  type RecentUser,
  type Holder,
  RegistryError,
  type Result,
  type RunDetails,
  type RunInfo,
  type Schema,
  type TagInUse,
  type Timeline,
  type Trashed,
  type Used,
  type Version
} from '../../src/client/client';
import { type Sending, TellingClient } from '../../src/client/telling';
import { FakeDiscussion } from './fakeDiscussion';
import { accessOf, FakeAccess } from './fakeAccess';
import { comparisons } from './fakeComparisons';
import { previews } from './fakePreviews';
import { FakeEvaluations } from './runs';
import { told } from './told';
import { deprecationOf, type FakeStore, type Handlers, held, modelOf, versionOf, writes } from './fakeWrites';

const ACTOR = 'ana';
const START = Date.UTC(2026, 0, 1);

/** A registry in memory that reads as the real one does, for tests of views. */
export class FakeClient extends TellingClient implements FakeStore {
  /** Every call so far, oldest first. */
  readonly calls: { op: OperationName; params: unknown; moment?: number }[] = [];
  /** What it was at moments one can look at. */
  readonly past = new Map<number, FakeClient>();
  /** Thrown by every call whose name it lists, or by all when it lists none; null when all is well. */
  failure: { error: RegistryError; ops?: OperationName[] } | null = null;

  uri = 'modelreg:////data/team.duckdb';
  readOnly = false;
  readonly catalogs = new Map<string, Catalog>();
  readonly schemas = new Map<string, Schema>();
  readonly models = new Map<string, Model>();
  readonly versions = new Map<string, Version[]>();
  /** The files of versions by reference: `model/3`. */
  readonly files = new Map<string, FileEntry[]>();
  /** The signatures in the files of workspace versions. */
  readonly signatures = new Map<string, Version['signature']>();
  readonly runDetails = new Map<string, RunDetails>();
  readonly experiments = new Map<string, ExperimentInfo>();
  /** Of any experiment. */
  readonly experimentRuns: ExperimentRun[] = [];
  readonly loggedModelDetails = new Map<string, LoggedModelDetails>();
  /** Of any version. */
  readonly quality = new FakeEvaluations();
  /** What verifying finds. */
  findings: Finding[] = [];
  /** What is in the trash, the newest first. */
  readonly trashed: Trashed[] = [];
  /** What models have been through, by the reference that is asked for. */
  readonly timelines = new Map<string, Timeline>();
  /** What versions come from and lead to, by reference; of the others nothing is known. */
  readonly lineages = new Map<string, { graph: Result<'lineage.graph'>; known: Result<'lineage.of'> }>();
  /** What is suggested for tags. */
  tagsInUse: TagInUse[] = [];
  /** What the tracking server knows. */
  readonly loggedModels: LoggedModelInfo[] = [];
  readonly runs: RunInfo[] = [];
  /** What every preview of a registration, a copy or an alias warns of. */
  readonly warnings: ChangeWarning[] = [];
  /** What is said of filters as they are typed; any other text is words. Such a filter finds everything. */
  readonly completions = new Map<string, Completion>();
  /** By filter, what is found by its values. */
  readonly facets = new Map<string, Facet[]>();
  readonly savedSearches: SavedSearch[] = [];
  /** Who loaded versions, the latest first, and who has lately loaded what any preview is about. */
  readonly used: Used[] = [];
  readonly recentUsers: RecentUser[] = [];
  /** What holds versions besides aliases and pins, by their references. */
  readonly otherHolders = new Map<string, Holder[]>();
  /** Who may do what. */
  readonly access = new FakeAccess();
  /** Whether loads are noted. */
  noted = true;

  /** What people ask each other for, and say. */
  readonly discussion = new FakeDiscussion(this, this.access);

  private readonly events: Event[] = [];
  private readonly gates: Promise<void>[] = [];

  private readonly handlers: Handlers = {
    'registry.identity': () => ({ uri: this.uri, actor: ACTOR, version: '0.1.0', read_only: this.readOnly }),
    'models.promotion_target': ({ name }) =>
      name.startsWith('staging.') && this.catalogs.has('prod') ? name.replace('staging', 'prod') : null,
    'tags.in_use': () => this.tagsInUse,
    'registry.counts': params => this.counted(params),
    'catalogs.list': params => paged([...this.catalogs.values()], params),
    'schemas.list': params =>
      paged(
        [...this.schemas.values()].filter(each => !params.catalog || each.name.startsWith(`${params.catalog}.`)),
        params
      ),
    'models.list': params => paged(this.listed(params), params),
    'models.search': params => {
      const wanted = (params.conditions ?? []).map(matcher);
      const kind = [...this.models.values()].filter(each => isPrompt(each) === (params.prompts ?? false));
      const found = kind.filter(each => wanted.every(matches => matches(each.name)));
      return paged(found, params);
    },
    // Words, in models; a test says what else is completed and found.
    'models.find': params => paged(this.holding(params.filter ?? ''), params),
    'versions.find': params =>
      paged(
        this.holding(params.filter ?? '').flatMap(each => this.versions.get(each.name) ?? []),
        params
      ),
    'models.facets': params => this.facets.get(params.filter ?? '') ?? [],
    'versions.facets': params => this.facets.get(params.filter ?? '') ?? [],
    'searches.complete': ({ filter }) =>
      this.completions.get(filter) ?? {
        kind: 'model',
        fields: ['text'],
        problem: null,
        start: 0,
        end: filter.length,
        suggestions: []
      },
    'searches.list': () => this.savedSearches,
    'searches.delete': ({ name }) => {
      const at = this.savedSearches.findIndex(each => each.name === name);
      if (at < 0) {
        throw new RegistryError('NOT_FOUND', `there is no saved search ${name}`);
      }
      return this.savedSearches.splice(at, 1)[0]!;
    },
    'searches.get': ({ name }) => held(new Map(this.savedSearches.map(each => [each.name, each])), 'search', name),
    'versions.list': params => {
      const found = this.versions.get(params.model);
      if (!found) {
        throw new RegistryError('NOT_FOUND', `there is no model ${params.model}`, 'look at the list');
      }
      return paged([...found].reverse(), params, each => -each.version);
    },
    'lineage.of': ({ reference }) =>
      this.lineages.get(reference)?.known ?? {
        datasets: [],
        training: null,
        registered: null,
        copied_from: null,
        came_from: null,
        requirements: [],
        flavors: [],
        environment: null
      },
    'lineage.graph': ({ reference }) => this.lineages.get(reference)?.graph ?? lone(reference),
    'usage.list': ({ reference, limit }) =>
      this.used
        .filter(each => [each.name, `${each.name}/${each.version}`].includes(reference.replace(/^models:\//, '')))
        .slice(0, limit ?? undefined),
    'usage.noted': () => this.noted,
    'deprecations.of': ({ references }) => {
      const found: Result<'deprecations.of'> = {};
      for (const each of references) {
        const told = deprecationOf(this, each);
        if (told !== null) {
          found[each] = told;
        }
      }
      return found;
    },
    'usage.last': ({ models }) => this.used.filter(each => models.includes(each.name)),
    'models.get': ({ name }) => modelOf(this, name),
    'versions.get': ({ reference }) => versionOf(this, reference),
    'catalogs.get': ({ name }) => held(this.catalogs, 'catalog', name),
    'schemas.get': ({ name }) => held(this.schemas, 'schema', name),
    'tracking.logged_models': params =>
      paged(
        this.loggedModels.filter(
          each => (!params.run_id || each.run_id === params.run_id) && mentions(each, params.text)
        ),
        params,
        each => -each.created_at
      ),
    'tracking.runs': params =>
      paged(
        this.runs.filter(each => mentions(each, params.text)),
        params,
        each => -(each.start_time ?? 0)
      ),
    'tracking.run': ({ run_id }) => {
      const found = this.runs.find(each => each.run_id === run_id);
      if (!found) {
        throw new RegistryError('NOT_FOUND', `the tracking server knows no run ${run_id}`);
      }
      return found;
    },
    'maintenance.verify': () => ({
      events: 5,
      models: 1,
      versions: 3,
      files: 8,
      bytes: 2048,
      registering: 0,
      compared: 1,
      sealed: null,
      findings: this.findings
    }),
    ...this.quality.handlers,
    'versions.folder': ({ reference }) => `/kept/${reference}`,
    'tracking.experiment': ({ experiment_id }) => held(this.experiments, 'experiment', experiment_id),
    'tracking.experiment_runs': params => {
      const all = this.experimentRuns.map((each, at) => ({ ...each, name: String(at) }));
      return paged(all, params, each => Number(each.name));
    },
    'tracking.logged_model_details': ({ model_id }) => held(this.loggedModelDetails, 'logged model', model_id),
    'tracking.run_details': ({ run_id }) => held(this.runDetails, 'run', run_id),
    'tracking.logged_model': ({ model_id }) => {
      const found = this.loggedModels.find(each => each.model_id === model_id);
      if (!found) {
        throw new RegistryError('NOT_FOUND', `the tracking server knows no logged model ${model_id}`);
      }
      return found;
    },
    'versions.signature': ({ reference }) =>
      versionOf(this, reference).signature ?? this.signatures.get(reference) ?? null,
    'versions.files': ({ reference }) => (versionOf(this, reference), this.files.get(reference) ?? []),
    'history.recent': params => this.recent(params),
    'history.told': params => {
      const found = this.recent(params);
      return { ...found, items: found.items.map(told) };
    },
    'history.timeline': ({ reference }) => held(this.timelines, 'model', reference),
    'history.undo': ({ event }) => this.undone(event ?? this.events.length),
    'history.read_time': ({ text, end = false }) => {
      const time = Date.parse(`${text}${text.includes(' ') ? '' : end ? ' 23:59:59.999' : ' 00:00'}`);
      if (Number.isNaN(time)) {
        throw new RegistryError('INVALID_INPUT', `'${text}' is no time`, 'write 2026-03-01');
      }
      return time;
    },
    'registry.status': () => {
      const governed = [...this.models.values()].filter(each => each.schema_id !== null).length;
      return {
        uri: this.uri,
        actor: ACTOR,
        catalogs: this.catalogs.size,
        schemas: this.schemas.size,
        governed_models: governed,
        workspace_models: this.models.size - governed,
        prompts: 0,
        versions: 0,
        events: this.events.length,
        database_bytes: 0,
        moved_to: null,
        file_bytes: 0
      };
    },
    'trash.count': () => this.trashed.length,
    'trash.list': () => [...this.trashed],
    ...comparisons(this),
    ...this.discussion.handlers,
    ...accessOf(this, this.access),
    ...writes(this),
    ...previews(this, this.warnings),
    'history.last': () => this.events.at(-1) ?? null,
    'history.list': params =>
      this.events.filter(each => each.seq > (params.after ?? 0)).slice(0, params.limit ?? undefined)
  };

  protected async answer<K extends OperationName>(
    op: K,
    params: Params<K>,
    { signal, onProgress, moment }: Sending
  ): Promise<Outcome<K>> {
    this.calls.push({ op, params, ...(moment !== null && { moment }) });
    await Promise.all(this.gates);
    signal?.throwIfAborted();
    if (this.failure && (this.failure.ops ?? [op]).includes(op)) {
      throw this.failure.error;
    }
    if (moment !== null && op !== 'history.read_time') {
      const past = this.past.get(moment);
      if (!past) {
        throw new RegistryError('INVALID_STATE', 'there was nothing in the registry then', 'it begins later');
      }
      return { result: await past.call(op, params, signal), unit: null };
    }
    const handler: Handlers[K] = this.handlers[op];
    if (!handler) {
      throw new RegistryError('INVALID_INPUT', `the fake has no ${op}`);
    }
    const before = this.events.length;
    const result = handler(params, onProgress);
    return { result, unit: this.events.length > before ? this.events.length : null };
  }

  /** Hold back every answer until the function returned is called. */
  hold(): () => void {
    let open = (): void => undefined;
    this.gates.push(new Promise(resolve => (open = resolve)));
    return () => {
      this.gates.length = 0;
      open();
    };
  }

  /** Add a model with `count` versions, its schema and catalog with it; a second call replaces it. */
  model(name: string, count = 1, aliases: Record<string, number> = {}): void {
    const parts = name.split('.');
    const [catalog = '', schema = ''] = parts;
    const governed = parts.length === 3;
    if (governed) {
      this.schema(`${catalog}.${schema}`);
    }
    const schemaId = governed ? this.schemas.get(`${catalog}.${schema}`)!.id : null;
    this.models.set(name, {
      ...this.securable(name),
      schema_id: schemaId,
      tags: {},
      aliases,
      last_version: count,
      deployment_job_id: null,
      deprecated: null,
      browse_only: false,
      deleted_at: null
    });
    this.versions.set(
      name,
      Array.from({ length: count }, (_, at) => this.newVersion(name, at + 1, aliases))
    );
    this.log('model.created', 'model', name);
  }

  /** Add an empty schema, its catalog with it. */
  schema(name: string): void {
    const [catalog = ''] = name.split('.');
    this.catalog(catalog);
    if (!this.schemas.has(name)) {
      this.schemas.set(name, { ...this.securable(name), catalog_id: this.catalogs.get(catalog)!.id });
      this.log('schema.created', 'schema', name);
    }
  }

  /** Add an empty catalog. */
  catalog(name: string): void {
    if (!this.catalogs.has(name)) {
      this.catalogs.set(name, this.securable(name));
      this.log('catalog.created', 'catalog', name);
    }
  }

  /** Delete a model with its versions. */
  drop(name: string): void {
    this.models.delete(name);
    this.versions.delete(name);
    this.log('model.deleted', 'model', name);
  }

  /** Rename a model. */
  rename(name: string, to: string): void {
    this.model(to, this.versions.get(name)?.length ?? 0);
    this.events.pop();
    this.models.delete(name);
    this.versions.delete(name);
    this.log('model.renamed', 'model', to, { before: { name } });
  }

  /** Forget everything, the log too, as when another file took the place of this one. */
  reset(): void {
    [this.catalogs, this.schemas, this.models, this.versions].forEach(each => each.clear());
    this.events.length = 0;
  }

  /** The newest event of that kind. */
  event(action: string): Event {
    return this.events.filter(each => each.action === action).at(-1)!;
  }

  private recent(params: Params<'history.recent'>): Page<Event> {
    const [whole = '', alias] = (params.reference ?? '').replace(/^models:\//, '').split('@');
    const [model, version] = whole.split('/');
    if (model && !this.catalogs.has(model) && !this.schemas.has(model)) {
      modelOf(this, model);
    }
    const { actor, actions = [], since, until } = params;
    const found = this.events.filter(
      each =>
        (!model || `${each.name}.`.startsWith(`${model}.`)) &&
        (!version || each.version === Number(version)) &&
        (!alias || (each.action.startsWith('alias.') && alias in (each.after ?? each.before ?? {}))) &&
        (!actor || each.actor === actor) &&
        (actions.length === 0 || actions.some(action => `${each.action}.`.startsWith(`${action}.`))) &&
        each.time >= (since ?? 0) &&
        each.time <= (until ?? Infinity)
    );
    return paged(found, params, each => -each.seq);
  }

  /** An event that takes back the one with number `seq`; what it has changed stays as it is. */
  private undone(seq: number): Result<'history.undo'> {
    const event = this.events[seq - 1]!;
    const { action, subject, name, version, before, after } = event;
    this.log(action, subject, name, { version, before: after, after: before, undoes: seq });
    return { events: [told(event)], unit: this.events.length };
  }

  private counted({ catalogs = [], schemas = [], models = [] }: Params<'registry.counts'>): Result<'registry.counts'> {
    const all = [...this.models.values()];
    const prompts = all.filter(isPrompt);
    const real = all.filter(each => !isPrompt(each));
    const within = (names: string[]): Record<string, number> =>
      Object.fromEntries(names.map(name => [name, real.filter(each => each.name.startsWith(`${name}.`)).length]));
    return {
      catalogs: within(catalogs.filter(each => this.catalogs.has(each))),
      schemas: within(schemas.filter(each => this.schemas.has(each))),
      models: Object.fromEntries(
        models.filter(each => this.models.has(each)).map(name => [name, this.versions.get(name)?.length ?? 0])
      ),
      workspace: real.filter(each => each.schema_id === null).length,
      prompts: prompts.length
    };
  }

  private holding(filter: string): Model[] {
    const words = this.completions.has(filter) ? [] : filter.toLowerCase().split(/\s+/);
    const all = [...this.models.values()].filter(each => !isPrompt(each));
    return all.filter(each => words.every(word => each.name.toLowerCase().includes(word)));
  }

  private listed(params: Params<'models.list'>): Model[] {
    const namespace = params.namespace;
    if (namespace && !this.schemas.has(namespace)) {
      throw new RegistryError('NOT_FOUND', `there is no schema ${namespace}`);
    }
    const all = [...this.models.values()].filter(each => !isPrompt(each));
    return all.filter(
      each => (!namespace || each.name.startsWith(`${namespace}.`)) && (!params.workspace || each.schema_id === null)
    );
  }

  private securable(name: string): Catalog {
    const at = START + this.events.length;
    return {
      id: this.events.length + 1,
      name,
      description: null,
      owner: ACTOR,
      created_at: at,
      created_by: ACTOR,
      updated_at: at,
      updated_by: ACTOR
    };
  }

  /** A version that nothing holds yet. */
  newVersion(name: string, version: number, aliases: Record<string, number> = {}): Version {
    const { owner: _, ...common } = this.securable(name);
    return {
      ...common,
      model_id: 0,
      version,
      aliases: Object.keys(aliases).filter(alias => aliases[alias] === version),
      tags: {},
      stage: 'None',
      source: null,
      location: null,
      run_id: null,
      run_link: null,
      logged_model_id: null,
      params: null,
      metrics: null,
      signature: null,
      managed: false,
      size: null,
      status: 'READY',
      status_message: null,
      pinned: false,
      links: {},
      deprecated: null,
      deleted_at: null
    };
  }

  /** Append an event; `change` is what is special about it. */
  log(action: string, subject: string, name: string, change: Partial<Event> = {}): void {
    const seq = this.events.length + 1;
    this.events.push({
      seq,
      time: START + seq,
      actor: ACTOR,
      action,
      subject,
      subject_id: 0,
      name,
      version: null,
      before: null,
      after: null,
      reason: null,
      on_behalf_of: null,
      os_user: null,
      undoes: null,
      unit: seq,
      remaining: 0,
      format: 1,
      hash: `${seq}-${action}-${name}`,
      ...change
    });
  }
}

/** One page of `all`, by name unless `rank` says otherwise. */
function paged<T extends { name: string }>(
  all: T[],
  params: { limit?: number | null; page_token?: string | null },
  rank?: (item: T) => number
): Page<T> {
  const sorted = [...all].sort((a, b) => (rank ? rank(a) - rank(b) : a.name < b.name ? -1 : 1));
  const from = Number(params.page_token ?? 0);
  const to = params.limit ? from + params.limit : sorted.length;
  return { items: sorted.slice(from, to), token: to < sorted.length ? String(to) : null };
}

function matcher({ operator, value }: Condition): (name: string) => boolean {
  const wanted = String(value);
  if (operator === 'CONTAINS') {
    return name => name.toLowerCase().includes(wanted.toLowerCase());
  }
  if (operator === '=') {
    return name => name === wanted;
  }
  const pattern = likePattern(wanted);
  return name => pattern.test(name);
}

/** Whether any text in `item` contains `text`. */
function mentions(item: object, text: string | null | undefined): boolean {
  return Object.values(item).some(value =>
    String(value)
      .toLowerCase()
      .includes((text ?? '').toLowerCase())
  );
}

function isPrompt({ tags }: Model): boolean {
  return tags['mlflow.prompt.is_prompt'] === 'true';
}

function likePattern(like: string): RegExp {
  const escaped = like.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/%/g, '.*').replace(/_/g, '.')}$`, 'is');
}

/** The graph of a version of which nothing is known. */
function lone(reference: string): Result<'lineage.graph'> {
  return { root: 'v', nodes: [node('v', 'version', reference)], edges: [], left_out: 0, layers: 1, height: 1 };
}

/** A node of a lineage. */
export function node(
  id: string,
  kind: LineageNode['kind'],
  title: string,
  more: Partial<LineageNode> = {}
): LineageNode {
  return {
    id,
    kind,
    title,
    detail: '',
    reference: kind === 'version' ? title : null,
    run_id: null,
    path: null,
    cell: null,
    url: null,
    link: null,
    layer: 0,
    row: 0,
    ...more
  };
}
