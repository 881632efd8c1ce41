import type { Event, Model, Version } from '../client/client';
import { inOrder, LEADING_ALIASES } from './format';

/** Which aliases come first, as the person has set it. */
export type AliasOrder = readonly string[];

/** The aliases of a model with what they point at, in `order`. */
export function modelAliases(
  { aliases }: Pick<Model, 'aliases'>,
  order: AliasOrder = LEADING_ALIASES
): [alias: string, version: number][] {
  return inOrder(Object.keys(aliases), order).map(alias => [alias, aliases[alias] ?? 0]);
}

/** The aliases of a version in `order`. */
export function versionAliases({ aliases }: Pick<Version, 'aliases'>, order: AliasOrder = LEADING_ALIASES): string[] {
  return inOrder(aliases, order);
}

/** Whether `alias` is the one that says which version is live: the first of all in `order`. */
export function isLive(alias: string, order: AliasOrder): boolean {
  return order[0]?.toLowerCase() === alias.toLowerCase();
}

/** What to load of a model when nobody named a version: its first alias, else the newest version. */
export function defaultReference(model: Pick<Model, 'name' | 'aliases'>, order: AliasOrder = LEADING_ALIASES): string {
  const alias = modelAliases(model, order)[0]?.[0];
  return alias === undefined ? `${model.name}/latest` : `${model.name}@${alias}`;
}

/** The alias to load a version by, the first one; null when it has none. */
export function defaultAlias(version: Pick<Version, 'aliases'>, order: AliasOrder = LEADING_ALIASES): string | null {
  return versionAliases(version, order)[0] ?? null;
}

/** Where `alias`, which points at `now`, pointed before, by its `events`, newest first; null for nowhere else. */
export function pointedBefore(events: readonly Event[], alias: string, now: number | null): number | null {
  for (const { action, before } of events) {
    const version = action.startsWith('alias.') ? before?.[alias] : undefined;
    if (typeof version === 'number' && version !== now) {
      return version;
    }
  }
  return null;
}
