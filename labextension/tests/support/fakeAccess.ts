import type { Grant, Group, Identity, Policy, Refusal, TagPolicy, TagViolation } from '../../src/client/client';
import { RegistryError } from '../../src/client/client';
import type { FakeStore, Handlers } from './fakeWrites';

/** What a fake registry knows of rights: nothing is refused, unless a test says so. */
export class FakeAccess {
  identity: Identity = { actor: 'ana', groups: [], admin: true, on_behalf_of: null };
  /** What is refused, by `kind:name`. */
  readonly refusals = new Map<string, Refusal[]>();
  readonly owners = new Map<string, string>();
  grants: Grant[] = [];
  groups: Group[] = [];
  tagPolicies: TagPolicy[] = [];
  /** Those in force on whatever is asked about. */
  policies: Policy[] = [];
  violations: TagViolation[] = [];

  /** Have `operations` be refused on something, to somebody who is no administrator. */
  refuse(kind: string, name: string, privilege: string, operations: readonly string[]): void {
    this.identity = { ...this.identity, actor: 'ben', admin: false };
    const refusal: Refusal = {
      operations: [...operations],
      privilege,
      kind,
      name,
      message: `ben lacks ${privilege} on ${kind} ${name}: ben has EXECUTE there, and its owner is ana`,
      hint: `ask ana to run: grant ${privilege} on ${kind} ${name} to ben`
    };
    this.refusals.set(`${kind}:${name}`, [...(this.refusals.get(`${kind}:${name}`) ?? []), refusal]);
  }
}

/** The operations that are about rights, as far as views and dialogs call them. */
export function accessOf(store: FakeStore, access: FakeAccess): Handlers {
  const held = (kind: string, name: string, principal: string): string[] =>
    access.grants.find(each => each.kind === kind && each.name === name && each.principal === principal)?.privileges ??
    [];
  const hold = (kind: string, name: string, principal: string, privileges: string[]): Grant => {
    const grant = { kind, name, principal, privileges };
    const others = access.grants.filter(
      each => !(each.kind === kind && each.name === name && each.principal === principal)
    );
    access.grants = privileges.length > 0 ? [...others, grant] : others;
    store.log('grant.changed', kind, name);
    return grant;
  };
  const regroup = (group: Group): Group => {
    access.groups = [...access.groups.filter(each => each.name !== group.name), group];
    store.log('group.changed', 'registry', 'registry');
    return group;
  };
  const govern = (policy: TagPolicy): TagPolicy => {
    access.tagPolicies = [...access.tagPolicies.filter(each => each.key !== policy.key), policy];
    store.log('tag_policy.changed', 'registry', 'registry');
    return policy;
  };
  const groupOf = (name: string): Group => {
    const found = access.groups.find(each => each.name === name);
    if (!found) {
      throw new RegistryError('NOT_FOUND', `no group ${name}`);
    }
    return found;
  };
  return {
    'registry.whoami': () => access.identity,
    'grants.refusals': ({ on, kind }) => access.refusals.get(`${kind}:${on}`) ?? [],
    'grants.owner': ({ on, kind }) => access.owners.get(`${kind}:${on}`) ?? 'ana',
    'grants.list': ({ on, kind, to }) =>
      access.grants.filter(each => (!on || (each.name === on && each.kind === kind)) && (!to || each.principal === to)),
    'grants.effective': ({ on, kind, of }) =>
      access.grants
        .filter(
          each => each.principal === (of ?? access.identity.actor) && `${on}.`.startsWith(`${each.name}.`) && kind
        )
        .flatMap(each => each.privileges.map(privilege => ({ ...each, privilege, through: [] }))),
    'grants.grant': ({ privileges, on, kind, to }) =>
      to.map(each => hold(kind ?? 'model', on, each, [...held(kind ?? 'model', on, each), ...privileges])),
    'grants.revoke': ({ privileges, on, kind, to, force }) =>
      to.map(each => {
        if (each === access.identity.actor && privileges.includes('MANAGE') && !force) {
          throw new RegistryError(
            'INVALID_STATE',
            `${each} would not be able to grant anything on ${kind} ${on} any more: its owner is carla`,
            'to do it all the same: --yes'
          );
        }
        const left = held(kind ?? 'model', on, each).filter(privilege => !privileges.includes(privilege));
        return hold(kind ?? 'model', on, each, left);
      }),
    'grants.transfer': ({ on, kind, to }) => {
      const before = access.owners.get(`${kind}:${on}`) ?? 'ana';
      access.owners.set(`${kind}:${on}`, to);
      store.log('owner.changed', kind ?? 'model', on);
      return { kind: kind ?? 'model', name: on, before, after: to };
    },
    'groups.list': () => access.groups,
    'groups.create': ({ name, members = [] }) => regroup({ name, members }),
    'groups.add': ({ name, members }) => regroup({ name, members: [...groupOf(name).members, ...members] }),
    'groups.remove': ({ name, members }) =>
      regroup({ name, members: groupOf(name).members.filter(each => !members.includes(each)) }),
    'policies.list': () => access.policies,
    'tag_policies.list': () => access.tagPolicies,
    'tag_policies.violations': ({ key }) => access.violations.filter(each => !key || each.key === key),
    'tag_policies.create': ({ key, values = [], assigners = [], description = null }) =>
      govern({ key, values, assigners, description }),
    'tag_policies.change': ({ key, values, assigners, description = null }) =>
      govern({ key, values: values ?? [], assigners: assigners ?? [], description }),
    'tag_policies.delete': ({ key }) => {
      const gone = access.tagPolicies.find(each => each.key === key);
      if (!gone) {
        throw new RegistryError('NOT_FOUND', `no tag policy ${key}`);
      }
      access.tagPolicies = access.tagPolicies.filter(each => each !== gone);
      store.log('tag_policy.changed', 'registry', 'registry');
      return gone;
    },
    'groups.delete': ({ name }) => {
      const gone = groupOf(name);
      access.groups = access.groups.filter(each => each !== gone);
      store.log('group.changed', 'registry', 'registry');
      return gone;
    }
  };
}
