import type { Version } from '../../client/client';
import { type ColumnId, sortValue, textOf } from './columns';

export interface Sort {
  readonly column: ColumnId;
  readonly descending: boolean;
}

/** As the registry lists them. */
export const NEWEST_FIRST: Sort = { column: 'version', descending: true };

const texts = new WeakMap<Version, string>();
const numeric = new Intl.Collator('en', { numeric: true });

/** Whether all versions must be there before they can be shown like this. */
export function needsAll(sort: Sort, filter: string): boolean {
  return filter.trim() !== '' || sort.column !== NEWEST_FIRST.column || !sort.descending;
}

/** Those of `versions` (newest first) that have every word of `filter`, in the order `sort` says. */
export function arranged(versions: readonly Version[], sort: Sort, filter: string): readonly Version[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? versions : versions.filter(each => words.every(word => has(each, word)));
  if (!needsAll(sort, '')) {
    return found;
  }
  const keys = new Map(found.map(each => [each, sortValue(each, sort.column)]));
  const turn = sort.descending ? -1 : 1;
  return [...found].sort((a, b) => {
    const [left, right] = [keys.get(a) ?? null, keys.get(b) ?? null];
    if (left === null || right === null) {
      // Versions that have no value stand at the end either way.
      return left === right ? b.version - a.version : left === null ? 1 : -1;
    }
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : numeric.compare(String(left), String(right));
    return order === 0 ? b.version - a.version : turn * order;
  });
}

/** The order after a click on the heading of `column`: up at first, for versions, times and metrics down; then the other way round. */
export function sortedBy(column: ColumnId, now: Sort): Sort {
  if (column === now.column) {
    return { column, descending: !now.descending };
  }
  const newestFirst = column === 'version' || column === 'created' || column === 'used';
  return { column, descending: newestFirst || column.startsWith('metric:') };
}

/** What a filter looks in: number, aliases, tags, description, stage, status and who registered it. */
function has(version: Version, word: string): boolean {
  let text = texts.get(version);
  if (text === undefined) {
    const aliases = version.aliases.map(each => `@${each}`).join(' ');
    const others = (['tags', 'stage', 'status', 'by'] as const).map(each => textOf(version, each)).join(' ');
    text = `v${version.version} ${aliases} ${others} ${version.description ?? ''}`.toLowerCase();
    texts.set(version, text);
  }
  return text.includes(word);
}
