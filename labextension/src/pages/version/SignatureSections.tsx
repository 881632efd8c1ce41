import * as React from 'react';

import type { Version } from '../../client/client';
import { Section } from '../parts';
import { isGoverned } from '../../registry/validation';
import { type Field, readSignature } from '../../registry/signature';
import { type Column, TableSection } from '../Table';

const COLUMNS: readonly Column<Field>[] = [
  { title: 'Name', text: each => each.name ?? '–' },
  { title: 'Type', text: each => each.type, as: 'code' },
  { title: 'Required', text: each => (each.required ? 'yes' : 'optional'), as: 'word' }
];

/** What a version takes and gives back. */
export function SignatureSections({ version }: { version: Version }): React.JSX.Element {
  const read = readSignature(version.signature);
  if (read === null) {
    return (
      <Section title="Signature">
        <p className="mreg-quiet">
          {isGoverned(version.name)
            ? 'No signature'
            : 'Not known: the registry does not read the files of a workspace model, whose MLmodel may hold one.'}
        </p>
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
