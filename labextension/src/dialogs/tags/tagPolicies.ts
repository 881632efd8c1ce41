import type { Client, Identity, TagPolicy } from '../../client/client';
import { EVERYBODY, listed } from '../../registry/access/privileges';
import type { Problem } from '../../registry/validation';
import { type QueryView, useQuery } from '../../state/query';

/** Which tags are governed, and whether whoever looks may set them. */
export interface Governed {
  readonly policies: readonly TagPolicy[];
  readonly who: Identity;
}

/** The same, as long as a dialog is open. */
export function useGoverned(): QueryView<Governed> {
  return useQuery('governed tags', async (client: Client, signal) => {
    const [policies, who] = await Promise.all([
      client.call('tag_policies.list', {}, signal),
      client.call('registry.whoami', {}, signal)
    ]);
    return { policies, who };
  });
}

/** The policy of the tag `key`; null for a tag that is not governed, or not known to be. */
export function policyOf(governed: Governed | null, key: string): TagPolicy | null {
  return governed?.policies.find(each => each.key === key) ?? null;
}

/** Whether `who` may set and remove the tag. */
export function assigns({ assigners }: TagPolicy, { actor, on_behalf_of, groups }: Identity): boolean {
  const all = [on_behalf_of ?? actor, EVERYBODY, ...groups];
  return assigners.length === 0 || assigners.some(each => all.includes(each));
}

/** What a tag policy says against making the tag `value`, null to remove it; null where it says nothing. */
export function governedProblem(governed: Governed | null, key: string, value: string | null): Problem | null {
  const policy = policyOf(governed, key);
  if (governed === null || policy === null) {
    return null;
  }
  const { values, assigners } = policy;
  if (!assigns(policy, governed.who)) {
    return {
      message: `tag ${key} is set and removed by ${listed(assigners)} only`,
      hint: 'leave it as it is, or ask one of them'
    };
  }
  return value === null || values.length === 0 || values.includes(value)
    ? null
    : { message: `tag ${key} cannot be ${value === '' ? 'empty' : value}`, hint: `it may be ${listed(values)}` };
}
