import type { Event, ToldEvent } from '../client/client';

/** What an event is about, as a reference. */
export function subjectReference({ name, version }: Event): string {
  return version === null ? name : `${name}/${version}`;
}

/** What an event did, as text. */
export function sentenceText({ sentence }: ToldEvent): string {
  return sentence.map(each => each.text).join('');
}

/** The events worth a line of their own: that a registration began goes without saying once it has ended. */
export function worthTelling<E extends Event>(events: readonly E[]): E[] {
  const ended = new Set(events.filter(each => each.action === 'version.status').map(each => each.version));
  return events.filter(each => each.action !== 'version.created' || !began(each) || !ended.has(each.version));
}

function began(event: Event): boolean {
  return event.after?.['status'] === 'PENDING_REGISTRATION';
}
