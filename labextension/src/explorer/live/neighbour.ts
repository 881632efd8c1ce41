import { canSelect, type Row } from '../rows';

/** The row to select now that `before[at]` is gone: the sibling below, else the one above, else what held them. */
export function neighbour(before: readonly Row[], at: number, after: readonly Row[]): Row | null {
  const depth = before[at]?.depth ?? 0;
  const there = new Map(after.filter(canSelect).map(row => [row.key, row]));
  for (const step of [1, -1]) {
    for (let next = at + step; (before[next]?.depth ?? -1) >= depth; next += step) {
      const row = before[next];
      const found = row?.depth === depth ? there.get(row.key) : undefined;
      if (found) {
        return found;
      }
    }
  }
  for (let above = at - 1; above >= 0; above--) {
    const row = before[above];
    const found = row && row.depth < depth ? there.get(row.key) : undefined;
    if (found) {
      return found;
    }
  }
  return null;
}
