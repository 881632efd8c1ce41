import { type ColumnId, lookOf } from './columns';

/** Pixels between two columns, and before the first and after the last: style/versions.css has the same. */
export const COLUMN_GAP = 12;
export const EDGE = 20;

/**
 * How wide each of `columns` is, in pixels, in a table that is `available` wide.
 *
 * What a person has set, stays. The others grow where there is room, and shrink where there is not enough; when that
 * does not help, the table is wider than what is seen of it.
 */
export function columnWidths(
  columns: readonly ColumnId[],
  set: Readonly<Record<string, number>>,
  available: number
): number[] {
  const looks = columns.map(lookOf);
  const usual = looks.map((look, at) => set[columns[at] ?? ''] ?? look.width);
  const room = available - 2 * EDGE - COLUMN_GAP * Math.max(0, columns.length - 1);
  const left = room - sum(usual);
  const free = (at: number): boolean => set[columns[at] ?? ''] === undefined;
  if (left >= 0) {
    const shares = sum(looks.map((look, at) => (free(at) ? look.grows : 0)));
    return usual.map((width, at) => width + (shares > 0 && free(at) ? (left * (looks[at]?.grows ?? 0)) / shares : 0));
  }
  const gives = usual.map((width, at) => (free(at) ? Math.max(0, width - (looks[at]?.least ?? width)) : 0));
  const part = Math.min(1, -left / Math.max(1, sum(gives)));
  return usual.map((width, at) => width - part * (gives[at] ?? 0));
}

/** How wide a table with such columns is, in pixels. */
export function tableWidth(widths: readonly number[]): number {
  return sum(widths) + 2 * EDGE + COLUMN_GAP * Math.max(0, widths.length - 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
