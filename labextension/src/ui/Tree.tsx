import * as React from 'react';

import type { Explorer, Snapshot } from './explorer';
import { keyAction, rowTyped } from './keyboard';
import type { Row } from './rows';
import { ROW_HEIGHT, RowView } from './RowView';
import { useViewport } from './viewport';

/** Rows drawn above and below what is in sight, so that scrolling shows no gaps and pages come early. */
const OVERSCAN = 12;
/** Milliseconds after which a typed letter begins a new word. */
const WORD_MS = 800;

interface Props {
  explorer: Explorer;
  state: Snapshot;
  /** The scrolled element, which also has the focus. */
  focusRef: React.RefObject<HTMLDivElement>;
}

/** The tree: only rows in sight are in the page, and the focus stays on the tree while rows come and go. */
export function Tree({ explorer, state, focusRef }: Props): React.JSX.Element {
  const { rows } = state;
  const id = React.useId();
  const viewport = useViewport(focusRef);
  const at = rows.findIndex(row => row.key === state.selected);
  const onKeyDown = useKeys(explorer, rows, at, focusRef);
  return (
    <div
      ref={focusRef}
      className="mreg-tree"
      role="tree"
      aria-label="Models"
      aria-activedescendant={at >= 0 ? `${id}${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => at < 0 && rows[0] && explorer.select(rows[0].key)}
      onClick={event => clicked(explorer, rows, event)}
      onDoubleClick={event => doubleClicked(explorer, rows, event)}
    >
      <div role="none" style={{ height: rows.length * ROW_HEIGHT, position: 'relative' }}>
        {indexesInSight(viewport.top, viewport.height, rows.length, at).map(index => {
          const row = rows[index]!;
          return (
            <RowView
              key={row.key}
              explorer={explorer}
              row={row}
              index={index}
              id={`${id}${index}`}
              selected={index === at}
              badges={badgesIn(viewport.width)}
              searching={state.found !== null}
            />
          );
        })}
      </div>
    </div>
  );
}

/** What to draw: the rows in sight, some around them, and the selected one, which the focus speaks of. */
export function indexesInSight(top: number, height: number, count: number, selected: number): number[] {
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - OVERSCAN);
  const end = Math.min(count, Math.ceil((top + height) / ROW_HEIGHT) + OVERSCAN);
  const indexes = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
  return selected >= 0 && selected < count && (selected < first || selected >= end) ? [...indexes, selected] : indexes;
}

/** How many aliases of a model have room beside its name, in a tree `width` pixels wide. */
function badgesIn(width: number): number {
  return Math.min(4, Math.max(1, Math.floor((width - 190) / 75)));
}

function useKeys(
  explorer: Explorer,
  rows: readonly Row[],
  at: number,
  ref: React.RefObject<HTMLDivElement>
): (event: React.KeyboardEvent) => void {
  const typed = React.useRef({ text: '', when: 0 });
  return event => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.max(1, Math.floor((ref.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    // A space inside a word being typed belongs to the word.
    const going = typed.current.text !== '' && event.timeStamp - typed.current.when < WORD_MS;
    const action = going && event.key === ' ' ? { do: 'none' as const } : keyAction(event.key, rows, at, page);
    if (action.do !== 'none') {
      perform(explorer, rows, action.do, action.at, ref.current);
    } else if (event.key.length === 1) {
      typed.current = { text: (going ? typed.current.text : '') + event.key, when: event.timeStamp };
      const found = rowTyped(rows, at, typed.current.text);
      if (found >= 0) {
        perform(explorer, rows, 'select', found, ref.current);
      }
    } else if (!event.key.startsWith('Arrow')) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
}

type Deed = 'select' | 'expand' | 'collapse' | 'activate';

function perform(explorer: Explorer, rows: readonly Row[], deed: Deed, at: number, scroller: HTMLElement | null): void {
  const row = rows[at];
  if (!row) {
    return;
  }
  if (deed === 'select') {
    explorer.select(row.key);
    scrollTo(scroller, at);
  } else if (deed === 'expand') {
    explorer.expand(row);
  } else if (deed === 'collapse') {
    explorer.collapse(row);
  } else if (row.type === 'failed') {
    explorer.fetch(row);
  } else {
    explorer.toggle(row);
  }
}

/** Bring a row into sight by as little scrolling as that takes. */
function scrollTo(scroller: HTMLElement | null, at: number): void {
  if (!scroller) {
    return;
  }
  const top = at * ROW_HEIGHT;
  if (top < scroller.scrollTop) {
    scroller.scrollTop = top;
  } else if (top + ROW_HEIGHT > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + ROW_HEIGHT - scroller.clientHeight;
  }
}

function rowOf(rows: readonly Row[], event: React.MouseEvent): Row | undefined {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
  return element ? rows[Number(element.dataset['index'])] : undefined;
}

/** A click selects; on the arrow, or on what only holds other things, it opens and closes too. */
function clicked(explorer: Explorer, rows: readonly Row[], event: React.MouseEvent): void {
  const row = rowOf(rows, event);
  if (!row || row.type === 'more' || row.type === 'none') {
    return;
  }
  explorer.select(row.key);
  const onCaret = event.target instanceof Element && event.target.closest('.mreg-caret') !== null;
  const holdsOnly = row.type === 'node' && row.node.kind !== 'model' && row.node.kind !== 'version';
  // The second click of a double click must not undo the first.
  if (onCaret || (holdsOnly && event.detail < 2)) {
    explorer.toggle(row);
  }
}

function doubleClicked(explorer: Explorer, rows: readonly Row[], event: React.MouseEvent): void {
  const row = rowOf(rows, event);
  const onCaret = event.target instanceof Element && event.target.closest('.mreg-caret') !== null;
  if (row?.type === 'node' && row.node.kind === 'model' && !onCaret) {
    explorer.toggle(row);
  }
}
