import { targetOfVersion } from '../../registry/target';
import * as React from 'react';

import type { Version } from '../../client/client';
import { aliasDrop, dragCode } from '../../actions/aliasDrag';
import { aliasMenu } from '../../actions/aliasMenu';
import { targetMenu, useMenu, type MenuContent } from '../../actions/useMenu';
import { ErrorMessage } from '../../host/ErrorBanner';
import { useFont } from '../../components/fitting';
import { bringIntoSight, useViewport, type Viewport } from '../../explorer/viewport';
import { type Host, useHost } from '../../host/host';
import { versionAliases } from '../../registry/aliases';
import { loadCode } from '../../registry/commandLine';
import { isPrompt } from '../../registry/tags';
import { countText } from '../../registry/format';
import type { PagedState } from '../../state/pagedList';
import { arranged, needsAll } from './arrange';
import { type ColumnId, keysIn, usualColumns } from './columns';
import { Heading } from './Heading';
import { useKeys } from './keys';
import { columnWidths, tableWidth } from './layout';
import { MetricPlot } from './MetricPlot';
import { Toolbar } from './Toolbar';
import { type TableSetup, useTableSetup } from './useTable';
import { type RowLook, VersionRow } from './VersionRow';

/** The height of a row and of the heading in pixels. */
export const ROW_HEIGHT = 32;
/** Rows drawn above and below what is in sight, so that scrolling shows no gaps and pages come early. */
const OVERSCAN = 10;

interface Props {
  model: string;
  /** What this browser remembers its columns by; null while that is not known. */
  memory: string | null;
  versions: PagedState<Version>;
  /** The version that is live; null when none is. */
  live: number | null;
  /** The versions that are ticked. */
  ticked: ReadonlySet<number>;
  onTick: (versions: readonly number[], ticked: boolean) => void;
  /** Fetch more, or once more what failed. */
  onMore: () => void;
  /** Fetch all. */
  onAll: () => void;
}

/** The versions of a model as a table to work with: columns, order, filter, a plot, and rows to tick. */
export function VersionTable(props: Props): React.JSX.Element {
  const { model, memory, versions, live, ticked, onTick, onMore, onAll } = props;
  const { items, more, busy, error } = versions;
  const [setup, change] = useTableSetup(memory);
  const [filter, setFilter] = React.useState('');
  const [current, setCurrent] = React.useState<number | null>(null);
  const shown = React.useMemo(() => arranged(items, setup.sort, filter), [items, setup.sort, filter]);
  const columns = React.useMemo(() => setup.columns ?? usualColumns(items), [setup.columns, items]);
  const plot = usePlot(items, setup);
  const all = needsAll(setup.sort, filter);
  React.useEffect(() => {
    if (all && more && !busy && error === null) {
      onAll();
    }
  });
  if (error !== null && items.length === 0) {
    return <ErrorMessage error={error} onRetry={onMore} />;
  }
  const pick = (version: number): void => setCurrent(version);
  return (
    <>
      <Toolbar
        model={model}
        versions={items}
        columns={columns}
        filter={filter}
        count={countOf(shown.length, items.length, filter, all && more)}
        plot={plot}
        ticked={[...ticked].sort((a, b) => b - a)}
        onFilter={setFilter}
        onColumns={next => change({ columns: next })}
        onPlot={next => change({ plot: next })}
        onClear={() => onTick([...ticked], false)}
      />
      {plot !== null && <MetricPlot versions={items} metric={plot} live={live} selected={current} onSelect={pick} />}
      <Grid
        {...props}
        shown={shown}
        columns={columns}
        setup={setup}
        change={change}
        waiting={all && more}
        current={current}
        onCurrent={setCurrent}
      />
    </>
  );
}

interface GridProps extends Props {
  shown: readonly Version[];
  columns: readonly ColumnId[];
  setup: TableSetup;
  change: (part: Partial<TableSetup>) => void;
  /** Whether rows are still to come before this is the whole of what was asked for. */
  waiting: boolean;
  current: number | null;
  onCurrent: (version: number) => void;
}

