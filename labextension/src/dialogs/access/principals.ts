import type { Client } from '../../client/client';
import { EVERYBODY } from '../../registry/access/privileges';
import type { Problem } from '../../registry/validation';
import { type QueryView, useQuery } from '../../state/query';
import type { Option } from '../form/Combo';

/** Events that are looked through for people. */
const MOST_EVENTS = 200;

/** A user or group, and how it is known. */
export interface Principal {
  readonly name: string;
  readonly about: string;
}

/** The users and groups there are, as far as one can know: groups, who is in them, who was granted or did something. */
export async function principalsOf(client: Client, signal?: AbortSignal): Promise<readonly Principal[]> {
  const [groups, grants, events, me] = await Promise.all([
    client.call('groups.list', {}, signal),
    client.call('grants.list', {}, signal),
    client.call('history.recent', { limit: MOST_EVENTS }, signal),
    client.call('registry.whoami', {}, signal)
  ]);
  const found = new Map<string, string>([[EVERYBODY, 'everybody']]);
  const put = (name: string, about: string): void => {
    if (!found.has(name)) {
      found.set(name, about);
    }
  };
  groups.forEach(each =>
    put(each.name, each.members.length === 0 ? 'group, empty' : `group: ${each.members.join(', ')}`)
  );
  groups.forEach(each => each.members.forEach(member => put(member, `in ${each.name}`)));
  put(me.actor, 'you');
  events.items.forEach(each => put(each.actor, 'was active here'));
  grants.forEach(each => put(each.principal, 'was granted something'));
  const [first = [EVERYBODY, ''] as const, ...rest] = [...found];
  return [first, ...rest.sort(([a], [b]) => (a < b ? -1 : 1))].map(([name, about]) => ({ name, about }));
}

/** The same, for a dialog. */
export function usePrincipals(): QueryView<readonly Principal[]> {
  return useQuery('principals', principalsOf);
}

/** What to pick from below a field in which `typed` stands; `without` are those that make no sense there. */
export function principalOptions(
  known: readonly Principal[],
  typed: string,
  without: readonly string[] = []
): Option[] {
  const wanted = typed.trim().toLowerCase();
  // What is written out needs no more choosing.
  if (known.some(each => each.name === typed.trim())) {
    return [];
  }
  return known
    .filter(each => !without.includes(each.name))
    .filter(each => each.name.toLowerCase().includes(wanted))
    .map(({ name, about }) => ({ key: name, label: name, detail: about }));
}

/** What is wrong with the name of a user or group. */
export function principalProblem(name: string): Problem | null {
  return name === ''
    ? { message: 'a user or a group is missing', hint: 'type a name, or pick one' }
    : name.includes('"')
      ? { message: `${name} is no user or group`, hint: 'write a name, without quotes in it' }
      : null;
}

/** That nobody has heard of `name`, where that is so and nobody has said that it is meant. */
export function newProblem(known: readonly Principal[] | null, name: string, meant: boolean): Problem | null {
  return known === null || meant || !isNew(known, name)
    ? null
    : { message: `nobody has heard of ${name} yet`, hint: 'check how it is written, or tick the box' };
}

/** Whether `name` is none of those that are known. */
export function isNew(known: readonly Principal[], name: string): boolean {
  return name !== '' && !known.some(each => each.name === name);
}
