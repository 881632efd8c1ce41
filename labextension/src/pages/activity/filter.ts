import type { Event } from '../../client/client';
import type { LoggedTarget } from '../../registry/target';

/** What a person looks for in the activity: null, or no text, stands for everything. */
export interface ActivityFilter {
  readonly alias: string | null;
  readonly actor: string;
  readonly kind: EventKind | null;
  /** Times as they were written. */
  readonly since: string;
  readonly until: string;
}

/** The same as the registry is asked: times in epoch milliseconds. */
export interface ActivityQuery {
  readonly alias: string | null;
  readonly actor: string | null;
  readonly actions: readonly string[];
  readonly since: number | null;
  readonly until: number | null;
}

export const EVERYTHING: ActivityFilter = { alias: null, actor: '', kind: null, since: '', until: '' };
export const ALL_EVENTS: ActivityQuery = { alias: null, actor: null, actions: [], since: null, until: null };

/** The kinds of events there are to choose from: as they are called on screen, and the actions that they are. */
export const KINDS = {
  alias: { label: 'Aliases', actions: ['alias'] },
  tag: { label: 'Tags', actions: ['tag'] },
  version: { label: 'Versions', actions: ['version'] },
  model: { label: 'Models', actions: ['model'] },
  description: {
    label: 'Descriptions',
    actions: ['catalog.updated', 'schema.updated', 'model.updated', 'version.updated']
  },
  container: { label: 'Catalogs and schemas', actions: ['catalog', 'schema'] },
  registry: { label: 'The registry itself', actions: ['registry', 'webhook'] }
} as const;

export type EventKind = keyof typeof KINDS;

/** The kinds that can be found on the page of `target`. */
export function kindsOn(target: LoggedTarget): EventKind[] {
  const all = Object.keys(KINDS) as EventKind[];
  const missing: Record<LoggedTarget['kind'], readonly EventKind[]> = {
    version: ['model', 'container', 'registry'],
    model: ['container', 'registry'],
    schema: ['registry'],
    catalog: ['registry'],
    registry: []
  };
  return all.filter(each => !missing[target.kind].includes(each));
}

/** Whether `filter` leaves something out. */
export function isNarrowing(filter: ActivityFilter): boolean {
  const { alias, actor, kind, since, until } = filter;
  return alias !== null || kind !== null || [actor, since, until].some(each => each.trim() !== '');
}

/** The aliases an event is about. */
export function aliasesOf(event: Event): string[] {
  return event.action.startsWith('alias.') ? Object.keys(event.after ?? event.before ?? {}) : [];
}
