/**
 * How values read: times, sizes, numbers, types, tags and aliases.
 *
 * Commands say the same (jupyter_modelreg/commands/results/formats.py); one table of cases holds both to it.
 */
import type { Float, JsonValue, Trashed } from '../client/client';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The beginning of the year 10000, which Python has no date for. */
const END = Date.UTC(10_000, 0);
const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;
/** Aliases that say which version is in use, and which may be next: unless told otherwise they come before all others. */
export const LEADING_ALIASES: readonly string[] = ['Champion', 'Challenger'];

/**
 * Whether `time` can be meant as epoch milliseconds: from 1970 to the year 9999.
 *
 * Microseconds, seconds before 1970 and the like come from other programs. They are no reason not to show a row.
 */
export function isPlausible(time: number): boolean {
  return Number.isFinite(time) && time >= 0 && time < END;
}

/** How long ago `then` is, both in epoch milliseconds: `3 h ago`; the local date when that is over a month. */
export function ago(then: number, now = Date.now()): string {
  if (!isPlausible(then)) {
    return implausible(then);
  }
  const passed = now - then;
  if (passed < -MINUTE || passed >= 30 * DAY) {
    return localTime(then).slice(0, 10);
  }
  if (passed < MINUTE) {
    return 'just now';
  }
  if (passed < HOUR) {
    return `${Math.floor(passed / MINUTE)} min ago`;
  }
  if (passed < DAY) {
    return `${Math.floor(passed / HOUR)} h ago`;
  }
  return passed < 2 * DAY ? '1 day ago' : `${Math.floor(passed / DAY)} days ago`;
}

/** `2026-11-21 10:53 UTC` of epoch milliseconds; one that cannot be a time as it is stored. */
export function dateTime(then: number): string {
  return isPlausible(then) ? `${new Date(then).toISOString().slice(0, 16).replace('T', ' ')} UTC` : implausible(then);
}

/** `Deleted 2026-11-21 11:53:04 by ana.` */
export function deletedText({ deleted_at, deleted_by }: Trashed): string {
  return `Deleted ${localTime(deleted_at)} by ${deleted_by}.`;
}

/** `2026-11-21 11:53:04` of epoch milliseconds, in the time zone of the person. */
export function localTime(then: number): string {
  if (!isPlausible(then)) {
    return implausible(then);
  }
  const time = new Date(then);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

/** The time zone of the person, as `Europe/Berlin`; null where the browser does not say. */
export function ownZone(): string | null {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || null;
}

/** `2026-11-21T10:53:04Z` of epoch milliseconds, for programs; undefined when it is no time. */
export function isoTime(then: number): string | undefined {
  return isPlausible(then) ? `${new Date(then).toISOString().slice(0, 19)}Z` : undefined;
}

/** `842 B`, `36.4 kB`, `1.2 GB`: bytes in steps of 1,000. A size that none can have is shown as it is. */
export function sizeText(bytes: number): string {
  if (!(bytes >= 0 && Number.isFinite(bytes))) {
    return `${bytes} B (implausible)`;
  }
  if (bytes < 1000) {
    return `${bytes} B`;
  }
  let step = 1000;
  let unit = 0;
  // What would be rounded to 1000.0 belongs to the next unit.
  while (bytes >= step * 1000 - step / 20 && unit < UNITS.length - 1) {
    step *= 1000;
    unit += 1;
  }
  const tenths = Math.floor((10 * bytes + step / 2) / step);
  return `${Math.floor(tenths / 10)}.${tenths % 10} ${UNITS[unit]}`;
}

/**
 * A number to five significant digits, whole ones and what stands before the point in full: `0.83`, `1234567`.
 *
 * From 1e15 and below 0.0001 it has an exponent: `1.5e-5`.
 */
export function numberText(value: Float): string {
  if (typeof value === 'string' || !Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  if (size < 1e15 && (size >= 1e4 || Number.isInteger(size))) {
    return `${sign}${Math.round(size)}`;
  }
  if (size >= 1e-4 && size < 1e4) {
    return `${sign}${Number(size.toPrecision(5))}`;
  }
  return `${sign}${size.toExponential(4).replace(/\.?0*e\+?/, 'e')}`;
}

/** How many there are: `1,234`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 model`, `1,234 models`. */
export function countedText(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `task=ranking`, and `reviewed` of a tag whose value is empty. */
export function tagText(key: string, value: string): string {
  return value === '' ? key : `${key}=${value}`;
}

/** `@Champion`, and `@Champion v3` when it is known where it points. */
export function aliasText(alias: string, version: number | null = null): string {
  return version === null ? `@${alias}` : `@${alias} v${version}`;
}

/** Aliases as they are listed: those of `first` in that order, whatever their case, then all others by name. */
export function inOrder(aliases: Iterable<string>, first: readonly string[] = LEADING_ALIASES): string[] {
  const leading = first.map(each => each.toLowerCase());
  const rank = (alias: string): number => {
    const at = leading.indexOf(alias.toLowerCase());
    return at < 0 ? leading.length : at;
  };
  return [...aliases].sort((a, b) => rank(a) - rank(b) || byCharacters(a, b));
}

/** The type in a field of a signature: `double`, `float32[-1, 28, 28]`, `array<string>`, `{id: string}`. */
export function typeText(spec: JsonValue | undefined): string {
  if (!isSpec(spec)) {
    return plain(spec ?? null);
  }
  switch (spec['type']) {
    case 'tensor':
      return tensorText(spec['tensor-spec']);
    case 'array':
      return `array<${typeText(spec['items'])}>`;
    case 'map':
      return `map<string, ${typeText(spec['values'])}>`;
    case 'object':
      return objectText(spec['properties']);
    default:
      return plain(spec['type'] ?? spec);
  }
}

/** Whether a field must be given. MLflow before 2.6 wrote `optional` in place of `required`. */
export function isRequired(spec: Spec): boolean {
  return (spec['required'] ?? null) === null ? spec['optional'] !== true : spec['required'] !== false;
}

/** One field of a signature as MLflow writes it. */
export type Spec = Record<string, JsonValue>;

export function isSpec(value: JsonValue | undefined): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON, but text as it is. */
export function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function implausible(then: number): string {
  return `${then} (implausible)`;
}

/** By code points, as Python sorts; `<` would go by UTF-16 units. */
function byCharacters(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((each, index) => each !== right[index]);
  return at < 0 ? left.length - right.length : (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}

function tensorText(spec: JsonValue | undefined): string {
  if (!isSpec(spec)) {
    return 'tensor';
  }
  const shape = Array.isArray(spec['shape']) ? spec['shape'].map(plain).join(', ') : '';
  return `${plain(spec['dtype'] ?? null)}[${shape}]`;
}

function objectText(properties: JsonValue | undefined): string {
  const entries = Object.entries(isSpec(properties) ? properties : {}).map(([key, value]) => {
    const optional = isSpec(value) && !isRequired(value) ? '?' : '';
    return `${key}${optional}: ${typeText(value)}`;
  });
  return `{${entries.join(', ')}}`;
}
