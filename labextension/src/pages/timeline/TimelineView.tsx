import * as React from 'react';

import type { AliasSpan, Timeline } from '../../client/client';
import { ErrorMessage } from '../../host/ErrorBanner';
import { useViewport } from '../../explorer/viewport';
import { useHost } from '../../host/host';
import { isLive } from '../../registry/aliases';
import { localTime } from '../../registry/format';
import type { QueryState } from '../../state/query';
import { TableSection } from '../Table';
import { type Lane, lanesOf, rangesOf, spanText, whyText } from './lanes';
import { ticks } from './scale';

/** Pixels: of a lane with its label, of the bar in it, and of the axis. */
const LANE = 42;
const LABEL = 16;
const BAR = 18;
const AXIS = 22;
/** A bar is never narrower than this, and says its version from so much on. */
const THIN = 2;
const ROOM = 26;
/** Between two marks of the axis. */
const APART = 96;

interface Props {
  model: string;
  timeline: QueryState<Timeline>;
  onRetry: () => void;
}

/** Which version each alias pointed at over time, as a picture and as a table. */
export function TimelineView({ model, timeline, onRetry }: Props): React.JSX.Element | null {
  const { aliasOrder } = useHost().settings;
  const [range, setRange] = React.useState(0);
  const { value, error } = timeline;
  if (value === null) {
    return error && <ErrorMessage error={error} onRetry={onRetry} />;
  }
  const ranges = rangesOf(value);
  const { since } = ranges[range] ?? ranges[0] ?? value;
  const lanes = lanesOf(value, aliasOrder, since);
  return (
    <div className="mreg-page-body">
      {error && <p className="mreg-quiet">{error.message}</p>}
      {value.spans.length === 0 ? (
        <p className="mreg-quiet">No alias has pointed anywhere yet</p>
      ) : (
        <>
          {ranges.length > 1 && (
            <select
              className="mreg-select"
              aria-label="Time"
              value={range}
              onChange={event => setRange(Number(event.target.value))}
            >
              {ranges.map(({ label }, at) => (
                <option key={label} value={at}>
                  {label}
                </option>
              ))}
            </select>
          )}
          <Picture model={model} lanes={lanes} since={since} until={value.until} />
          <Moves spans={lanes.flatMap(each => each.spans)} />
        </>
      )}
    </div>
  );
}

/** The same in words. */
function Moves({ spans }: { spans: readonly AliasSpan[] }): React.JSX.Element {
  const newest = [...spans].sort((a, b) => b.began_at - a.began_at);
  return (
    <details className="mreg-more">
      <summary>As a table</summary>
      <TableSection
        title="Moves"
        rows={newest}
        columns={[
          { title: 'Alias', text: each => `@${each.alias}`, as: 'word' },
          { title: 'Version', text: each => `v${each.version}`, as: 'word' },
          { title: 'From', text: each => localTime(each.began_at) },
          { title: 'Until', text: each => (each.ended_at === null ? 'still there' : localTime(each.ended_at)) },
          { title: 'Who', text: each => each.actor },
          { title: 'Why', text: each => each.reason ?? '' }
        ]}
      />
    </details>
  );
}

interface PictureProps {
  model: string;
  lanes: readonly Lane[];
  since: number;
  until: number;
}

function Picture({ model, lanes, since, until }: PictureProps): React.JSX.Element {
  const host = useHost();
  const { aliasOrder } = host.settings;
  const ref = React.useRef<HTMLDivElement>(null);
  const width = useViewport(ref).width || 600;
  const [pointed, setPointed] = React.useState<AliasSpan | null>(null);
  const keys = useSpanKeys(lanes, ref);
  // Two neighbouring bars must not become one at the right edge.
  const x = (time: number): number => ((Math.max(since, time) - since) / Math.max(1, until - since)) * width;
  const height = lanes.length * LANE;
  return (
    <div ref={ref} className="mreg-timeline" onKeyDown={keys.onKeyDown} onMouseLeave={() => setPointed(null)}>
      <svg width={width} height={height + AXIS} role="group" aria-label={`Aliases of ${model} over time`}>
        {ticks(since, until, Math.max(2, Math.floor(width / APART))).map(({ time, text }) => (
          <g key={time} className="mreg-timeline-tick" aria-hidden="true">
            <line x1={x(time)} x2={x(time)} y1={0} y2={height + 4} />
            {x(time) < width - 66 && (
              <text x={x(time)} y={height + AXIS - 5}>
                {text}
              </text>
            )}
          </g>
        ))}
        {lanes.map(({ alias, spans }, lane) => (
          <g key={alias} className={`mreg-timeline-lane${isLive(alias, aliasOrder) ? ' mreg-mod-live' : ''}`}>
            <text x={0} y={lane * LANE + LABEL - 4} aria-hidden="true">
              @{alias}
            </text>
            {spans.map((span, at) => (
              <Bar
                key={span.event}
                span={span}
                odd={at % 2 === 1}
                x={x(span.began_at)}
                end={x(span.ended_at ?? until)}
                y={lane * LANE + LABEL}
                tabIndex={keys.stop === span ? 0 : -1}
                onPoint={setPointed}
                onFocus={keys.setStop}
                onOpen={() => host.openPage({ kind: 'version', name: model, version: span.version })}
              />
            ))}
          </g>
        ))}
      </svg>
      <p className="mreg-timeline-about mreg-quiet">
        {pointed ? (
          <>
            {spanText(pointed)}, <bdi>{whyText(pointed)}</bdi>
          </>
        ) : (
          'Point at a bar, or go there with the arrow keys, to see who, when and why; a click opens the version.'
        )}
      </p>
    </div>
  );
}

