import { shortName } from './nodes';
import { canSelect, type Row } from './rows';

/** What a key does in the tree: select another row, expand or collapse this one, do either, open its page, or nothing. */
export type KeyAction =
  { do: 'select'; at: number } | { do: 'expand' | 'collapse' | 'toggle' | 'open'; at: number } | { do: 'none' };

/** What `key` does when the row `at` (-1 for none) of `rows` is selected and `page` rows are in sight. */
export function keyAction(key: string, rows: readonly Row[], at: number, page: number): KeyAction {
  const row = rows[at];
  const open = row?.type === 'node' ? row.expanded : null;
  switch (key) {
    case 'ArrowDown':
      return selected(next(rows, at + 1, 1));
    case 'ArrowUp':
      return selected(next(rows, at - 1, -1));
    case 'Home':
      return selected(next(rows, 0, 1));
    case 'End':
      return selected(next(rows, rows.length - 1, -1));
    case 'PageDown':
      return selected(next(rows, Math.min(at + page, rows.length - 1), -1));
    case 'PageUp':
      return selected(next(rows, Math.max(at - page, 0), 1));
    case 'ArrowRight':
      return open === false ? { do: 'expand', at } : open ? selected(child(rows, at)) : { do: 'none' };
    case 'ArrowLeft':
      return open ? { do: 'collapse', at } : selected(parent(rows, at));
    case 'Enter':
      return row ? { do: 'open', at } : { do: 'none' };
    case ' ':
      return row ? { do: 'toggle', at } : { do: 'none' };
    default:
      return { do: 'none' };
  }
}

/** The next row below `at`, and then from the top, whose name begins with `typed`; -1 when there is none. */
export function rowTyped(rows: readonly Row[], at: number, typed: string): number {
  const wanted = typed.toLowerCase();
  // A second letter goes on from the same row, a first one moves on to the next.
  const from = Math.max(0, typed.length > 1 ? at : at + 1);
  for (let step = 0; step < rows.length; step++) {
    const index = (from + step) % rows.length;
    const row = rows[index];
    if (row?.type === 'node' && shortName(row.node).toLowerCase().startsWith(wanted)) {
      return index;
    }
  }
  return -1;
}

function selected(at: number): KeyAction {
  return at < 0 ? { do: 'none' } : { do: 'select', at };
}

function next(rows: readonly Row[], from: number, step: 1 | -1): number {
  for (let at = from; at >= 0 && at < rows.length; at += step) {
    const row = rows[at];
    if (row && canSelect(row)) {
      return at;
    }
  }
  return -1;
}

function child(rows: readonly Row[], at: number): number {
  const row = rows[at + 1];
  return row && row.depth > (rows[at]?.depth ?? 0) && canSelect(row) ? at + 1 : -1;
}

function parent(rows: readonly Row[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  for (let above = at - 1; above >= 0; above--) {
    if ((rows[above]?.depth ?? depth) < depth) {
      return above;
    }
  }
  return -1;
}
