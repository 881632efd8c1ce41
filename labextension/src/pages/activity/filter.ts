import type { Event } from '../../client/client';
import { isPin } from '../../registry/eventText';

/** What a person looks for in the activity; null stands for everything. */
export interface ActivityFilter {
  readonly alias: string | null;
  readonly actor: string | null;
  readonly kind: EventKind | null;
}

export const EVERYTHING: ActivityFilter = { alias: null, actor: null, kind: null };

/** The kinds of events there are to choose from, as they are called on screen. */
export const KINDS = {
  alias: 'Aliases',
  tag: 'Tags',
  version: 'Versions',
  description: 'Descriptions',
  other: 'Everything else'
} as const;

export type EventKind = keyof typeof KINDS;

/** Whether `filter` leaves something out. */
export function isNarrowing(filter: ActivityFilter): boolean {
  return filter.alias !== null || filter.actor !== null || filter.kind !== null;
}

/** Whether `event` is one a person looks for. */
export function matches(event: Event, filter: ActivityFilter): boolean {
  return (
    (filter.actor === null || event.actor === filter.actor) &&
    (filter.kind === null || kindOf(event) === filter.kind) &&
    (filter.alias === null || aliasesOf(event).includes(filter.alias))
  );
}

/** The aliases an event is about. */
export function aliasesOf(event: Event): string[] {
  return event.action.startsWith('alias.') ? Object.keys(event.after ?? event.before ?? {}) : [];
}

export function kindOf(event: Event): EventKind {
  const [subject] = event.action.split('.');
  if (subject === 'alias' || subject === 'tag') {
    return subject;
  }
  if (isPin(event)) {
    return 'version';
  }
  if (event.action === 'model.updated' || event.action === 'version.updated') {
    return event.after !== null && 'deployment_job_id' in event.after ? 'other' : 'description';
  }
  return subject === 'version' ? 'version' : 'other';
}
