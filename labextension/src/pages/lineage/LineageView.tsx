import * as React from 'react';

import type { Dataset, GitState, Place } from '../../client/client';
import { ShortId } from '../../components/CopyButton';
import { ErrorMessage } from '../../components/ErrorBanner';
import type { QueryState } from '../../state/query';
import { Code, Facts, Section } from '../parts';
import { type Column, TableSection } from '../Table';
import { Notebook } from '../version/Provenance';
import { GraphView } from './GraphView';
import { placesOf, type Traced } from './lineage';

const DATASETS: readonly Column<Dataset>[] = [
  { title: 'Name', text: each => each.name },
  { title: 'For', text: each => each.context ?? '', as: 'word' },
  { title: 'Digest', text: each => each.digest ?? 'none', as: 'code' },
  { title: 'State', text: each => each.snapshot ?? '' },
  { title: 'Rows', text: each => (each.rows === null ? '' : each.rows.toLocaleString()), as: 'number' },
  { title: 'Metrics on it', text: each => each.metrics.join(', ') },
  { title: 'Where', text: each => each.source ?? '' }
];

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
  const shown = DATASETS.filter(column => known.datasets.some(each => column.text(each) !== ''));
  return (
    <div className="mreg-page-body">
      {error && <p className="mreg-quiet">{error.message}</p>}
      {graph.nodes.length === 1 ? (
        <p className="mreg-quiet">Nothing is known of where it comes from, and nothing has come from it yet</p>
      ) : (
        <GraphView name={name} graph={graph} />
      )}
      {graph.left_out > 0 && <p className="mreg-quiet">{graph.left_out.toLocaleString()} more are not shown</p>}
      <TableSection title="Datasets" rows={known.datasets} columns={shown} />
      {placesOf(known).map(([title, place]) => (
        <Section key={title} title={title}>
          <CodePlace place={place} />
        </Section>
      ))}
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
