import type { Model, Version } from '../client/client';

/** What is loaded when a model has it and nobody named a version. */
const FAVOURITE = 'Champion';

/** The aliases of a model with what they point at, the newest version first, then by name. */
export function modelAliases({ aliases }: Pick<Model, 'aliases'>): [alias: string, version: number][] {
  return Object.entries(aliases).sort(([a, x], [b, y]) => y - x || byName(a, b));
}

/** The aliases of a version by name. */
export function versionAliases({ aliases }: Pick<Version, 'aliases'>): string[] {
  return [...aliases].sort(byName);
}

/** What to load of a model when nobody named a version: `@Champion`, else its first alias, else the newest version. */
export function defaultReference(model: Pick<Model, 'name' | 'aliases'>): string {
  const alias = FAVOURITE in model.aliases ? FAVOURITE : modelAliases(model)[0]?.[0];
  return alias === undefined ? `${model.name}/latest` : `${model.name}@${alias}`;
}

/** The alias to load a version by, `Champion` before all others; null when it has none. */
export function defaultAlias(version: Pick<Version, 'aliases'>): string | null {
  return version.aliases.includes(FAVOURITE) ? FAVOURITE : (versionAliases(version)[0] ?? null);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
