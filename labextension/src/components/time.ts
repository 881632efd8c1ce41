const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000]
];
const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });

/** How long ago `then` is, `now` being the present, both in epoch milliseconds: `3d ago`. */
export function ago(then: number, now: number): string {
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
  return new Date(then).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}
