import * as React from 'react';

import type { Group } from '../../client/client';
import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import { useHost } from '../../host/host';
import { THE_REGISTRY } from '../../registry/access/securable';
import { Section } from '../parts';
import { Principal } from './Principal';

/** The groups of the registry, and who is in them. */
export function GroupsSection({ groups }: { groups: readonly Group[] }): React.JSX.Element {
  const host = useHost();
  const now = host.client.moment === null;
  return (
    <Section
      title="Groups"
      count={groups.length > 0 ? String(groups.length) : undefined}
      aside={
        now && (
          <ActButton
            need={need('groups.create', THE_REGISTRY)}
            className="mreg-link"
            onClick={() => void host.openDialog({ kind: 'group' })}
          >
            New group…
          </ActButton>
        )
      }
    >
      {groups.length === 0 ? (
        <p className="mreg-quiet">No groups</p>
      ) : (
        <table className="mreg-table mreg-grants" aria-label="Groups">
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Members</th>
              {now && (
                <th scope="col" className="mreg-mod-actions">
                  <span className="mreg-unseen">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ name, members }) => (
              <tr key={name}>
                <td>
                  <Principal name={name} groups={groups} />
                </td>
                <td>
                  {members.length === 0 ? (
                    <span className="mreg-quiet">nobody</span>
                  ) : (
                    <Members of={name} groups={groups} />
                  )}
                </td>
                {now && (
                  <td className="mreg-mod-actions">
                    <ActButton
                      need={need('groups.add', THE_REGISTRY)}
                      className="mreg-link"
                      aria-label={`Members of ${name}`}
                      onClick={() => void host.openDialog({ kind: 'group', name })}
                    >
                      Members…
                    </ActButton>
                    <ActButton
                      need={need('groups.delete', THE_REGISTRY)}
                      className="mreg-link"
                      aria-label={`Delete group ${name}`}
                      onClick={() => void host.openDialog({ kind: 'delete-group', name })}
                    >
                      Delete…
                    </ActButton>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** Who is in a group; a group in it shows below whom that brings. */
function Members({ of, groups }: { of: string; groups: readonly Group[] }): React.JSX.Element {
  const members = groups.find(each => each.name === of)?.members ?? [];
  return (
    <ul className="mreg-group-members">
      {members.map(each => (
        <li key={each}>
          <Principal name={each} groups={groups} />
          {groups.some(group => group.name === each && group.members.length > 0) && (
            <Members of={each} groups={groups} />
          )}
        </li>
      ))}
    </ul>
  );
}
