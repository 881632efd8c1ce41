import type { Event } from '../client/client';
import { listKey, parent, PROMPTS, ROOT, type Source, WORKSPACE } from './nodes';

/** The keys of the lists that `events` may have changed. */
export function touchedLists(events: readonly Event[]): Set<string> {
  const keys = new Set<string>();
  for (const event of events) {
    for (const name of namesIn(event)) {
      touched(event.subject, name).forEach(source => keys.add(listKey(source)));
    }
  }
  return keys;
}

/** The name of what changed, and the one it had before when it was renamed. */
export function namesIn(event: Event): string[] {
  const before = event.before?.['name'];
  return typeof before === 'string' ? [event.name, before] : [event.name];
}

function touched(subject: string, name: string): Source[] {
  switch (subject) {
    case 'catalog':
      return [ROOT, { of: 'catalog', name }];
    case 'schema':
      return [
        { of: 'catalog', name: parent(name) },
        { of: 'schema', name }
      ];
    case 'model':
      // The name alone does not say whether the model is governed, or a prompt, so all places it may be in count.
      return [WORKSPACE, PROMPTS, { of: 'schema', name: parent(name) }, { of: 'model', name }];
    default:
      return [];
  }
}
