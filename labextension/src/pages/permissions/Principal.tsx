import * as React from 'react';

import type { Group } from '../../client/client';
import { Icon } from '../../components/Icon';
import { aboutPrivilege, EVERYBODY, listed } from '../../registry/access/privileges';

/** A user or a group by name; a group says who is in it. */
export function Principal({ name, groups }: { name: string; groups: readonly Group[] }): React.JSX.Element {
  const group = groups.find(each => each.name === name);
  const members = group && (group.members.length === 0 ? 'nobody is in it' : listed(group.members));
  const everybody = name === EVERYBODY;
  return (
    <span className="mreg-principal" title={members === undefined ? undefined : `Group: ${members}`}>
      <Icon name={group || everybody ? 'group' : 'user'} />
      <bdi>{name}</bdi>
      {group && <span className="mreg-unseen">, a group: {members}</span>}
      {everybody && <span className="mreg-quiet">everybody</span>}
    </span>
  );
}

/** Privileges, each of which says what it lets its holder do. */
export function Rights({ privileges }: { privileges: readonly string[] }): React.JSX.Element {
  return (
    <span className="mreg-rights">
      {privileges.map(each => (
        <span key={each} className="mreg-right" title={aboutPrivilege(each)}>
          {each}
        </span>
      ))}
    </span>
  );
}