interface BarProps {
  span: AliasSpan;
  odd: boolean;
  x: number;
  end: number;
  y: number;
  tabIndex: number;
  onPoint: (span: AliasSpan) => void;
  onFocus: (span: AliasSpan) => void;
  onOpen: () => void;
}

/** One version an alias pointed at. */
function Bar({ span, odd, x, end, y, tabIndex, onPoint, onFocus, onOpen }: BarProps): React.JSX.Element {
  const width = Math.max(THIN, end - x - (end - x > 4 ? 1 : 0));
  const left = Math.max(0, Math.min(x, end - THIN));
  const text = `${spanText(span)}, ${whyText(span)}`;
  const ref = React.useRef<SVGGElement>(null);
  // Preact writes tabIndex as it is, and names of attributes have a case in SVG.
  React.useLayoutEffect(() => ref.current?.setAttribute('tabindex', String(tabIndex)), [tabIndex]);
  return (
    <g
      ref={ref}
      className={`mreg-timeline-span${odd ? ' mreg-mod-odd' : ''}${span.gone === null ? '' : ' mreg-mod-gone'}`}
      role="link"
      data-event={span.event}
      aria-label={text}
      onMouseEnter={() => onPoint(span)}
      onFocus={() => {
        onPoint(span);
        onFocus(span);
      }}
      onClick={onOpen}
      onKeyDown={event => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          onOpen();
        }
      }}
    >
      <title>{text}</title>
      <rect x={left} y={y} width={width} height={BAR} rx={width > 8 ? 2 : 0} />
      {width >= ROOM && (
        <text x={left + 5} y={y + BAR - 5} aria-hidden="true">
          v{span.version}
        </text>
      )}
    </g>
  );
}

/** The arrow keys go along an alias and from one to the next; the whole picture is one stop of the Tab key. */
function useSpanKeys(
  lanes: readonly Lane[],
  ref: React.RefObject<HTMLElement>
): {
  stop: AliasSpan | undefined;
  setStop: (span: AliasSpan) => void;
  onKeyDown: (event: React.KeyboardEvent) => void;
} {
  const [event, setEvent] = React.useState<number | null>(null);
  const all = lanes.flatMap(each => each.spans);
  const stop = all.find(each => each.event === event) ?? lanes[0]?.spans.at(-1);
  const go = (to: AliasSpan | undefined): void => {
    if (to) {
      setEvent(to.event);
      ref.current?.querySelector<SVGElement>(`[data-event="${to.event}"]`)?.focus();
    }
  };
  const onKeyDown = (pressed: React.KeyboardEvent): void => {
    const lane = lanes.findIndex(each => stop !== undefined && each.spans.includes(stop));
    const spans = lanes[lane]?.spans ?? [];
    const at = stop ? spans.indexOf(stop) : -1;
    const near = (other: Lane | undefined): AliasSpan | undefined =>
      other?.spans.filter(each => each.began_at <= (stop?.began_at ?? 0)).at(-1) ?? other?.spans[0];
    const places: Record<string, () => AliasSpan | undefined> = {
      ArrowLeft: () => spans[at - 1],
      ArrowRight: () => spans[at + 1],
      Home: () => spans[0],
      End: () => spans.at(-1),
      ArrowUp: () => near(lanes[lane - 1]),
      ArrowDown: () => near(lanes[lane + 1])
    };
    const place = places[pressed.key];
    if (place) {
      pressed.preventDefault();
      pressed.stopPropagation();
      go(place());
    }
  };
  return { stop, setStop: span => setEvent(span.event), onKeyDown };
}
