import type { AliasSpan, Timeline } from '../../client/client';
import type { AliasOrder } from '../../registry/aliases';
import { ago, inOrder, localTime } from '../../registry/format';

/** One alias and the times during which it pointed somewhere, oldest first. */
export interface Lane {
  readonly alias: string;
  readonly spans: readonly AliasSpan[];
}

/** The aliases of `timeline` in `order`, each with what it pointed at from `since` on. */
export function lanesOf(timeline: Timeline, order: AliasOrder, since: number): Lane[] {
  const spans = timeline.spans.filter(each => (each.ended_at ?? timeline.until) >= since);
  return inOrder(new Set(spans.map(each => each.alias)), order).map(alias => ({
    alias,
    spans: spans.filter(each => each.alias === alias)
  }));
}

/** What one may look at: all there is, or its end alone where that leaves something out. */
export function rangesOf({ since, until }: Timeline): { readonly label: string; readonly since: number }[] {
  const DAY = 86_400_000;
  const ends = [
    ['Last year', 365],
    ['Last 30 days', 30],
    ['Last 7 days', 7],
    ['Last day', 1]
  ] as const;
  const shorter = ends.map(([label, days]) => ({ label, since: until - days * DAY }));
  return [{ label: 'All of it', since }, ...shorter.filter(each => each.since > since)];
}

/** Where an alias pointed from when to when, in one sentence. */
export function spanText(span: AliasSpan): string {
  const { alias, version, began_at, ended_at, gone } = span;
  const until = ended_at === null ? 'on' : `until ${localTime(ended_at).slice(0, 16)}`;
  const lost = gone === null ? '' : gone === 'purged' ? ', purged since' : ', in the trash since';
  return `@${alias} at v${version} from ${localTime(began_at).slice(0, 16)} ${until}${lost}`;
}

/** Who pointed it there, when and why. */
export function whyText({ actor, began_at, reason }: AliasSpan): string {
  return `by ${actor}, ${ago(began_at)}${reason === null ? '' : `: “${reason}”`}`;
}
