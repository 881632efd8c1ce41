import * as React from 'react';

import { type AliasOrder, defaultReference } from '../registry/aliases';
import type { ExplorerStore, ExplorerState } from './explorerStore';
import { type Host, useHost } from '../host/host';
import { type KeyAction, keyAction, rowTyped } from './keyboard';
import { actionOfKey, runAction } from '../actions/actions';
import { rightsOf } from '../host/rights';
import { securableOf } from '../registry/access/securable';
import { loadCode } from '../registry/commandLine';
import { isPrompt } from '../registry/tags';
import { aliasDrop, dragAlias, dragCode, type VersionUnder } from '../actions/aliasDrag';
import { aliasMenu, type AliasTarget } from '../actions/aliasMenu';
import type { Point } from '../actions/Menu';
import { useMenu } from '../actions/useMenu';
import { useFont } from '../components/fitting';
import { targetOf } from './nodes';
import type { Row } from './rows';
import { ROW_HEIGHT, RowView } from './RowView';
import { isPage, type PageTarget } from '../registry/target';
import { bringIntoSight, useViewport } from './viewport';

/** Rows drawn above and below what is in sight, so that scrolling shows no gaps and pages come early. */
const OVERSCAN = 12;
/** Milliseconds after which a typed letter begins a new word. */
const WORD_MS = 800;

interface Props {
  explorer: ExplorerStore;
  state: ExplorerState;
  /** The scrolled element, which also has the focus. */
  focusRef: React.RefObject<HTMLDivElement>;
  /** Called for a right click on a row, or the key for it, after that row was selected; without it the host takes both. */
  onMenu?: (at: Point) => void;
  /** Called for a right click where nothing is that one can act on: a group, or the empty area. */
  onAreaMenu: (event: React.MouseEvent) => void;
}

