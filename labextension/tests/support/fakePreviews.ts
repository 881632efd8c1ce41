import type { AliasMove, ChangePreview, ChangeWarning, DeletionPreview, Holder, Model } from '../../src/client/client';
import { type FakeStore, type Handlers, held, modelOf, pruning, versionOf } from './fakeWrites';

/** What changes would do; `warnings` are those of every registration, copy and new place of an alias. */
export function previews(store: FakeStore, warnings: readonly ChangeWarning[]): Handlers {
  const change = (name: string, aliases: readonly string[], version: number | null): ChangePreview => {
    const model = store.models.get(name);
    const next = version ?? (model?.last_version ?? 0) + 1;
    return { model: name, creates: !model, version: next, moves: moves(model, aliases, next), warnings: [...warnings] };
  };
  return {
    'previews.prune': ({ name, keep }) => pruning(store, name, keep),
    'previews.purge': () => ({ models: 0, versions: 0, size: 0, names: [], users: store.recentUsers, kept: [] }),
    'previews.register': ({ model, aliases = [] }) => change(model, aliases, null),
    'previews.copy': ({ reference, model, aliases = [] }) => (
      versionOf(store, reference),
      change(model, aliases, null)
    ),
    'previews.alias': ({ model, alias, version }) => (
      versionOf(store, `${modelOf(store, model).name}/${version}`),
      change(model, [alias], version)
    ),
    'previews.rename': ({ name, new_name }) => {
      const { aliases } = modelOf(store, name);
      const taken = store.models.has(new_name) && new_name !== name;
      const blocked = taken ? `model ${new_name} already exists` : null;
      return {
        name,
        new_name,
        aliases,
        holders: [],
        blocked,
        hint: taken ? 'choose another name, or delete that one first' : null
      };
    },
    'previews.delete': ({ reference }) => deletion(store, reference.replace(/^models:\//, '')),
    'previews.delete_container': ({ name }) => {
      const schema = name.includes('.');
      held<unknown>(schema ? store.schemas : store.catalogs, schema ? 'schema' : 'catalog', name);
      const inner = [...(schema ? store.models : store.schemas).keys()].find(each => each.startsWith(`${name}.`));
      const [kind, within] = schema ? (['schema', 'model'] as const) : (['catalog', 'schema'] as const);
      const blocked = inner === undefined ? null : `${kind} ${name} still holds ${within} ${inner}`;
      return { ...NOTHING, kind, name, blocked };
    }
  };
}

const NOTHING = {
  blocked: null,
  versions: 0,
  aliases: {},
  pinned: [],
  holders: [],
  users: [],
  managed: 0,
  size: 0,
  next_version: null
};

function moves(model: Model | undefined, aliases: readonly string[], version: number): AliasMove[] {
  return aliases
    .map(alias => ({ alias, before: model?.aliases[alias] ?? null }))
    .filter(each => each.before !== version);
}

function deletion(store: FakeStore, reference: string): DeletionPreview {
  const one = /^(.*)\/(\d+)$/s.exec(reference);
  const model = modelOf(store, one ? (one[1] ?? '') : reference);
  const gone = one ? [versionOf(store, reference)] : (store.versions.get(model.name) ?? []);
  const managed = gone.filter(each => each.managed);
  const numbers = gone.map(each => each.version);
  const aliases = Object.fromEntries(Object.entries(model.aliases).filter(([, at]) => numbers.includes(at)));
  const pinned = gone.filter(each => each.pinned).map(each => each.version);
  return {
    ...NOTHING,
    kind: one ? 'version' : 'model',
    name: reference,
    versions: gone.length,
    aliases,
    pinned,
    holders: [
      ...Object.entries(aliases).map(([alias, version]) => holder('alias', version, `@${alias}`)),
      ...pinned.map(version => holder('pin', version, 'a pin')),
      ...(store.otherHolders.get(reference) ?? [])
    ],
    users: store.recentUsers,
    managed: managed.length,
    size: managed.reduce((sum, each) => sum + (each.size ?? 0), 0),
    next_version: model.last_version + 1
  };
}

function holder(kind: Holder['kind'], version: number, text: string): Holder {
  return { kind, version, text, frees: '' };
}
