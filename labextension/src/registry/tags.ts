/** What the value of a tag says by itself. */
export type Tone = 'good' | 'bad';

/** Words people and pipelines write when something went well, and when it did not. */
const GOOD: readonly string[] = ['approved', 'passed', 'pass', 'success', 'succeeded'];
const BAD: readonly string[] = ['rejected', 'failed', 'fail', 'failure', 'error'];

/** Whether `value` is a verdict, and which; null for every other value. */
export function toneOf(value: string): Tone | null {
  const word = value.trim().toLowerCase();
  return GOOD.includes(word) ? 'good' : BAD.includes(word) ? 'bad' : null;
}

/** The tags of something by key. */
export function sortedTags(tags: Readonly<Record<string, string>>): [key: string, value: string][] {
  return Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
}
