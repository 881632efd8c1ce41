import type { Event, Model } from '../../client/client';
import { aliasesOf } from './filter';

/** A way back for an alias: to `version`, unless something is in the way. */
export interface Rollback {
  readonly alias: string;
  readonly version: number;
  /** Why that cannot be; null when it can. */
  readonly blocked: string | null;
}

/** How to take back what `event` did to an alias of `model`; null for what moved none, or set a new one. */
export function rollbackOf(event: Event, model: Model): Rollback | null {
  const [alias] = aliasesOf(event);
  const version = alias === undefined ? undefined : event.before?.[alias];
  if (alias === undefined || typeof version !== 'number') {
    return null;
  }
  const there = model.aliases[alias] === version;
  return { alias, version, blocked: there ? `@${alias} points at v${version} already` : null };
}
