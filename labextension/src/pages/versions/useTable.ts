import * as React from 'react';

import type { Model } from '../../client/client';
import { type Sort, NEWEST_FIRST } from './arrange';
import { type ColumnId, isColumn } from './columns';

/** How a person has set up the table of one model. */
export interface TableSetup {
  /** The columns chosen; null as long as they are the usual ones. */
  readonly columns: readonly ColumnId[] | null;
  /** The widths set by hand, in pixels. */
  readonly widths: Readonly<Record<string, number>>;
  readonly sort: Sort;
  /** The metric that is plotted; null for none, undefined for the first there is. */
  readonly plot: string | null | undefined;
}

const UNTOUCHED: TableSetup = { columns: null, widths: {}, sort: NEWEST_FIRST, plot: undefined };

/** What this browser knows the table of `model` by: the same name in another registry is another model. */
export function tableKey(registry: string | null, model: Pick<Model, 'name' | 'created_at'>): string {
  return `jupyter-modelreg:versions:${registry ?? ''}:${model.name}:${model.created_at}`;
}

/** How the table known by `key` is set up, and how to change that: this browser remembers it. Nothing for null. */
export function useTableSetup(key: string | null): [setup: TableSetup, change: (part: Partial<TableSetup>) => void] {
  const [changed, setChanged] = React.useState<{ key: string | null; setup: TableSetup } | null>(null);
  const recalled = React.useMemo(() => recall(key), [key]);
  const change = React.useCallback(
    (part: Partial<TableSetup>): void =>
      setChanged(old => {
        const setup = { ...(old?.key === key ? old.setup : recalled), ...part };
        remember(key, setup);
        return { key, setup };
      }),
    [key, recalled]
  );
  return [changed?.key === key ? changed.setup : recalled, change];
}

/** What was stored; whatever in it makes no sense is left out. */
export function setupIn(text: string | null): TableSetup {
  const stored = parsed(text);
  const columns: unknown = stored['columns'];
  const widths: unknown = stored['widths'];
  const sort: unknown = stored['sort'];
  const plot: unknown = stored['plot'];
  return {
    columns: Array.isArray(columns) && columns.every(isColumn) && columns.includes('version') ? columns : null,
    widths: isRecord(widths)
      ? Object.fromEntries(Object.entries(widths).filter((each): each is [string, number] => Number.isFinite(each[1])))
      : {},
    sort:
      isRecord(sort) && isColumn(sort['column'])
        ? { column: sort['column'], descending: sort['descending'] === true }
        : NEWEST_FIRST,
    plot: typeof plot === 'string' || plot === null ? plot : undefined
  };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isRecord(value) ? value : {};
  } catch {
    // Another program, or another version of this one, has written there.
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recall(key: string | null): TableSetup {
  try {
    return key === null ? UNTOUCHED : setupIn(localStorage.getItem(key));
  } catch {
    // A notebook's output may be in a frame that is not allowed to keep anything: then nothing is remembered.
    return UNTOUCHED;
  }
}

function remember(key: string | null, setup: TableSetup): void {
  try {
    if (key !== null) {
      localStorage.setItem(key, JSON.stringify(setup));
    }
  } catch {
    // As above, or there is no room for more.
  }
}