/** The table itself: only rows in sight are in the page, and the focus stays on the table. */
function Grid(props: GridProps): React.JSX.Element {
  const { model, versions, shown, columns, setup, change, ticked, onTick, onMore, current, onCurrent } = props;
  const { error } = versions;
  const more = versions.more && !props.waiting;
  const host = useHost();
  const id = React.useId();
  const ref = React.useRef<HTMLDivElement>(null);
  const viewport = useViewport(ref);
  const font = useFont(ref, viewport.width);
  const { open: openMenu, menu } = useMenu();
  const at = shown.findIndex(each => each.version === current);
  const widths = React.useMemo(
    () => columnWidths(columns, setup.widths, viewport.width),
    [columns, setup.widths, viewport.width]
  );
  const { aliasOrder } = host.settings;
  const look = React.useMemo(
    (): RowLook => ({ columns, widths, font, aliasOrder, height: ROW_HEIGHT }),
    [columns, widths, font, aliasOrder]
  );
  const tick = React.useCallback((version: number, on: boolean) => onTick([version], on), [onTick]);
  const open = (version: number): void => host.openPage({ kind: 'version', name: model, version });
  const onKeyDown = useKeys({ items: shown, at, ref, rowHeight: ROW_HEIGHT, ticked, onCurrent, onOpen: open, onTick });
  useSeen(ref, at, current);
  const rows = shown.length + (more || error !== null ? 1 : 0);
  const every = React.useMemo(() => shown.map(each => each.version), [shown]);
  const allTicked = ticked.size > 0 && every.length > 0 && every.every(each => ticked.has(each));
  return (
    <div
      ref={ref}
      className="mreg-versions"
      role="grid"
      aria-label="Versions"
      aria-multiselectable
      aria-rowcount={more ? -1 : shown.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={at >= 0 ? `${id}${at}` : undefined}
      tabIndex={0}
      style={{ '--mreg-columns': widths.map(each => `${each}px`).join(' ') } as React.CSSProperties}
      onKeyDown={onKeyDown}
      onFocus={event => event.target === ref.current && at < 0 && shown[0] && onCurrent(shown[0].version)}
      onClick={event => {
        const version = versionUnder(event);
        if (version !== null && !isTick(event)) {
          onCurrent(version);
          if (event.ctrlKey || event.metaKey) {
            onTick([version], !ticked.has(version));
          }
        }
      }}
      onDoubleClick={event => {
        const version = versionUnder(event);
        if (version !== null && !isTick(event)) {
          open(version);
        }
      }}
      onContextMenu={event => {
        const found = shown.find(each => each.version === versionUnder(event));
        if (found) {
          onCurrent(found.version);
          openMenu(rowMenu(host, found, openMenu, { x: event.clientX, y: event.clientY }), event);
        }
      }}
      onDragStart={event => {
        const found = shown.find(each => each.version === versionUnder(event));
        if (found) {
          dragCode(event, loadCode(`${model}/${found.version}`, isPrompt(found)));
        }
      }}
      {...aliasDrop(host, event => {
        const [version, element] = [versionUnder(event), rowUnder(event)];
        return version !== null && element ? { model, version, element } : null;
      })}
    >
      <div role="none" style={{ width: tableWidth(widths), minWidth: '100%' }}>
        <Heading
          columns={columns}
          widths={widths}
          height={ROW_HEIGHT}
          sort={setup.sort}
          tick={
            <input
              type="checkbox"
              className="mreg-tick"
              aria-label="Select all that are shown"
              checked={allTicked}
              onChange={() => onTick(every, !allTicked)}
            />
          }
          onSort={sort => change({ sort })}
          onWidth={(column, width) => change({ widths: withWidth(setup.widths, column, width) })}
        />
        <div role="rowgroup" style={{ height: rows * ROW_HEIGHT, position: 'relative' }}>
          {inSight(viewport, shown.length, at).map(index => {
            const version = shown[index];
            return (
              version && (
                <VersionRow
                  key={version.version}
                  id={`${id}${index}`}
                  version={version}
                  index={index}
                  look={look}
                  current={index === at}
                  ticked={ticked.has(version.version)}
                  onTick={tick}
                />
              )
            );
          })}
          {rows > shown.length && nearEnd(viewport, shown.length) && (
            <More key={shown.length} top={shown.length * ROW_HEIGHT} failed={error?.message ?? null} onMore={onMore} />
          )}
          {shown.length === 0 && error === null && (
            <p className="mreg-quiet mreg-versions-none">{props.waiting ? 'Looking…' : 'No version contains that'}</p>
          )}
        </div>
      </div>
      {menu}
    </div>
  );
}

/** What can be done with a version, and with each alias that points at it. */
function rowMenu(
  host: Host,
  version: Version,
  open: (content: MenuContent, at: { x: number; y: number }) => void,
  at: { x: number; y: number }
): MenuContent {
  const whole = targetMenu(host, targetOfVersion(version));
  const aliases = versionAliases(version, host.settings.aliasOrder).map((alias): MenuContent['items'][number] => ({
    id: `alias ${alias}`,
    label: `@${alias}…`,
    icon: 'alias',
    group: 'aliases',
    run: () =>
      open(aliasMenu(host, { model: version.name, alias, version: version.version, prompt: isPrompt(version) }), at)
  }));
  const last = whole.items.filter(each => each.danger);
  return { ...whole, items: [...whole.items.filter(each => !each.danger), ...aliases, ...last] };
}

/** The metric to plot: the one chosen, or the first that most versions have; null for none. */
function usePlot(items: readonly Version[], setup: TableSetup): string | null {
  return React.useMemo(() => {
    const metrics = keysIn(items, 'metric');
    const chosen = setup.plot === undefined ? metrics[0] : metrics.find(each => each === setup.plot);
    return chosen ?? null;
  }, [items, setup.plot]);
}

function withWidth(widths: TableSetup['widths'], column: ColumnId, width: number | null): TableSetup['widths'] {
  const others = Object.entries(widths).filter(([each]) => each !== column);
  return Object.fromEntries(width === null ? others : [...others, [column, width]]);
}

function countOf(shown: number, all: number, filter: string, waiting: boolean): string {
  if (waiting) {
    return 'Loading…';
  }
  return filter.trim() === '' ? '' : `${countText(shown)} of ${countText(all)}`;
}

function rowUnder(event: React.SyntheticEvent): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-version]') : null;
}

