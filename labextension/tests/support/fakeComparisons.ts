import type { ComparedValue, Comparison, JsonValue, Version } from '../../src/client/client';
import { type FakeStore, type Handlers, versionOf } from './fakeWrites';

/** Compares aliases, metrics and tags, as the registry does; what files say it does not know. */
export function comparisons(store: FakeStore): Handlers {
  return {
    'comparisons.compare': ({ references, everything = false }): Comparison => {
      const versions = references.map(each => versionOf(store, each));
      const values = [
        ...compared('version', versions, each =>
          Object.fromEntries(each.aliases.length > 0 ? [['aliases', [...each.aliases]]] : [])
        ),
        ...compared('metrics', versions, each =>
          Object.fromEntries((each.metrics ?? []).map(({ key, value }) => [key, value]))
        ),
        ...compared('tags', versions, each => each.tags)
      ];
      return {
        references: versions.map(each => `${each.name}/${each.version}`),
        values: values.filter(each => everything || each.differs),
        breaking: [],
        unread: [],
        texts: []
      };
    }
  };
}

function compared(
  section: ComparedValue['section'],
  versions: readonly Version[],
  of: (version: Version) => Readonly<Record<string, JsonValue>>
): ComparedValue[] {
  const sides = versions.map(of);
  return [...new Set(sides.flatMap(each => Object.keys(each)))].map(key => {
    const values = sides.map(each => each[key] ?? null);
    const differs = new Set(values.map(each => JSON.stringify(each))).size > 1;
    const better = section === 'metrics' ? (key === 'loss' ? 'lower' : 'higher') : null;
    return { section, key, values, differs, breaking: false, better };
  });
}
