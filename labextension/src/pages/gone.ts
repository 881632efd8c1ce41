import type { Client, Event } from '../client/client';
import { isPage, type LoggedTarget, type PageTarget } from '../registry/target';

/** How far back to look for what happened to something that is not there. */
const MOST_EVENTS = 1000;

/** What became of something that is not there. */
export type Gone =
  | { readonly how: 'renamed'; readonly to: PageTarget; readonly event: Event }
  | { readonly how: 'deleted'; readonly event: Event }
  | { readonly how: 'unknown' };

/** Find out in the activity log what became of `target`, which is not there. Rejects as `Client.call` does. */
export async function explainAbsence(client: Client, target: LoggedTarget, signal: AbortSignal): Promise<Gone> {
  const recent = await client.call('history.recent', { limit: MOST_EVENTS }, signal);
  return findRemoval(recent.items, target, 0) ?? { how: 'unknown' };
}

/** What the newest of `events` (newest first) after `seq` that took `target` away did with it. */
function findRemoval(events: readonly Event[], target: LoggedTarget, seq: number): Gone | null {
  const event = events.find(each => each.seq > seq && takesAway(each, target));
  if (!event) {
    return null;
  }
  if ((event.action !== 'model.renamed' && event.action !== 'model.restored') || !isPage(target)) {
    return { how: 'deleted', event };
  }
  const to = { ...target, name: event.name };
  // It may have been renamed again since, or deleted under its new name.
  return findRemoval(events, to, event.seq) ?? { how: 'renamed', to, event };
}

function takesAway(event: Event, target: LoggedTarget): boolean {
  if (!isPage(target)) {
    return event.action === `${target.kind}.deleted` && target.kind !== 'registry' && event.name === target.name;
  }
  switch (event.action) {
    case 'model.renamed':
    case 'model.restored':
      return event.before?.['name'] === target.name;
    case 'model.deleted':
      return event.name === target.name;
    case 'version.deleted':
      return target.kind === 'version' && event.name === target.name && event.version === target.version;
    default:
      return false;
  }
}
