import * as React from 'react';

import { Verdict } from '../components/TagValue';
import { sortedTags } from '../registry/tags';
import type { PageTarget } from '../registry/target';
import { Section } from './parts';
import { Value } from './Table';

/** The tags of a model or version, with the way to change them. */
export function TagSection({
  tags,
  target
}: {
  tags: Readonly<Record<string, string>>;
  target: PageTarget;
}): React.JSX.Element {
  const entries = sortedTags(tags);
  return (
    <Section
      title="Tags"
      count={entries.length > 0 ? String(entries.length) : undefined}
      action={{ id: 'edit-tags', target, label: entries.length > 0 ? 'Edit' : 'Add some' }}
    >
      {entries.length === 0 ? (
        <p className="mreg-quiet">No tags</p>
      ) : (
        <table className="mreg-table mreg-mod-pairs" aria-label="Tags">
          <tbody>
            {entries.map(([key, value]) => (
              <tr key={key}>
                <th scope="row">
                  <bdi>{key}</bdi>
                </th>
                <td>
                  <Verdict value={value}>
                    <Value text={value} />
                  </Verdict>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
