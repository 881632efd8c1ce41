import * as React from 'react';

import type { CameFrom, Dataset, Environment, GitState, Place } from '../../client/client';
import { ShortId } from '../../components/CopyButton';
import { ErrorMessage } from '../../host/ErrorBanner';
import type { QueryState } from '../../state/query';
import { Code, Facts, Section } from '../parts';
import { Notebook } from '../version/Provenance';
import { GraphView } from './GraphView';
import { placesOf, type Traced } from './lineage';

/** What a version comes from and leads to: the graph, its datasets, and the code that made it. */
export function LineageView(props: {
  name: string;
  traced: QueryState<Traced>;
  onRetry: () => void;
}): React.JSX.Element | null {
  const { name, traced, onRetry } = props;
  const { value, error } = traced;
  if (value === null) {
    return error && <ErrorMessage error={error} onRetry={onRetry} />;
  }
  const { graph, known } = value;
  return (
    <div className="mreg-page-body">
      {error && <p className="mreg-quiet">{error.message}</p>}
      {graph.nodes.length === 1 ? (
        <p className="mreg-quiet">Nothing is known of where it comes from, and nothing has come from it yet</p>
      ) : (
        <GraphView name={name} graph={graph} />
      )}
      {graph.left_out > 0 && <p className="mreg-quiet">{graph.left_out.toLocaleString()} more are not shown</p>}
      {known.datasets.length > 0 && (
        <Section title="Datasets" count={String(known.datasets.length)}>
          {known.datasets.map((each, at) => (
            <DatasetFacts key={at} dataset={each} />
          ))}
        </Section>
      )}
      {known.came_from !== null && <ElsewhereSection of={known.came_from} />}
      {known.environment !== null && <EnvironmentSection of={known.environment} />}
      {placesOf(known).map(([title, place]) => (
        <Section key={title} title={title}>
          <CodePlace place={place} />
        </Section>
      ))}
    </div>
  );
}

/** What the version is called in the registry that it came from, where its number was free there alone. */
function ElsewhereSection({ of }: { of: CameFrom }): React.JSX.Element {
  return (
    <Section title="Came from">
      <Facts
        facts={[
          [
            'Version there',
            <bdi>
              {of.model}/{of.version}
            </bdi>
          ],
          ['Registry', <bdi>{of.registry}</bdi>]
        ]}
      />
    </Section>
  );
}

/** What the model runs in, beside its requirements, and what was installed when it was registered. */
function EnvironmentSection({ of }: { of: Environment }): React.JSX.Element {
  const { python, conda, installed } = of;
  const there = Object.entries(installed ?? {}).map(([name, version]) => `${name} ${version}`);
  return (
    <Section title="Runs in">
      <Facts
        facts={[
          python === null ? null : ['Python', <bdi>{python}</bdi>],
          conda.length === 0 ? null : ['From conda', <bdi>{conda.join(', ')}</bdi>],
          there.length === 0 ? null : ['Installed then', <bdi>{there.join(', ')}</bdi>]
        ]}
      />
    </Section>
  );
}

/** What is known of one dataset. */
function DatasetFacts({ dataset }: { dataset: Dataset }): React.JSX.Element {
  const { name, digest, source, snapshot, context, rows, metrics } = dataset;
  const said = (title: string, value: string | null): [string, React.ReactNode] | null =>
    value === null || value === '' ? null : [title, <bdi>{value}</bdi>];
  return (
    <div className="mreg-lineage-dataset">
      <h3>
        <bdi>{name}</bdi>
      </h3>
      <Facts
        facts={[
          said('For', context),
          ['Digest', digest === null ? 'none' : <code>{digest}</code>],
          said('State', snapshot),
          said('Rows', rows === null ? null : rows.toLocaleString()),
          said('Metrics on it', metrics.join(', ')),
          said('Where', source)
        ]}
      />
    </div>
  );
}

/** Which code it was, the state of its repository, and what the cell said. */
function CodePlace({ place }: { place: Place }): React.JSX.Element {
  const { kind, path, template, source, git, python } = place;
  return (
    <>
      <Facts
        facts={[
          path === null
            ? null
            : [
                kind === 'script' ? 'Script' : 'Notebook',
                kind === 'script' ? <bdi>{path}</bdi> : <Notebook path={path} cell={place.cell} />
              ],
          template === null ? null : ['Made from', <Notebook path={template} cell={null} />],
          git === null ? null : ['Commit', <Commit git={git} />],
          python === null ? null : ['Python', python]
        ]}
      />
      {source !== null && (
        <details className="mreg-more">
          <summary>What the cell said</summary>
          <Code text={source} />
        </details>
      )}
    </>
  );
}

function Commit({ git }: { git: GitState }): React.JSX.Element {
  const state = git.dirty === null ? '' : git.dirty ? ', with changes' : ', without changes';
  return (
    <>
      <ShortId id={git.commit} what="commit" url={null} />
      {git.branch !== null && (
        <>
          {' on '}
          <bdi>{git.branch}</bdi>
        </>
      )}
      {state}
    </>
  );
}
