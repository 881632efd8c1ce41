import * as React from 'react';

import type { Version } from '../../client/client';
import { type Font, textWidth, useFont } from '../../components/fitting';
import { type AliasOrder, versionAliases } from '../../registry/aliases';
import { useHost } from '../../host/host';
import { aliasText, numberText } from '../../registry/format';
import { metricOf } from './columns';

/** Only so many versions, the newest, are drawn: more are no longer told apart. */
const MOST = 400;
/** With more points than this there are only a line and the points that matter. */
const MOST_DOTS = 80;
/** The drawing in its own units, which are stretched to the width there is. */
const WIDTH = 1000;
const HEIGHT = 48;
const EDGE = 5;

/** Aliases stand above the drawing in so many rows at most; of others the points tell. */
const ROWS = 2;
const ROW_HEIGHT = 14;
/** The pixels between two aliases, and those of the width until it is known. */
const GAP = 8;
const LABEL_SIZE = 11;
/** The height of the plot without aliases, as the style sheet has it. */
const PLOT_HEIGHT = 52;
const USUAL_WIDTH = 600;

interface Point {
  readonly version: number;
  /** The aliases that point at it, in their order. */
  readonly aliases: readonly string[];
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
  const order = useHost().settings.aliasOrder;
  const points = React.useMemo(() => pointsOf(versions, metric, order), [versions, metric, order]);
  const area = React.useRef<HTMLDivElement>(null);
  const font = useFont(area, metric);
  const width = useWidth(area, points.length);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) {
    return null;
  }
  const values = points.map(each => each.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const labels = labelsOf(points, live, width, { ...font, size: LABEL_SIZE });
  const above = ROW_HEIGHT * Math.max(0, ...labels.map(each => each.row + 1));
  return (
    <figure
      className="mreg-plot"
      aria-label={plotText(metric, points, first, last, low, high)}
      style={above > 0 ? { paddingTop: above, height: PLOT_HEIGHT + above } : undefined}
    >
      <span className="mreg-plot-scale mreg-quiet" aria-hidden="true">
        <span>{numberText(high)}</span>
        <span>{numberText(low)}</span>
      </span>
      <div ref={area} className="mreg-plot-area" aria-hidden="true">
        {labels.map(({ point, text, left, row }) => (
          <React.Fragment key={point.version}>
            <span
              className={`mreg-plot-rule${point.version === live ? ' mreg-mod-live' : ''}`}
              style={{ left: `${(100 * point.x) / WIDTH}%`, top: (row + 1) * ROW_HEIGHT - above }}
            />
            <span
              className={`mreg-plot-alias${point.version === live ? ' mreg-mod-live' : ''}`}
              style={{ left, top: row * ROW_HEIGHT - above }}
              title={titleOf(point, metric)}
              onClick={() => onSelect(point.version)}
            >
              {text}
            </span>
          </React.Fragment>
        ))}
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <polyline points={points.map(each => `${each.x},${each.y}`).join(' ')} />
        </svg>
        {points
          .filter(each => points.length <= MOST_DOTS || each.aliases.length > 0 || each.version === selected)
          .map(each => (
            <span
              key={each.version}
              className={dotClass(each, live, selected)}
              style={{ left: `${(100 * each.x) / WIDTH}%`, top: `${(100 * each.y) / HEIGHT}%` }}
              title={titleOf(each, metric)}
              onClick={() => onSelect(each.version)}
            />
          ))}
      </div>
    </figure>
  );
}

/** An alias, or several of one version, above the drawing. */
interface Label {
  readonly point: Point;
  readonly text: string;
  /** Where it begins, in pixels. */
  readonly left: number;
  readonly row: number;
}

/** The aliases that find room above a drawing of `width` pixels, that of the live version before others, then the newest. */
function labelsOf(points: readonly Point[], live: number | null, width: number, font: Font): Label[] {
  const marked = points.filter(each => each.aliases.length > 0);
  const taken: [number, number][][] = Array.from({ length: ROWS }, () => []);
  const found: Label[] = [];
  const first = (each: Point): number => (each.version === live ? 0 : 1);
  for (const point of marked.reverse().sort((one, other) => first(one) - first(other))) {
    const text = point.aliases.map(each => aliasText(each)).join(' ');
    const wide = textWidth(text, font);
    const left = Math.max(0, Math.min((point.x / WIDTH) * width - wide / 2, width - wide));
    const row = taken.findIndex(spans => spans.every(([from, to]) => left + wide + GAP <= from || to + GAP <= left));
    if (row >= 0) {
      taken[row]?.push([left, left + wide]);
      found.push({ point, text, left, row });
    }
  }
  return found;
}

/** The width of an element in pixels, followed while it is shown. */
function useWidth(ref: React.RefObject<HTMLElement>, drawn: number): number {
  const [width, setWidth] = React.useState(USUAL_WIDTH);
  React.useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) {
      return undefined;
    }
    const measure = (): void => setWidth(element.clientWidth || USUAL_WIDTH);
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    measure();
    return () => resized.disconnect();
  }, [ref, drawn]);
  return width;
}

function dotClass(point: Point, live: number | null, selected: number | null): string {
  const marks = [
    point.version === live ? ' mreg-mod-live' : point.aliases.length > 0 ? ' mreg-mod-marked' : '',
    point.version === selected ? ' mreg-mod-selected' : ''
  ];
  return `mreg-plot-dot${marks.join('')}`;
}

function titleOf({ version, aliases, value }: Point, metric: string): string {
  const names = aliases.map(each => ` ${aliasText(each)}`).join('');
  return `v${version}${names}: ${metric} ${numberText(value)}`;
}

/** The versions that have `metric`, oldest first, with their places in the drawing. */
function pointsOf(versions: readonly Version[], metric: string, order: AliasOrder): Point[] {
  const found = versions
    .slice(0, MOST)
    .map(each => ({
      version: each.version,
      aliases: versionAliases(each, order),
      value: metricOf(each, metric) ?? NaN
    }))
    .filter(each => Number.isFinite(each.value))
    .reverse();
  const values = found.map(each => each.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return found.map((each, at) => ({
    ...each,
    x: EDGE + (at * (WIDTH - 2 * EDGE)) / Math.max(1, found.length - 1),
    y: high === low ? HEIGHT / 2 : EDGE + ((high - each.value) * (HEIGHT - 2 * EDGE)) / (high - low)
  }));
}

function plotText(
  metric: string,
  points: readonly Point[],
  first: Point,
  last: Point,
  low: number,
  high: number
): string {
  const marked = points.flatMap(({ aliases, value }) =>
    aliases.map(each => `; ${aliasText(each)} ${numberText(value)}`)
  );
  return (
    `${metric} from v${first.version} (${numberText(first.value)}) to v${last.version} (${numberText(last.value)}), ` +
    `between ${numberText(low)} and ${numberText(high)}${marked.join('')}`
  );
}
