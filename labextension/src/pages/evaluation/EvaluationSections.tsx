import * as React from 'react';

import type { Evaluation, Evaluations } from '../../client/client';
import { WebLink } from '../../components/WebLink';
import { shortId } from '../../components/CopyButton';
import { ago, countText, dateTime, numberText } from '../../registry/format';
import { Section } from '../parts';
import { type Column, TableSection } from '../Table';
import { Tracked } from '../version/Provenance';
import { type Measured, measuredIn } from './said';

/** What was measured of a version: metrics by dataset and run, and the tables that were logged. */
export function EvaluationSections({ found }: { found: Evaluations }): React.JSX.Element {
  const { evaluations, left_out, note } = found;
  const tables = evaluations.flatMap(of => of.tables.map(table => ({ table, of })));
  if (evaluations.length === 0) {
    return (
      <Section title="Evaluations">
        <p className="mreg-quiet">{note ?? 'Not evaluated yet'}</p>
      </Section>
    );
  }
  return (
    <>
      <TableSection
        title="Evaluations"
        rows={measuredIn(evaluations)}
        columns={MEASURED}
        className="mreg-mod-fitting"
      />
      {left_out > 0 && <p className="mreg-quiet">{countText(left_out)} older evaluations are not shown</p>}
      <TableSection title="Tables" rows={tables} columns={TABLES} className="mreg-mod-fitting" />
    </>
  );
}

const MEASURED: readonly Column<Measured>[] = [
  { title: 'Metric', text: each => each.metric },
  { title: 'Value', text: each => numberText(each.value), whole: each => String(each.value), as: 'number' },
  {
    title: 'Dataset',
    text: ({ of }) => of.datasets.join(', '),
    whole: ({ of }) => [...of.datasets, of.digest ?? ''].filter(each => each !== '').join('\n')
  },
  {
    title: 'Run',
    text: ({ of }) => nameOf(of),
    whole: ({ of }) => dateTime(of.evaluated_at),
    cell: ({ of }) => (
      <>
        <RunLink of={of} /> <span className="mreg-quiet">{of.problem ?? ago(of.evaluated_at)}</span>
      </>
    )
  }
];
const TABLES: readonly Column<{ table: Evaluation['tables'][number]; of: Evaluation }>[] = [
  {
    title: 'Table',
    text: each => each.table.path,
    cell: ({ table }) => (
      <WebLink href={table.url}>
        <bdi>{table.path}</bdi>
      </WebLink>
    )
  },
  { title: 'Run', text: ({ of }) => nameOf(of), cell: ({ of }) => <RunLink of={of} /> }
];

function nameOf(of: Evaluation): string {
  return of.run_name ?? shortId(of.run_id);
}

/** The run, which has a page as long as it is there. */
function RunLink({ of }: { of: Evaluation }): React.JSX.Element {
  const { run_id, run_name, url } = of;
  return (
    <Tracked url={url} page={run_name === null ? null : { kind: 'run', run_id, name: run_name }}>
      <bdi>{nameOf(of)}</bdi>
    </Tracked>
  );
}
