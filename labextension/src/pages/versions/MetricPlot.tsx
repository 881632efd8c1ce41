import * as React from 'react';

import type { Version } from '../../client/client';
import { numberText } from '../../registry/format';
import { metricOf } from './columns';

/** Only so many versions, the newest, are drawn: more are no longer told apart. */
const MOST = 400;
/** With more points than this there are only a line and the points that matter. */
const MOST_DOTS = 80;
/** The drawing in its own units, which are stretched to the width there is. */
const WIDTH = 1000;
const HEIGHT = 48;
const EDGE = 5;

interface Point {
  readonly version: number;
  readonly value: number;
  readonly x: number;
  readonly y: number;
}

/** One metric over the versions, oldest at the left. Clicking a point selects its version. */
export function MetricPlot(props: {
  /** Newest first. */
  versions: readonly Version[];
  metric: string;
  /** The version that is live; null when none is. */
  live: number | null;
  selected: number | null;
  onSelect: (version: number) => void;
}): React.JSX.Element | null {
  const { versions, metric, live, selected, onSelect } = props;
  const points = React.useMemo(() => pointsOf(versions, metric), [versions, metric]);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) {
    return null;
  }
  const values = points.map(each => each.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (
    <figure className="mreg-plot" aria-label={plotText(metric, first, last, low, high)}>
      <span className="mreg-plot-scale mreg-quiet" aria-hidden="true">
        <span>{numberText(high)}</span>
        <span>{numberText(low)}</span>
      </span>
      <div className="mreg-plot-area" aria-hidden="true">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <polyline points={points.map(each => `${each.x},${each.y}`).join(' ')} />
        </svg>
        {points
          .filter(each => points.length <= MOST_DOTS || each.version === live || each.version === selected)
          .map(each => (
            <span
              key={each.version}
              className={`mreg-plot-dot${each.version === live ? ' mreg-mod-live' : ''}${
                each.version === selected ? ' mreg-mod-selected' : ''
              }`}
              style={{ left: `${(100 * each.x) / WIDTH}%`, top: `${(100 * each.y) / HEIGHT}%` }}
              title={`v${each.version}: ${metric} ${numberText(each.value)}`}
              onClick={() => onSelect(each.version)}
            />
          ))}
      </div>
    </figure>
  );
}

/** The versions that have `metric`, oldest first, with their places in the drawing. */
function pointsOf(versions: readonly Version[], metric: string): Point[] {
  const found = versions
    .slice(0, MOST)
    .map(each => ({ version: each.version, value: metricOf(each, metric) }))
    .filter((each): each is { version: number; value: number } => each.value !== null && Number.isFinite(each.value))
    .reverse();
  const values = found.map(each => each.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return found.map((each, at) => ({
    ...each,
    x: EDGE + (at * (WIDTH - 2 * EDGE)) / Math.max(1, found.length - 1),
    y: high === low ? HEIGHT / 2 : EDGE + ((high - each.value) * (HEIGHT - 2 * EDGE)) / (high - low)
  }));
}

function plotText(metric: string, first: Point, last: Point, low: number, high: number): string {
  return (
    `${metric} from v${first.version} (${numberText(first.value)}) to v${last.version} (${numberText(last.value)}), ` +
    `between ${numberText(low)} and ${numberText(high)}`
  );
}
