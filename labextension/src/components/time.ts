const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000]
];
const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });
/** The beginning of the year 10000, which Python has no date for. */
const END = Date.UTC(10_000, 0);

/**
 * Whether `time` can be meant as epoch milliseconds: from 1970 to the year 9999.
 *
 * Microseconds, seconds before 1970 and the like come from other programs. They are no reason not to show a row.
 */
export function isPlausible(time: number): boolean {
  return Number.isFinite(time) && time >= 0 && time < END;
}

/** How long ago `then` is, `now` being the present, both in epoch milliseconds: `3d ago`. */
export function ago(then: number, now = Date.now()): string {
  if (!isPlausible(then)) {
    return implausible(then);
  }
  const passed = now - then;
  for (const [unit, ms] of STEPS) {
    if (passed >= ms) {
      return FORMAT.format(-Math.floor(passed / ms), unit);
    }
  }
  return 'now';
}

/** The date and time of `then` (epoch milliseconds) where the person is. */
export function moment(then: number): string {
  return isPlausible(then)
    ? new Date(then).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
    : implausible(then);
}

/** `then` (epoch milliseconds) for programs; undefined when it is no time. */
export function isoTime(then: number): string | undefined {
  return isPlausible(then) ? new Date(then).toISOString() : undefined;
}

function implausible(then: number): string {
  return `${then} (implausible)`;
}
