import type { Model, Version } from '../client/client';
import { inOrder } from './format';

/** The aliases of a model with what they point at, in order. */
export function modelAliases({ aliases }: Pick<Model, 'aliases'>): [alias: string, version: number][] {
  return inOrder(Object.keys(aliases)).map(alias => [alias, aliases[alias] ?? 0]);
}

/** The aliases of a version in order. */
export function versionAliases({ aliases }: Pick<Version, 'aliases'>): string[] {
  return inOrder(aliases);
}

/** What to load of a model when nobody named a version: its first alias, else the newest version. */
export function defaultReference(model: Pick<Model, 'name' | 'aliases'>): string {
  const alias = modelAliases(model)[0]?.[0];
  return alias === undefined ? `${model.name}/latest` : `${model.name}@${alias}`;
}

/** The alias to load a version by, the first one; null when it has none. */
export function defaultAlias(version: Pick<Version, 'aliases'>): string | null {
  return versionAliases(version)[0] ?? null;
}
