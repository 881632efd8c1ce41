import type { RecentUser } from '../../client/client';
import { ago, aliasText } from '../../registry/format';

/** How many are named before the others are counted. */
const MOST = 3;

/** Who loaded in the last 30 days what is about to go, in a sentence; nothing where nobody did. */
export function usersText(users: readonly RecentUser[]): string[] {
  if (users.length === 0) {
    return [];
  }
  const named = users.slice(0, MOST).map(each => `${each.actor} (${howText(each)})`);
  const more = users.length - named.length;
  const all = more > 0 ? [...named, `${more} more`] : named;
  const last = all[all.length - 1] ?? '';
  return [`Loaded in the last 30 days by ${all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${last}` : last}.`];
}

/** Each actor once, with the latest use of any of them. */
export function mergedUsers(lists: readonly (readonly RecentUser[])[]): RecentUser[] {
  const latest = new Map<string, RecentUser>();
  for (const each of lists.flat()) {
    const known = latest.get(each.actor);
    if (known === undefined || known.last_used_at < each.last_used_at) {
      latest.set(each.actor, each);
    }
  }
  return [...latest.values()].sort((a, b) => b.last_used_at - a.last_used_at);
}

function howText({ last_used_at, alias, notebook }: RecentUser): string {
  return [
    ago(last_used_at),
    ...(alias === null ? [] : [aliasText(alias)]),
    ...(notebook === null ? [] : [notebook])
  ].join(', ');
}