function versionUnder(event: React.SyntheticEvent): number | null {
  const row = rowUnder(event);
  return row === null ? null : Number(row.dataset['version']);
}

function isTick(event: React.SyntheticEvent): boolean {
  return event.target instanceof HTMLInputElement;
}

/** Bring the current row into sight when another one becomes it. */
function useSeen(ref: React.RefObject<HTMLDivElement>, at: number, current: number | null): void {
  const seen = React.useRef(current);
  React.useEffect(() => {
    if (seen.current !== current && at >= 0) {
      seen.current = current;
      // The heading stays above the rows.
      bringIntoSight(ref.current, at * ROW_HEIGHT, 2 * ROW_HEIGHT);
    }
  }, [ref, at, current]);
}

/** Fetches the next page by being shown, and once more what failed when it is asked to. */
function More(props: { top: number; failed: string | null; onMore: () => void }): React.JSX.Element {
  const { top, failed, onMore } = props;
  const latest = React.useRef(onMore);
  latest.current = onMore;
  React.useEffect(() => {
    if (failed === null) {
      latest.current();
    }
  }, [failed]);
  return (
    <div role="row" className="mreg-version-more" style={{ top, height: ROW_HEIGHT }}>
      <span role="gridcell" className="mreg-quiet">
        {failed ?? 'Loading…'}
      </span>
      {failed !== null && (
        <button type="button" className="mreg-link" onClick={onMore}>
          Retry
        </button>
      )}
    </div>
  );
}

/** The rows in sight, some around them, and the current one, which the focus speaks of. */
function inSight(viewport: Viewport, count: number, current: number): number[] {
  const first = Math.max(0, Math.floor(viewport.top / ROW_HEIGHT) - OVERSCAN);
  const end = Math.min(count, Math.ceil((viewport.top + viewport.height) / ROW_HEIGHT) + OVERSCAN);
  const indexes = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
  return current >= 0 && (current < first || current >= end) ? [...indexes, current] : indexes;
}

function nearEnd(viewport: Viewport, count: number): boolean {
  return Math.ceil((viewport.top + viewport.height) / ROW_HEIGHT) + OVERSCAN >= count;
}