/** The tree: only rows in sight are in the page, and the focus stays on the tree while rows come and go. */
export function Tree({ explorer, state, focusRef, onMenu, onAreaMenu }: Props): React.JSX.Element {
  const { rows } = state;
  const host = useHost();
  const { aliasOrder } = host.settings;
  const id = React.useId();
  const viewport = useViewport(focusRef);
  const font = useFont(focusRef, viewport.width);
  const at = rows.findIndex(row => row.key === state.selected);
  const onKeyDown = useKeys(explorer, host, rows, at, focusRef);
  useScrollTarget(state, focusRef);
  const { open, menu } = useMenu();
  const wantRights = useWantedRights(host, rows, at);
  /** The badge of an alias has a menu of its own; says whether it was asked for. */
  const showAliasMenu = (event: React.MouseEvent): boolean => {
    const alias = aliasUnder(rows, event);
    if (alias !== null) {
      open(aliasMenu(host, alias), event);
    }
    return alias !== null;
  };
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
      onDoubleClick={event => doubleClicked(host, rows, event)}
      onContextMenu={event => showAliasMenu(event) || menuAsked(explorer, rows, event, onMenu, onAreaMenu)}
      onPointerOver={event => wantRights(rowOf(rows, event))}
      onDragStart={event => dragged(rows, aliasOrder, event)}
      {...aliasDrop(host, event => versionUnder(rows, event))}
    >
      <div role="none" style={{ height: rows.length * ROW_HEIGHT, position: 'relative' }}>
        {indexesInSight(viewport.top, viewport.height, rows.length, at).map(index => {
          const row = rows[index];
          return (
            row && (
              <RowView
                key={row.key}
                explorer={explorer}
                row={row}
                index={index}
                id={`${id}${index}`}
                selected={index === at}
                width={viewport.width}
                font={font}
                aliasOrder={aliasOrder}
                searching={state.found !== null}
              />
            )
          );
        })}
      </div>
      {menu}
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

function useKeys(
  explorer: ExplorerStore,
  host: Host,
  rows: readonly Row[],
  at: number,
  ref: React.RefObject<HTMLDivElement>
): (event: React.KeyboardEvent) => void {
  const typed = React.useRef({ text: '', when: 0 });
  return event => {
    const row = rows[at];
    const target = row?.type === 'node' ? targetOf(row.node) : null;
    const action = actionOfKey(event);
    if (action !== null && target !== null) {
      runAction(action, host, target);
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      rightClick(ref.current);
      event.preventDefault();
      return;
    }
    const page = Math.max(1, Math.floor((ref.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    // A space inside a word being typed belongs to the word.
    const going = typed.current.text !== '' && event.timeStamp - typed.current.when < WORD_MS;
    const moving = going && event.key === ' ' ? { do: 'none' as const } : keyAction(event.key, rows, at, page);
    if (moving.do !== 'none') {
      perform(explorer, host, rows, moving, ref.current);
    } else if (event.key.length === 1) {
      typed.current = { text: (going ? typed.current.text : '') + event.key, when: event.timeStamp };
      const found = rowTyped(rows, at, typed.current.text);
      if (found >= 0) {
        perform(explorer, host, rows, { do: 'select', at: found }, ref.current);
      }
    } else if (!event.key.startsWith('Arrow')) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
}

function perform(
  explorer: ExplorerStore,
  host: Host,
  rows: readonly Row[],
  action: Exclude<KeyAction, { do: 'none' }>,
  scroller: HTMLElement | null
): void {
  const row = rows[action.at];
  if (!row) {
    return;
  }
  const page = action.do === 'open' ? pageOf(row) : null;
  if (action.do === 'select') {
    explorer.select(row.key);
    bringIntoSight(scroller, action.at * ROW_HEIGHT, ROW_HEIGHT);
  } else if (action.do === 'expand') {
    explorer.expand(row);
  } else if (action.do === 'collapse') {
    explorer.collapse(row);
  } else if (row.type === 'failed') {
    explorer.fetch(row);
  } else if (page !== null) {
    host.openPage(page);
  } else {
    explorer.toggle(row);
  }
}

/** The page of what is in `row`; null when that has none. */
function pageOf(row: Row | undefined): PageTarget | null {
  const target = row?.type === 'node' ? targetOf(row.node) : null;
  return target !== null && isPage(target) ? target : null;
}

/** Bring the row somebody asked for into the middle, once for each time it is asked for. */
function useScrollTarget({ rows, scrollTarget }: ExplorerState, ref: React.RefObject<HTMLDivElement>): void {
  const done = React.useRef(scrollTarget);
  React.useEffect(() => {
    const at = rows.findIndex(row => row.key === scrollTarget?.key);
    const element = ref.current;
    // A tree that is hidden has no height yet; it is drawn again when it gets one.
    if (done.current !== scrollTarget && at >= 0 && element && element.clientHeight > 0) {
      done.current = scrollTarget;
      const top = at * ROW_HEIGHT;
      if (top < element.scrollTop || top + ROW_HEIGHT > element.scrollTop + element.clientHeight) {
        element.scrollTop = top - element.clientHeight / 2;
      }
    }
  });
}

/** Asks what may not be done with the row somebody is at, so that it is known by the time when its menu opens. */
function useWantedRights(host: Host, rows: readonly Row[], at: number): (row: Row | undefined) => void {
  const { client } = host;
  const want = React.useCallback(
    (row: Row | undefined): void => {
      const target = row?.type === 'node' ? targetOf(row.node) : null;
      if (target !== null) {
        void rightsOf(client).want(securableOf(target));
      }
    },
    [client]
  );
  const row = rows[at];
  React.useEffect(() => want(row), [want, row]);
  return want;
}

function rowOf(rows: readonly Row[], event: React.MouseEvent): Row | undefined {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
  return element ? rows[Number(element.dataset['index'])] : undefined;
}

/** A click selects; on the arrow, or on what only holds other things, it opens and closes too. */
function clicked(explorer: ExplorerStore, rows: readonly Row[], event: React.MouseEvent): void {
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

function doubleClicked(host: Host, rows: readonly Row[], event: React.MouseEvent): void {
  const page = pageOf(rowOf(rows, event));
  const onCaret = event.target instanceof Element && event.target.closest('.mreg-caret') !== null;
  if (page !== null && !onCaret) {
    host.openPage(page);
  }
}

/** A right click selects first, so that what is done is done with the row under the mouse. */
function menuAsked(
  explorer: ExplorerStore,
  rows: readonly Row[],
  event: React.MouseEvent,
  onMenu: ((at: Point) => void) | undefined,
  onAreaMenu: (event: React.MouseEvent) => void
): void {
  const row = rowOf(rows, event);
  if (row?.type === 'node') {
    explorer.select(row.key);
  }
  if (row?.type !== 'node' || targetOf(row.node) === null) {
    onAreaMenu(event);
  } else if (onMenu) {
    event.preventDefault();
    event.stopPropagation();
    onMenu({ x: event.clientX, y: event.clientY });
  }
}

/** The key for a context menu means the selected row, and a menu opens where that is. */
function rightClick(tree: HTMLElement | null): void {
  const row = tree?.querySelector('[aria-selected=true]');
  const box = row?.getBoundingClientRect();
  if (row && box) {
    const at = { clientX: box.left + 24, clientY: box.bottom };
    row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
  }
}

/** A row, or one alias on it, is dragged as the code that loads it: editors take text. */
function dragged(rows: readonly Row[], order: AliasOrder, event: React.DragEvent): void {
  const row = rowOf(rows, event);
  if (row?.type !== 'node' || (row.node.kind !== 'model' && row.node.kind !== 'version')) {
    event.preventDefault();
    return;
  }
  const { node } = row;
  const alias = aliasUnder(rows, event);
  if (alias !== null) {
    dragAlias(event, alias);
  } else {
    const usual = node.kind === 'model' ? defaultReference(node.item, order) : `${node.item.name}/${node.item.version}`;
    dragCode(event, loadCode(usual, isPrompt(node.item)));
  }
}

/** The alias whose badge is under the mouse; null for none. */
function aliasUnder(rows: readonly Row[], event: React.MouseEvent): AliasTarget | null {
  const badge = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-alias]') : null;
  const alias = badge?.dataset['alias'];
  const row = rowOf(rows, event);
  if (alias === undefined || row?.type !== 'node') {
    return null;
  }
  const { node } = row;
  if (node.kind !== 'model' && node.kind !== 'version') {
    return null;
  }
  const version = node.kind === 'model' ? (node.item.aliases[alias] ?? 0) : node.item.version;
  return { model: node.item.name, alias, version, prompt: isPrompt(node.item) };
}

/** The version in the row under the mouse; null when it has none. */
function versionUnder(rows: readonly Row[], event: React.MouseEvent): VersionUnder | null {
  const row = rowOf(rows, event);
  const element = event.target instanceof Element ? event.target.closest('[data-index]') : null;
  return row?.type === 'node' && row.node.kind === 'version' && element
    ? { model: row.node.item.name, version: row.node.item.version, element }
    : null;
}
