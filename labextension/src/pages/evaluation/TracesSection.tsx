import * as React from 'react';

import type { Assessment, Client, TraceInfo, TraceSummary } from '../../client/client';
import { useHost } from '../../host/host';
import { WebLink } from '../../components/WebLink';
import { When } from '../../components/When';
import { countText } from '../../registry/format';
import { PagedList } from '../../state/pagedList';
import { Section } from '../parts';
import { type Column, Table, Value } from '../Table';
import { durationText, saidText, saidWhole, summaryText, tracesText } from './said';

/** Traces that are fetched at a time. */
const PAGE = 20;

/** The traces of a version: what they come to, and then each, the newest first. */
export function TracesSection(props: { reference: string; summary: TraceSummary }): React.JSX.Element {
  const { reference, summary } = props;
  const { client } = useHost();
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const [traces] = React.useState(() => tracesOf(client, reference, redraw));
  React.useEffect(() => {
    if (summary.traces > 0) {
      void traces.open();
    }
    return () => traces.stop();
  }, [traces, summary.traces]);
  const { items, more, busy, error } = traces.state;
  return (
    <Section
      title="Traces"
      count={tracesText(summary)}
      aside={summary.url !== null && <WebLink href={summary.url}>Open in MLflow</WebLink>}
    >
      {summary.note !== null && <p className="mreg-quiet">{summary.note}</p>}
      {summary.traces === 0 && summary.note === null && (
        <p className="mreg-quiet">None yet. MLflow notes them of the model that mlflow.set_active_model names</p>
      )}
      <Summary summary={summary} />
      {items.length > 0 && <Table title="Traces" rows={items} columns={COLUMNS} className="mreg-traces" />}
      {error && <p className="mreg-quiet">{error.message}</p>}
      {(more || error) && (
        <button
          type="button"
          className="mreg-link"
          disabled={busy}
          onClick={() => void (error ? traces.reload() : traces.more())}
        >
          {error ? 'Retry' : busy ? 'Loading…' : 'Show more'}
        </button>
      )}
    </Section>
  );
}

/** What was said of all of them, a chip a name. */
function Summary({ summary }: { summary: TraceSummary }): React.JSX.Element | null {
  const { errors, assessments, cut, traces } = summary;
  if (errors === 0 && assessments.length === 0) {
    return null;
  }
  return (
    <>
      {cut && <p className="mreg-quiet">These are of the newest {countText(traces)}</p>}
      <ul className="mreg-said" aria-label="What was said of the traces">
        {errors > 0 && (
          <li className="mreg-badge mreg-mod-status">{`${countText(errors)}${cut ? '+' : ''} with errors`}</li>
        )}
        {assessments.map(each => (
          <li key={`${each.kind} ${each.name}`} className="mreg-badge mreg-mod-stage" title={each.kind}>
            <bdi>{summaryText(each)}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

const COLUMNS: readonly Column<TraceInfo>[] = [
  {
    title: 'Started',
    text: each => each.trace_id,
    cell: each => (
      <>
        <WebLink href={each.url}>
          <When time={each.started_at} />
        </WebLink>
        <div className="mreg-quiet">{durationText(each)}</div>
        <State state={each.state} />
      </>
    ),
    whole: each => each.trace_id
  },
  {
    title: 'Request and response',
    text: each => `${each.request ?? ''} ${each.response ?? ''}`,
    cell: each => (
      <>
        <div className="mreg-mono">
          <Value text={each.request ?? ''} />
        </div>
        {each.response !== null && (
          <div className="mreg-mono mreg-quiet">
            <Value text={each.response} />
          </div>
        )}
      </>
    )
  },
  {
    title: 'Said of it',
    text: each => each.assessments.map(saidText).join(' '),
    cell: each => <Said assessments={each.assessments} />
  }
];

/** How a trace ended, unless it ended well. */
function State({ state }: { state: string }): React.JSX.Element | null {
  return state === 'OK' ? null : (
    <span className="mreg-badge mreg-mod-status">{state.toLowerCase().replace(/_/g, ' ')}</span>
  );
}

function Said({ assessments }: { assessments: readonly Assessment[] }): React.JSX.Element | null {
  return assessments.length === 0 ? null : (
    <ul className="mreg-said">
      {assessments.map((each, at) => (
        <li
          key={at}
          className={`mreg-badge mreg-mod-${each.error === null ? 'stage' : 'status'}`}
          title={saidWhole(each)}
        >
          <bdi>{saidText(each)}</bdi>
        </li>
      ))}
    </ul>
  );
}

function tracesOf(client: Client, reference: string, changed: () => void): PagedList<TraceInfo> {
  const list = new PagedList<TraceInfo>(
    (limit, page_token, signal) => client.call('tracking.traces', { reference, limit, page_token }, signal),
    each => each.trace_id,
    changed
  );
  list.pageSize = PAGE;
  return list;
}
