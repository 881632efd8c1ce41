import {
  type Catalog,
  type Deprecation,
  type Event,
  type LinkChange,
  type LoggedModelInfo,
  type Model,
  type OperationName,
  type Params,
  type PinChange,
  type Progress,
  type Prune,
  type Registered,
  type RecentUser,
  type Holder,
  RegistryError,
  type Result,
  type RunInfo,
  type Schema,
  type TagChange,
  type Trashed,
  type Version
} from '../../src/client/client';

import { trashedReference } from '../../src/registry/target';

export type Handlers = {
  [K in OperationName]?: (params: Params<K>, onProgress?: (progress: Progress) => void) => Result<K>;
};

/** What the fake registry holds, and how it makes new things. */
export interface FakeStore {
  /** Who has lately loaded what any preview is about. */
  readonly recentUsers: RecentUser[];
  readonly otherHolders: ReadonlyMap<string, Holder[]>;
  readonly catalogs: Map<string, Catalog>;
  readonly schemas: Map<string, Schema>;
  readonly models: Map<string, Model>;
  readonly versions: Map<string, Version[]>;
  readonly trashed: Trashed[];
  readonly loggedModels: LoggedModelInfo[];
  readonly runs: RunInfo[];
  /** Add a model without versions, its schema and catalog with it. */
  model(name: string, count: number): void;
  schema(name: string): void;
  catalog(name: string): void;
  newVersion(name: string, version: number): Version;
  log(action: string, subject: string, name: string, change?: Partial<Event>): void;
}

/** The operations that change something, as far as dialogs call them. */
export function writes(store: FakeStore): Handlers {
  return {
    'versions.register': (params, onProgress) => {
      onProgress?.({ what: 'copying files', done: 1_000_000, total: 4_000_000, unit: 'bytes' });
      return registered(store, params.model, {
        source: params.source,
        aliases: params.aliases ?? [],
        tags: params.tags ?? {},
        description: params.description ?? null
      });
    },
    'versions.copy': ({ reference, model }) => {
      const { name, version, tags, description } = versionOf(store, reference);
      return registered(store, model, { source: `models:/${name}/${version}`, aliases: [], tags, description });
    },
    'aliases.remove': ({ model, alias, reason }) => {
      const found = modelOf(store, model);
      const { [alias]: before = null, ...others } = found.aliases;
      if (before !== null) {
        point(store, found, others);
        store.log('alias.deleted', 'model', model, {
          version: before,
          before: { [alias]: before },
          reason: reason ?? null
        });
      }
      return before;
    },
    'aliases.set': ({ model, alias, version, reason }) => {
      const found = modelOf(store, model);
      versionOf(store, `${model}/${version}`);
      const before = found.aliases[alias] ?? null;
      pointed(store, found, alias, version, reason);
      return before;
    },
    'aliases.rollback': ({ model, alias, version, reason }) => {
      const found = modelOf(store, model);
      const after = versionOf(store, `${model}/${version}`).version;
      const before = found.aliases[alias] ?? null;
      pointed(store, found, alias, after, reason);
      return { model, alias, before, after };
    },
    'versions.pin': ({ reference, reason }) => [pinned(store, reference, true, reason)],
    'versions.link': ({ reference, url, kind, reason }) => [linked(store, reference, url, kind, reason)],
    'versions.unlink': ({ reference, url, reason }) => [linked(store, reference, url, null, reason)],
    'deprecations.set': ({ reference, reason, in_favour_of }) => [
      deprecated(store, reference, { reason, in_favour_of: plain(in_favour_of ?? ''), by: 'ana', at: Date.now() })
    ],
    'deprecations.remove': ({ reference }) => {
      const before = deprecationIn(store, reference);
      return before === null ? [] : [(deprecated(store, reference, null), before)];
    },
    'versions.unpin': ({ reference, reason }) => [pinned(store, reference, false, reason)],
    'tags.edit': params => edited(store, params),
    'models.rename': ({ name, new_name }) => {
      const found = modelOf(store, name);
      if (store.models.has(new_name)) {
        throw new RegistryError(
          'ALREADY_EXISTS',
          `model ${new_name} already exists`,
          'choose another name, or delete that one first'
        );
      }
      const renamed = { ...found, name: new_name };
      store.models.delete(name);
      store.models.set(new_name, renamed);
      store.versions.set(
        new_name,
        (store.versions.get(name) ?? []).map(each => ({ ...each, name: new_name }))
      );
      store.versions.delete(name);
      store.log('model.renamed', 'model', new_name, { before: { name } });
      return renamed;
    },
    ...creates(store),
    ...describes(store),
    ...deletes(store),
    ...trash(store)
  };
}

