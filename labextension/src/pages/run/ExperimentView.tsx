import * as React from 'react';

import type { Client, ExperimentRun } from '../../client/client';
import { CopyButton, ShortId } from '../../components/CopyButton';
import { When } from '../../components/When';
import { useHost } from '../../host/host';
import { ago, dateTime, numberText } from '../../registry/format';
import type { TrackedTarget } from '../../registry/target';
import { PagedList } from '../../state/pagedList';
import { useQuery } from '../../state/query';
import { Facts, Section } from '../parts';
import { type Column, Table, TableSection } from '../Table';
import { Tracked } from '../version/Provenance';
import { sorted, TEXTS } from './RunView';
import { TrackedFrame } from './TrackedFrame';
import { Versions } from './Versions';

/** How many metrics are columns: those that most runs have. */
const MOST_METRICS = 3;

/** The page of an experiment, for where MLflow's own cannot be had: what it is, and its runs, newest first. */
export function ExperimentView({ target }: { target: TrackedTarget }): React.JSX.Element {
  const { id: experiment_id, name } = target;
  const query = useQuery(experiment_id, (client, signal) =>
    client.call('tracking.experiment', { experiment_id }, signal)
  );
  return (
    <TrackedFrame
      kind="Experiment"
      icon="folder"
      name={query.value?.name ?? name ?? experiment_id}
      id={experiment_id}
      query={query}
      about={null}
    >
      {({ artifact_location, created_at, tags }) => (
        <div className="mreg-page-body">
          <Section title="About this experiment">
            <Facts
              facts={[
                ['Id', <ShortId id={experiment_id} what="id of the experiment" />],
                created_at === null ? null : ['Created', <When time={created_at} />],
                [
                  'Artifacts',
                  <span className="mreg-copied">
                    <bdi className="mreg-mono">{artifact_location}</bdi>
                    <CopyButton text={artifact_location} what="artifact location" />
                  </span>
                ]
              ]}
            />
          </Section>
          <TableSection title="Tags" rows={sorted(tags)} columns={TEXTS} />
          <Runs experiment={experiment_id} />
        </div>
      )}
    </TrackedFrame>
  );
}

function Runs({ experiment }: { experiment: string }): React.JSX.Element {
  const { client } = useHost();
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const [runs] = React.useState(() => runsOf(client, experiment, redraw));
  React.useEffect(() => {
    void runs.open();
    return () => runs.stop();
  }, [runs]);
  const { items, more, loaded, busy, error } = runs.state;
  const columns = React.useMemo(() => [...RUN, ...metricsIn(items), REGISTERED], [items]);
  return (
    <Section title="Runs" count={loaded ? `${items.length}${more ? '+' : ''}` : undefined}>
      {items.length > 0 && <Table title="Runs" rows={items} columns={columns} className="mreg-mod-fitting" />}
      {loaded && items.length === 0 && <p className="mreg-quiet">No runs yet</p>}
      {error && <p className="mreg-quiet">{error.message}</p>}
      {(more || error) && (
        <button
          type="button"
          className="mreg-link"
          disabled={busy}
          onClick={() => void (error ? runs.reload() : runs.more())}
        >
          {error ? 'Retry' : busy ? 'Loading…' : 'Show more'}
        </button>
      )}
    </Section>
  );
}

function runsOf(client: Client, experiment_id: string, changed: () => void): PagedList<ExperimentRun> {
  return new PagedList<ExperimentRun>(
    (limit, page_token, signal) =>
      client.call('tracking.experiment_runs', { experiment_id, limit, page_token }, signal),
    each => each.run.run_id,
    changed
  );
}

const RUN: readonly Column<ExperimentRun>[] = [
  {
    title: 'Run',
    text: each => each.run.name,
    cell: ({ run }) => (
      <Tracked url={run.url} page={{ kind: 'run', run_id: run.run_id, name: run.name }}>
        <bdi>{run.name}</bdi>
      </Tracked>
    )
  },
  {
    title: 'Started',
    text: ({ run }) => (run.start_time === null ? '' : ago(run.start_time)),
    whole: ({ run }) => (run.start_time === null ? '' : dateTime(run.start_time))
  },
  { title: 'By', text: each => each.run.user ?? '' },
  { title: 'Status', text: each => each.run.status.toLowerCase() }
];
const REGISTERED: Column<ExperimentRun> = {
  title: 'Registered',
  text: each => each.versions.join(', '),
  cell: each => <Versions references={each.versions} />
};

/** A column for each of the metrics that most of `runs` have. */
function metricsIn(runs: readonly ExperimentRun[]): Column<ExperimentRun>[] {
  const counts = new Map<string, number>();
  runs.forEach(each => Object.keys(each.metrics).forEach(key => counts.set(key, (counts.get(key) ?? 0) + 1)));
  const keys = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key);
  return keys.slice(0, MOST_METRICS).map(key => ({
    title: key,
    as: 'number',
    text: ({ metrics }) => {
      const value = metrics[key];
      return value === undefined ? '' : numberText(value);
    },
    whole: ({ metrics }) => String(metrics[key] ?? '')
  }));
}
