import * as React from 'react';

import { Icon } from '../../components/Icon';
import { type Sort, sortedBy } from './arrange';
import { type ColumnId, LEAST_WIDTH, lookOf } from './columns';

/** Pixels a key makes a column wider or narrower. */
const STEP = 16;

interface Props {
  columns: readonly ColumnId[];
  widths: readonly number[];
  height: number;
  sort: Sort;
  /** The tick box for all rows. */
  tick: React.ReactNode;
  onSort: (sort: Sort) => void;
  /** A column gets `width` pixels, or what it usually has for null. */
  onWidth: (column: ColumnId, width: number | null) => void;
}

/** The headings: a click sorts, and the edge at the right of each can be dragged. */
export function Heading({ columns, widths, height, sort, tick, onSort, onWidth }: Props): React.JSX.Element {
  return (
    <div role="row" aria-rowindex={1} className="mreg-version mreg-mod-head" style={{ height }}>
      {columns.map((column, at) => {
        const { title, number } = lookOf(column);
        const sorted = sort.column === column;
        return (
          <span
            key={column}
            role="columnheader"
            aria-label={title}
            className={`mreg-col-${column.split(':')[0]}${number ? ' mreg-mod-number' : ''}`}
            aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
          >
            {column === 'version' && tick}
            <button
              type="button"
              className={`mreg-sort${sorted ? ` mreg-mod-${sort.descending ? 'down' : 'up'}` : ''}`}
              title={`Sort by ${title}`}
              onClick={() => onSort(sortedBy(column, sort))}
            >
              <bdi>{title}</bdi>
              <Icon name="caret" />
            </button>
            <Edge column={column} title={title} width={widths[at] ?? 0} onWidth={onWidth} />
          </span>
        );
      })}
    </div>
  );
}

/** The edge between two columns. A double click gives the column its usual width. */
function Edge(props: { column: ColumnId; title: string; width: number; onWidth: Props['onWidth'] }): React.JSX.Element {
  const { column, title, width, onWidth } = props;
  const grip = React.useRef<{ x: number; width: number } | null>(null);
  const set = (next: number): void => onWidth(column, Math.max(LEAST_WIDTH, Math.round(next)));
  return (
    <span
      role="separator"
      className="mreg-col-edge"
      aria-orientation="vertical"
      aria-label={`Width of ${title}`}
      aria-valuenow={Math.round(width)}
      aria-valuemin={LEAST_WIDTH}
      tabIndex={0}
      onPointerDown={event => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = { x: event.clientX, width };
      }}
      onPointerMove={event => grip.current && set(grip.current.width + event.clientX - grip.current.x)}
      onPointerUp={() => (grip.current = null)}
      onPointerCancel={() => (grip.current = null)}
      onDoubleClick={() => onWidth(column, null)}
      onKeyDown={event => {
        const step = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0;
        if (step !== 0) {
          event.preventDefault();
          event.stopPropagation();
          set(width + step);
        }
      }}
    />
  );
}