function creates(store: FakeStore): Handlers {
  return {
    'catalogs.create': ({ name }) => {
      store.catalog(name);
      return held(store.catalogs, 'catalog', name);
    },
    'schemas.create': ({ name }) => {
      store.schema(name);
      return held(store.schemas, 'schema', name);
    },
    'models.create': ({ name }) => {
      store.model(name, 0);
      return modelOf(store, name);
    }
  };
}

function describes(store: FakeStore): Handlers {
  const described = <T extends Catalog>(found: T, description: string | null): T => ({
    ...found,
    description,
    updated_by: 'ana'
  });
  return {
    'models.describe': ({ name, description }) => {
      const model = described(modelOf(store, name), description);
      store.models.set(name, model);
      store.log('model.updated', 'model', name);
      return model;
    },
    'versions.describe': ({ reference, description }) => {
      const version = versionOf(store, reference);
      const changed = { ...version, description, updated_by: 'ana' };
      replace(store, changed);
      store.log('version.updated', 'model', version.name, { version: version.version });
      return [changed];
    },
    'catalogs.describe': ({ name, description }) => {
      const catalog = described(held(store.catalogs, 'catalog', name), description);
      store.catalogs.set(name, catalog);
      store.log('catalog.updated', 'catalog', name);
      return catalog;
    },
    'schemas.describe': ({ name, description }) => {
      const schema = described(held(store.schemas, 'schema', name), description);
      store.schemas.set(name, schema);
      store.log('schema.updated', 'schema', name);
      return schema;
    }
  };
}

function deletes(store: FakeStore): Handlers {
  return {
    'models.delete': ({ name, force }) => {
      const model = modelOf(store, name);
      refuseHeld(name, Object.keys(model.aliases), force);
      toTrash(store, name, null);
      store.models.delete(name);
      store.versions.delete(name);
      store.log('model.deleted', 'model', name);
      return model;
    },
    'versions.delete': ({ reference, force }) => {
      const version = versionOf(store, reference);
      refuseHeld(reference, version.aliases, force);
      const model = modelOf(store, version.name);
      toTrash(store, model.name, version.version);
      const kept = Object.entries(model.aliases).filter(([, at]) => at !== version.version);
      store.versions.set(
        model.name,
        (store.versions.get(model.name) ?? []).filter(each => each !== version)
      );
      point(store, model, Object.fromEntries(kept));
      store.log('version.deleted', 'model', model.name, { version: version.version });
      return [version];
    },
    'catalogs.delete': ({ name }) => {
      held(store.catalogs, 'catalog', name);
      refuseFull('catalog', name, 'schema', store.schemas);
      store.catalogs.delete(name);
      store.log('catalog.deleted', 'catalog', name);
      return null;
    },
    'schemas.delete': ({ name }) => {
      held(store.schemas, 'schema', name);
      refuseFull('schema', name, 'model', store.models);
      store.schemas.delete(name);
      store.log('schema.deleted', 'schema', name);
      return null;
    }
  };
}

