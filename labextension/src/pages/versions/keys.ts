import * as React from 'react';

import type { Version } from '../../client/client';
import { bringIntoSight } from '../../explorer/viewport';

interface Keys {
  readonly items: readonly Version[];
  /** The place of the current row; -1 for none. */
  readonly at: number;
  /** The scrolled element, which has the focus. */
  readonly ref: React.RefObject<HTMLDivElement>;
  readonly rowHeight: number;
  readonly ticked: ReadonlySet<number>;
  readonly onCurrent: (version: number) => void;
  readonly onOpen: (version: number) => void;
  readonly onTick: (versions: readonly number[], ticked: boolean) => void;
}

/**
 * Arrow keys and the like go to another row, with Shift they tick on the way; the space bar ticks, Enter opens, Control
 * with A ticks all, and the key for a context menu opens that.
 */
export function useKeys(keys: Keys): (event: React.KeyboardEvent) => void {
  const { items, at, ref, rowHeight, ticked, onCurrent, onOpen, onTick } = keys;
  return event => {
    if (event.altKey || event.target !== ref.current) {
      return;
    }
    const current = items[at];
    const held = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(ref.current.clientHeight / rowHeight) - 2);
    const next = held ? undefined : items[rowFor(event.key, at, items.length, page)];
    if (held && event.key.toLowerCase() === 'a') {
      onTick(
        items.map(each => each.version),
        true
      );
    } else if (held) {
      return;
    } else if (event.key === 'Enter' && current) {
      onOpen(current.version);
    } else if (event.key === ' ' && current) {
      onTick([current.version], !ticked.has(current.version));
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      rightClick(ref.current);
    } else if (next) {
      if (event.shiftKey) {
        onTick([...(current ? [current.version] : []), next.version], true);
      }
      onCurrent(next.version);
      // The heading stays above the rows.
      bringIntoSight(ref.current, items.indexOf(next) * rowHeight, 2 * rowHeight);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
}

/** The key for a context menu means the current row, and a menu opens where that is. */
function rightClick(table: HTMLElement): void {
  const row = table.querySelector('.mreg-version.mreg-mod-selected');
  const box = row?.getBoundingClientRect();
  if (row && box) {
    const at = { clientX: box.left + 24, clientY: box.bottom };
    row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
  }
}

/** Which of `count` rows `key` leads to from the one at `at` (-1 for none), `page` of them being in sight; -1 for none. */
export function rowFor(key: string, at: number, count: number, page: number): number {
  const places: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1
  };
  const to = places[key];
  return to === undefined ? -1 : Math.max(0, Math.min(to, count - 1));
}
