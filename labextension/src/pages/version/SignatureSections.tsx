import * as React from 'react';

import type { Version } from '../../client/client';
import { asSentence } from '../../components/sentence';
import type { QueryState } from '../../state/query';
import { Section } from '../parts';
import { isGoverned } from '../../registry/validation';
import { type Field, readSignature } from '../../registry/signature';
import { type Column, TableSection } from '../Table';

const COLUMNS: readonly Column<Field>[] = [
  { title: 'Name', text: each => each.name ?? '–' },
  { title: 'Type', text: each => each.type, as: 'code' },
  { title: 'Required', text: each => (each.required ? 'yes' : 'optional'), as: 'word' }
];

interface Props {
  version: Version;
  /** The signature in the files of a workspace version. */
  inFiles: QueryState<Version['signature']>;
}

/** What a version takes and gives back. */
export function SignatureSections({ version, inFiles }: Props): React.JSX.Element {
  const read = readSignature(version.signature ?? inFiles.value);
  if (read === null) {
    return (
      <Section title="Signature">
        <p className="mreg-quiet">{missing(version, inFiles)}</p>
      </Section>
    );
  }
  return (
    <>
      <TableSection title="Inputs" rows={read.inputs} columns={COLUMNS} />
      <TableSection title="Outputs" rows={read.outputs} columns={COLUMNS.slice(0, 2)} />
      <TableSection
        title="Inference parameters"
        rows={read.params}
        columns={[
          { title: 'Name', text: each => each.name },
          { title: 'Type', text: each => each.type, as: 'code' },
          { title: 'Default', text: each => each.default, as: 'code' }
        ]}
      />
    </>
  );
}

function missing(version: Version, { busy, error }: Props['inFiles']): string {
  if (isGoverned(version.name)) {
    return 'No signature';
  }
  if (busy) {
    return 'Loading…';
  }
  return error
    ? `Not known. ${asSentence(error.message)}`
    : 'No signature that can be read here: the MLmodel file has none, or is on another machine.';
}
