import * as React from 'react';

import type { ArtifactInfo, LoggedModelInfo, RunDetails } from '../../client/client';
import { ShortId } from '../../components/CopyButton';
import { numberText, sizeText } from '../../registry/format';
import type { RunTarget } from '../../registry/target';
import { useQuery } from '../../state/query';
import { Facts, Section } from '../parts';
import { madeBy, Tracked } from '../version/Provenance';
import { type Column, TableSection } from '../Table';
import { RunState } from './RunState';
import { TrackedFrame } from './TrackedFrame';

export const TEXTS: readonly Column<[string, string]>[] = [
  { title: 'Name', text: ([name]) => name },
  { title: 'Value', text: ([, value]) => value, as: 'code' }
];
export const METRICS: readonly Column<[string, RunDetails['metrics'][string]]>[] = [
  { title: 'Name', text: ([name]) => name },
  { title: 'Last value', text: ([, value]) => numberText(value), whole: ([, value]) => String(value), as: 'number' }
];
const ARTIFACTS: readonly Column<ArtifactInfo>[] = [
  { title: 'Path', text: each => (each.is_folder ? `${each.path}/` : each.path), as: 'code' },
  { title: 'Size', text: each => (each.size === null ? '' : sizeText(each.size)), as: 'number' }
];
const MODELS: readonly Column<LoggedModelInfo>[] = [
  {
    title: 'Name',
    text: each => each.name,
    cell: each => (
      <Tracked url={each.url} page={{ kind: 'logged-model', id: each.model_id, name: each.name }}>
        <bdi>{each.name}</bdi>
      </Tracked>
    )
  },
  { title: 'Source to register', text: each => each.uri, as: 'code' }
];

/** The page of a run, for where MLflow's own cannot be had: its tracking is a file, or a database without a server. */
export function RunView({ target }: { target: RunTarget }): React.JSX.Element {
  const { run_id } = target;
  const query = useQuery(run_id, (client, signal) => client.call('tracking.run_details', { run_id }, signal));
  return (
    <TrackedFrame
      kind="Run"
      icon="run"
      name={query.value?.run.name ?? target.name ?? run_id}
      id={run_id}
      query={query}
      about={({ run }) => <RunState run={run} />}
    >
      {details => <Body details={details} />}
    </TrackedFrame>
  );
}

function Body({ details }: { details: RunDetails }): React.JSX.Element {
  const { run, artifacts_problem } = details;
  return (
    <div className="mreg-page-body mreg-mod-columns">
      <div>
        <TableSection title="Metrics" rows={sorted(details.metrics)} columns={METRICS} />
        <TableSection title="Parameters" rows={sorted(details.params)} columns={TEXTS} />
        <TableSection title="Logged models" rows={details.models} columns={MODELS} />
        <TableSection title="Artifacts" rows={details.artifacts} columns={ARTIFACTS} />
        {artifacts_problem !== null && (
          <Section title="Artifacts">
            <p className="mreg-quiet">{artifacts_problem}</p>
          </Section>
        )}
      </div>
      <aside>
        <Section title="About this run">
          <Facts facts={[['Id', <ShortId id={run.run_id} what="id of the run" />], ...madeBy(run)]} />
        </Section>
        <TableSection title="Tags" rows={sorted(details.tags)} columns={TEXTS} />
      </aside>
    </div>
  );
}

/** `values` by name. */
export function sorted<T>(values: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
