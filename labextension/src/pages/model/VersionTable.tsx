import * as React from 'react';

import type { Version } from '../../client/client';
import { useHost } from '../../host/host';
import { ErrorMessage } from '../../components/ErrorBanner';
import { versionAliases } from '../../registry/aliases';
import { ago, dateTime, sizeText, tagText } from '../../registry/format';
import { bringIntoSight, useViewport, type Viewport } from '../../explorer/viewport';
import { AliasBadges, Stage, Status } from '../../components/badges';
import { TagChip } from '../../components/TagValue';
import { sortedTags } from '../../registry/tags';
import type { PagedState } from '../../state/pagedList';

/** The height of a row and of the heading in pixels. */
export const ROW_HEIGHT = 32;
/** Rows drawn above and below what is in sight, so that scrolling shows no gaps and pages come early. */
const OVERSCAN = 10;
/** How many tags a row names. */
const MOST_TAGS = 3;

interface Props {
  versions: PagedState<Version>;
  /** Whether they have stages. */
  staged: boolean;
  /** Fetch more, or once more what failed. */
  onMore: () => void;
}

/** The versions of a model, newest first: only rows in sight are in the page, and the focus stays on the table. */
export function VersionTable({ versions, staged, onMore }: Props): React.JSX.Element {
  const host = useHost();
  const { items, more, error } = versions;
  const id = React.useId();
  const ref = React.useRef<HTMLDivElement>(null);
  const viewport = useViewport(ref);
  const [selected, select] = React.useState<number | null>(null);
  const at = items.findIndex(each => each.version === selected);
  const open = React.useCallback(
    ({ name, version }: Version): void => {
      select(version);
      host.openPage({ kind: 'version', name, version });
    },
    [host]
  );
  const onKeyDown = useKeys(items, at, ref, select, open);
  if (error !== null && items.length === 0) {
    return <ErrorMessage error={error} onRetry={onMore} />;
  }
  const rows = items.length + (more || error !== null ? 1 : 0);
  return (
    <div
      ref={ref}
      className={`mreg-versions${staged ? ' mreg-mod-staged' : ''}`}
      role="grid"
      aria-label="Versions"
      aria-rowcount={more ? -1 : items.length + 1}
      aria-activedescendant={at >= 0 ? `${id}${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => at < 0 && items[0] && select(items[0].version)}
    >
      <Heading staged={staged} />
      <div role="rowgroup" style={{ height: rows * ROW_HEIGHT, position: 'relative' }}>
        {inSight(viewport, items.length, at).map(index => {
          const version = items[index];
          return (
            version && (
              <VersionRow
                key={version.version}
                id={`${id}${index}`}
                version={version}
                index={index}
                selected={index === at}
                staged={staged}
                onOpen={open}
              />
            )
          );
        })}
        {rows > items.length && nearEnd(viewport, items.length) && (
          <More key={items.length} top={items.length * ROW_HEIGHT} failed={error?.message ?? null} onMore={onMore} />
        )}
      </div>
    </div>
  );
}

function Heading({ staged }: { staged: boolean }): React.JSX.Element {
  const names = ['Version', 'Aliases', ...(staged ? ['Stage'] : []), 'Tags', 'Status', 'Size', 'Created', 'By'];
  return (
    <div role="row" aria-rowindex={1} className="mreg-version mreg-mod-head" style={{ height: ROW_HEIGHT }}>
      {names.map(name => (
        <span key={name} role="columnheader" className={`mreg-col-${name.toLowerCase()}`}>
          {name}
        </span>
      ))}
    </div>
  );
}

interface RowProps {
  id: string;
  version: Version;
  index: number;
  selected: boolean;
  staged: boolean;
  onOpen: (version: Version) => void;
}

const VersionRow = React.memo(function VersionRow(props: RowProps): React.JSX.Element {
  const { id, version, index, selected, staged, onOpen } = props;
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`mreg-version${selected ? ' mreg-mod-selected' : ''}`}
      style={{ position: 'absolute', insetInline: 0, top: index * ROW_HEIGHT, height: ROW_HEIGHT }}
      onClick={() => onOpen(version)}
    >
      <Cell of="version">v{version.version}</Cell>
      <Aliases version={version} />
      {staged && (
        <Cell of="stage">
          <Stage stage={version.stage} />
        </Cell>
      )}
      <Tags tags={version.tags} />
      <Cell of="status">
        <Status version={version} />
      </Cell>
      <Cell of="size">{version.size === null ? '' : sizeText(version.size)}</Cell>
      <Cell of="created" title={dateTime(version.created_at)}>
        {ago(version.created_at)}
      </Cell>
      <Cell of="by" title={version.created_by}>
        <bdi>{version.created_by}</bdi>
      </Cell>
    </div>
  );
});

function Cell({ of, title, children }: { of: string; title?: string; children: React.ReactNode }): React.JSX.Element {
  return (
    <span role="gridcell" className={`mreg-col-${of}`} title={title === '' ? undefined : title}>
      {children}
    </span>
  );
}

/** The aliases; in a narrow table, which has no room for the status, also what is wrong. */
function Aliases({ version }: { version: Version }): React.JSX.Element {
  const { aliasOrder } = useHost().settings;
  const aliases = versionAliases(version, aliasOrder);
  return (
    <Cell of="aliases" title={aliases.map(each => `@${each}`).join('\n')}>
      {version.status !== 'READY' && (
        <span className="mreg-narrow">
          <Status version={version} />
        </span>
      )}
      <AliasBadges aliases={aliases.map(each => [each, null] as const)} order={aliasOrder} />
    </Cell>
  );
}

function Tags({ tags }: { tags: Version['tags'] }): React.JSX.Element {
  const entries = sortedTags(tags);
  const shown = entries.slice(0, MOST_TAGS);
  return (
    <Cell
      of="tags"
      title={entries
        .slice(0, 20)
        .map(([key, value]) => tagText(key, value))
        .join('\n')}
    >
      {shown.map(([key, value]) => (
        <TagChip key={key} name={key} value={value} />
      ))}
      {entries.length > shown.length && <span className="mreg-quiet">+{entries.length - shown.length}</span>}
    </Cell>
  );
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

/** The rows in sight, some around them, and the selected one, which the focus speaks of. */
function inSight(viewport: Viewport, count: number, selected: number): number[] {
  const first = Math.max(0, Math.floor(viewport.top / ROW_HEIGHT) - OVERSCAN);
  const end = Math.min(count, Math.ceil((viewport.top + viewport.height) / ROW_HEIGHT) + OVERSCAN);
  const indexes = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
  return selected >= 0 && (selected < first || selected >= end) ? [...indexes, selected] : indexes;
}

function nearEnd(viewport: Viewport, count: number): boolean {
  return Math.ceil((viewport.top + viewport.height) / ROW_HEIGHT) + OVERSCAN >= count;
}

/** Arrow keys and the like select another row, Enter and the space bar open the selected one. */
function useKeys(
  items: readonly Version[],
  at: number,
  ref: React.RefObject<HTMLDivElement>,
  select: (version: number) => void,
  open: (version: Version) => void
): (event: React.KeyboardEvent) => void {
  return event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== ref.current) {
      return;
    }
    const page = Math.max(1, Math.floor(ref.current.clientHeight / ROW_HEIGHT) - 2);
    const to = rowFor(event.key, at, items.length, page);
    const [current, next] = [items[at], items[to]];
    if ((event.key === 'Enter' || event.key === ' ') && current) {
      open(current);
    } else if (next) {
      select(next.version);
      // The heading stays above the rows.
      bringIntoSight(ref.current, to * ROW_HEIGHT, 2 * ROW_HEIGHT);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
}

/** Which of `count` rows `key` leads to from the one at `at` (-1 for none), `page` of them being in sight; -1 for none. */
function rowFor(key: string, at: number, count: number, page: number): number {
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
