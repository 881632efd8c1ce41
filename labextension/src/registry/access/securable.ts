import { isPage, type LoggedTarget } from '../target';
import type { Level } from './privileges';

/** What a privilege is held on; the name of the registry is `registry`. */
export interface Securable {
  readonly kind: Level;
  readonly name: string;
}

export const THE_REGISTRY: Securable = { kind: 'registry', name: 'registry' };

/** What a privilege on `target` is held on: a version is its model's. */
export function securableOf(target: LoggedTarget): Securable {
  if (target.kind === 'registry') {
    return THE_REGISTRY;
  }
  return isPage(target) ? { kind: 'model', name: target.name } : { kind: target.kind, name: target.name };
}
