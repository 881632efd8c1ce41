import type { Client } from '../../client/client';

/** Events that are looked through for people. */
const MOST_EVENTS = 200;

/** A user or group, and how it is known. */
export interface Person {
  readonly name: string;
  readonly about: string;
}

/** Whom a comment can speak to, as far as one can know: groups, who is in them, and who was active here; by name. */
export async function peopleIn(client: Client, signal?: AbortSignal): Promise<readonly Person[]> {
  const [groups, events] = await Promise.all([
    client.call('groups.list', {}, signal),
    client.call('history.recent', { limit: MOST_EVENTS }, signal)
  ]);
  const found = new Map<string, string>();
  const put = (name: string, about: string): unknown => found.has(name) || found.set(name, about);
  groups.forEach(each => put(each.name, 'group'));
  groups.forEach(each => each.members.forEach(member => put(member, `in ${each.name}`)));
  events.items.forEach(each => put(each.actor, ''));
  return [...found].map(([name, about]) => ({ name, about })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
