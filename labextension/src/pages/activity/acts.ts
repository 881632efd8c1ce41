import type { Event, ToldEvent } from '../../client/client';

/** What somebody did in one go: one event, or several changes of tags that were made together. */
export type Act = readonly [ToldEvent, ...ToldEvent[]];

/** Neighbouring changes of tags that one person made at the same moment for the same reason are one act. */
export function actsOf(events: readonly ToldEvent[]): Act[] {
  const acts: Act[] = [];
  for (const event of events) {
    const last = acts.at(-1);
    if (last && together(last[0], event)) {
      acts[acts.length - 1] = [...last, event];
    } else {
      acts.push([event]);
    }
  }
  return acts;
}

/** `set 13 tags`, `removed 2 tags`, `set 2 tags and removed 1`. */
export function actText(act: Act): string {
  const set = act.filter(each => each.action === 'tag.set').length;
  const removed = act.length - set;
  const tags = (count: number): string => `${count} ${count === 1 ? 'tag' : 'tags'}`;
  if (removed === 0) {
    return `set ${tags(set)}`;
  }
  return set === 0 ? `removed ${tags(removed)}` : `set ${tags(set)} and removed ${removed}`;
}

function together(one: Event, other: Event): boolean {
  return (
    one.action.startsWith('tag.') &&
    other.action.startsWith('tag.') &&
    one.time === other.time &&
    one.actor === other.actor &&
    one.name === other.name &&
    one.version === other.version &&
    one.reason === other.reason
  );
}
