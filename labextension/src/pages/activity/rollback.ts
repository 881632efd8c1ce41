import type { Event } from '../../client/client';
import { aliasesOf } from './filter';

/** A way back for an alias: to `version`, unless something is in the way. */
export interface Rollback {
  readonly alias: string;
  readonly version: number;
  /** Why that cannot be; null when it can. */
  readonly blocked: string | null;
}

/**
 * How to take back what `event` did to an alias; null for what moved none, or set a new one.
 *
 * @param events all that is known of the model, newest first, which says where the alias points now
 * @param about the version whose page this is for: there, what happened to the alias elsewhere is not known
 */
export function rollbackOf(event: Event, events: readonly Event[], about: number | null): Rollback | null {
  const [alias] = aliasesOf(event);
  const version = alias === undefined ? undefined : event.before?.[alias];
  if (about !== null || alias === undefined || typeof version !== 'number') {
    return null;
  }
  const now = events.find(each => aliasesOf(each).includes(alias))?.after?.[alias];
  return { alias, version, blocked: now === version ? `@${alias} points at v${version} already` : null };
}
