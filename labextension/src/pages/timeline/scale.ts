import { localTime } from '../../registry/format';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The steps between two ticks, in milliseconds; longer ones are in months, which are not all of one length. */
const STEPS = [1, 5, 15, 30]
  .map(each => each * SECOND)
  .concat([1, 5, 15, 30].map(each => each * MINUTE))
  .concat([1, 3, 6, 12].map(each => each * HOUR))
  .concat([1, 2, 7, 14].map(each => each * DAY));
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240];
const MONTH = 30 * DAY;

/** A mark on the axis: when it is, in epoch milliseconds, and what stands there. */
export interface Tick {
  readonly time: number;
  readonly text: string;
}

/** At most `most` marks at round times from `since` to `until`, in the time zone of the person. */
export function ticks(since: number, until: number, most: number): Tick[] {
  const least = (until - since) / Math.max(1, most);
  const step = STEPS.find(each => each >= least);
  return step === undefined ? monthly(since, until, least) : regular(since, until, step);
}

function regular(since: number, until: number, step: number): Tick[] {
  const found: Tick[] = [];
  const first = new Date(since);
  if (step >= DAY) {
    // By the calendar: a day may have 23 hours.
    first.setHours(0, 0, 0, 0);
    for (let day = first; day.getTime() <= until; day.setDate(day.getDate() + step / DAY)) {
      found.push({ time: day.getTime(), text: localTime(day.getTime()).slice(0, 10) });
    }
  } else {
    const zone = first.getTimezoneOffset() * MINUTE;
    for (let time = Math.ceil((since - zone) / step) * step + zone; time <= until; time += step) {
      const text = localTime(time).slice(11, step < MINUTE ? 19 : 16);
      found.push({ time, text: text === '00:00' ? localTime(time).slice(0, 10) : text });
    }
  }
  return found.filter(each => each.time >= since);
}

function monthly(since: number, until: number, least: number): Tick[] {
  const step = MONTHS.find(each => each * MONTH >= least) ?? MONTHS.at(-1) ?? 1;
  const found: Tick[] = [];
  const first = new Date(since);
  const start = step < 12 ? first.getMonth() - (first.getMonth() % step) : 0;
  const year = step <= 12 ? first.getFullYear() : first.getFullYear() - (first.getFullYear() % (step / 12));
  for (let month = start; found.length < 100; month += step) {
    const time = new Date(year, month, 1).getTime();
    if (time > until) {
      break;
    }
    found.push({ time, text: localTime(time).slice(0, step < 12 ? 7 : 4) });
  }
  return found.filter(each => each.time >= since);
}