function trash(store: FakeStore): Handlers {
  const find = (reference: string, id?: number | null): Trashed | undefined =>
    store.trashed.find(
      each => reference.replace(/^models:\//, '') === trashedReference(each) && (id ?? each.id) === each.id
    );
  return {
    'trash.restore': ({ reference, id, name }) => {
      const found = find(reference, id);
      if (!found) {
        throw new RegistryError('NOT_FOUND', `${reference} is not in the trash`);
      }
      store.trashed.splice(store.trashed.indexOf(found), 1);
      if (found.version !== null) {
        store.log('version.restored', 'model', found.name, { version: found.version });
        return store.newVersion(found.name, found.version);
      }
      store.model(name ?? found.name, found.versions);
      return modelOf(store, name ?? found.name);
    },
    'trash.prune': ({ name, keep }) => {
      const told = pruning(store, name, keep);
      told.versions.forEach(each => {
        if (each.why === null) {
          toTrash(store, each.name, each.version);
          const left = (store.versions.get(each.name) ?? []).filter(one => one.version !== each.version);
          store.versions.set(each.name, left);
          store.log('version.deleted', 'model', each.name, { version: each.version });
        }
      });
      return told;
    },
    'trash.purge': ({ ids = [] }) => {
      const gone = store.trashed.filter(each => ids.length === 0 || ids.includes(each.id));
      gone.forEach(each => store.trashed.splice(store.trashed.indexOf(each), 1));
      const models = gone.filter(each => each.version === null);
      return {
        models: models.length,
        versions: gone.reduce((sum, each) => sum + each.versions, 0),
        size: gone.reduce((sum, each) => sum + each.size, 0),
        names: models.map(each => each.name),
        users: [],
        kept: []
      };
    }
  };
}

/** What pruning a model, or those of a schema or catalog, to `keep` versions does. */
export function pruning(store: FakeStore, reference: string, keep: number): Prune {
  const name = reference.replace(/^models:\//, '');
  const models = [...store.models.keys()].filter(each => `${each}.`.startsWith(`${name}.`));
  const newestFirst = models.map(each => [...(store.versions.get(each) ?? [])].reverse());
  return {
    models: models.length,
    newest: newestFirst.reduce((sum, each) => sum + Math.min(keep, each.length), 0),
    versions: newestFirst
      .flatMap(each => each.slice(keep))
      .map(each => ({
        name: each.name,
        version: each.version,
        why: each.aliases.length > 0 ? 'alias' : each.pinned ? 'pinned' : null,
        aliases: each.aliases,
        held_by: [],
        last_used_at: null,
        size: each.size ?? 0
      })),
    users: store.recentUsers
  };
}

function toTrash(store: FakeStore, name: string, version: number | null): void {
  const versions = version === null ? (store.versions.get(name)?.length ?? 0) : 1;
  const kind = version === null ? 'model' : 'version';
  const common = { size: 0, deleted_at: Date.UTC(2026, 5, 1), deleted_by: 'ana' };
  store.trashed.unshift({ ...common, kind, id: store.trashed.length + 100, name, version, versions });
}

/** The version that `reference` (`name/3`) names. */
export function versionOf(store: FakeStore, reference: string): Version {
  const [, name = '', mark = '', which = ''] = /^(?:models:\/)?(.*)([/@])([^/@]+)$/s.exec(reference) ?? [];
  const number = mark === '@' ? store.models.get(name)?.aliases[which] : Number(which);
  const found = store.versions.get(name)?.find(each => each.version === number);
  if (!found) {
    throw new RegistryError('NOT_FOUND', `no version ${reference}`);
  }
  return found;
}

/** The model called `name`. */
export function modelOf(store: FakeStore, name: string): Model {
  return held(store.models, 'model', name);
}

/** What `all` holds under `name`. */
export function held<T>(all: Map<string, T>, kind: string, name: string): T {
  const found = all.get(name);
  if (!found) {
    throw new RegistryError('NOT_FOUND', `no ${kind} ${name}`);
  }
  return found;
}

function refuseFull(kind: string, name: string, inner: string, all: Map<string, unknown>): void {
  const first = [...all.keys()].find(each => each.startsWith(`${name}.`));
  if (first !== undefined) {
    throw new RegistryError(
      'INVALID_STATE',
      `${kind} ${name} still holds ${inner} ${first}`,
      `delete its ${inner}s first`
    );
  }
}

function refuseHeld(what: string, aliases: readonly string[], force = false): void {
  if (aliases.length > 0 && !force) {
    throw new RegistryError('INVALID_STATE', `${what} cannot be deleted while @${aliases[0]} points there`, 'force it');
  }
}

function registered(store: FakeStore, name: string, facts: Partial<Version> & { aliases: string[] }): Registered {
  const known = store.models.get(name)?.aliases ?? {};
  const moves = facts.aliases.map(alias => ({ alias, before: known[alias] ?? null }));
  return { ...added(store, name, facts), moves, warnings: [] };
}

function added(store: FakeStore, name: string, facts: Partial<Version> & { aliases: string[] }): Version {
  if (!store.models.has(name)) {
    store.model(name, 0);
  }
  const model = modelOf(store, name);
  const version = { ...store.newVersion(name, model.last_version + 1), ...facts };
  store.versions.set(name, [...(store.versions.get(name) ?? []), version]);
  const pointed = Object.fromEntries(facts.aliases.map(alias => [alias, version.version]));
  point(store, { ...model, last_version: version.version }, { ...model.aliases, ...pointed });
  store.log('version.created', 'model', name, { version: version.version });
  return version;
}

function pinned(store: FakeStore, reference: string, after: boolean, reason: string | null = null): PinChange {
  const found = versionOf(store, reference);
  replace(store, { ...found, pinned: after });
  const change = { version: found.version, before: { pinned: found.pinned }, after: { pinned: after }, reason };
  store.log('version.updated', 'model', found.name, change);
  return { name: `${found.name}/${found.version}`, before: found.pinned, after };
}

function linked(
  store: FakeStore,
  reference: string,
  url: string,
  after: LinkChange['after'],
  reason: string | null = null
): LinkChange {
  const found = versionOf(store, reference);
  const { [url]: before = null, ...others } = found.links;
  replace(store, { ...found, links: after === null ? others : { ...others, [url]: after } });
  store.log(after === null ? 'link.deleted' : 'link.set', 'model', found.name, {
    version: found.version,
    before: before === null ? null : { [url]: before },
    after: after === null ? null : { [url]: after },
    reason
  });
  return { name: `${found.name}/${found.version}`, url, before, after };
}

/** A reference without what says that it is exact. */
function plain(reference: string): string {
  return reference.replace(/^models:\//, '');
}

type Told = Omit<Deprecation, 'name'>;

/** What is said of a model, or of a version itself. */
function deprecationIn(store: FakeStore, reference: string): Deprecation | null {
  const name = plain(reference);
  const found = name.includes('/') ? versionOf(store, name) : modelOf(store, name);
  const told = found.deprecated as unknown as Told | null;
  return told && { name, ...told };
}

/** What is said of a version or of its model. */
export function deprecationOf(store: FakeStore, reference: string): Deprecation | null {
  const model = plain(reference).replace(/\/\d+$/, '');
  return store.models.has(model) ? (deprecationIn(store, reference) ?? deprecationIn(store, model)) : null;
}

function deprecated(store: FakeStore, reference: string, told: Told | null): Deprecation {
  const name = plain(reference);
  const after = told && { ...told, in_favour_of: told.in_favour_of === '' ? null : told.in_favour_of };
  const action = after === null ? 'undeprecated' : 'deprecated';
  if (name.includes('/')) {
    const found = versionOf(store, name);
    replace(store, { ...found, deprecated: after });
    store.log(`version.${action}`, 'model', found.name, { version: found.version, after: { deprecated: after } });
  } else {
    store.models.set(name, { ...modelOf(store, name), deprecated: after });
    store.log(`model.${action}`, 'model', name, { after: { deprecated: after } });
  }
  return { name, ...(after ?? { reason: '', in_favour_of: null, by: '', at: 0 }) };
}

function point(store: FakeStore, model: Model, aliases: Record<string, number>): void {
  store.models.set(model.name, { ...model, aliases });
  const versions = store.versions.get(model.name) ?? [];
  store.versions.set(
    model.name,
    versions.map(each => ({ ...each, aliases: Object.keys(aliases).filter(alias => aliases[alias] === each.version) }))
  );
}

function pointed(store: FakeStore, model: Model, alias: string, version: number, reason?: string | null): void {
  const before = model.aliases[alias];
  point(store, model, { ...model.aliases, [alias]: version });
  store.log(before === undefined ? 'alias.set' : 'alias.moved', 'model', model.name, {
    version,
    before: before === undefined ? null : { [alias]: before },
    after: { [alias]: version },
    reason: reason ?? null
  });
}

function edited(
  store: FakeStore,
  { reference, set = {}, remove = [], expected, reason }: Params<'tags.edit'>
): TagChange[] {
  const whole = !/\/\d+$/.test(reference);
  const found = whole ? modelOf(store, reference.replace(/^models:\//, '')) : versionOf(store, reference);
  for (const [key, value] of Object.entries(expected ?? {})) {
    if ((found.tags[key] ?? null) !== value) {
      throw new RegistryError('CONFLICT', `tag ${key} of ${reference} was changed meanwhile`, 'look at it again');
    }
  }
  const tags = Object.fromEntries(Object.entries({ ...found.tags, ...set }).filter(([key]) => !remove.includes(key)));
  if ('version' in found) {
    replace(store, { ...found, tags });
  } else {
    store.models.set(found.name, { ...found, tags });
  }
  store.log('tag.set', 'model', found.name, { reason: reason ?? null });
  const name = 'version' in found ? `${found.name}/${found.version}` : found.name;
  return [...Object.keys(set ?? {}), ...remove].map(key => ({
    name,
    key,
    before: found.tags[key] ?? null,
    after: set?.[key] ?? null
  }));
}

function replace(store: FakeStore, version: Version): void {
  const all = store.versions.get(version.name) ?? [];
  store.versions.set(
    version.name,
    all.map(each => (each.version === version.version ? version : each))
  );
}
