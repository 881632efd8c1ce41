import { asRegistryError, type Client, type Grant, type Group } from '../../client/client';
import { type Securable, THE_REGISTRY } from '../../registry/access/securable';
import { isGoverned } from '../../registry/validation';

/** Who owns something, and who may do what to it, as far as whoever looks may know. */
export interface Permissions {
  readonly owner: string;
  /** What is granted on it. */
  readonly direct: readonly Grant[];
  /** What is granted on what it is in, from the top. */
  readonly inherited: readonly Grant[];
  readonly groups: readonly Group[];
}

/** Whether an event of that name may change who may do what. */
export function isAboutRights({ action }: { readonly action: string }): boolean {
  return /^(?:grant|owner|group)\./.test(action);
}

/** What is known of who may do what to `on`. Rejects as `Client.call` does. */
export async function permissionsOf(client: Client, on: Securable, signal: AbortSignal): Promise<Permissions> {
  const [owner, direct, groups, ...above] = await Promise.all([
    client.call('grants.owner', { on: on.name, kind: on.kind }, signal),
    grantsOn(client, on, signal),
    client.call('groups.list', {}, signal),
    ...containersOf(on).map(each => grantsOn(client, each, signal))
  ]);
  return { owner, direct, inherited: above.flat(), groups };
}

/** What `on` is in, from the registry down. */
export function containersOf({ kind, name }: Securable): Securable[] {
  const parts = name.split('.');
  const catalog: Securable = { kind: 'catalog', name: parts[0] ?? '' };
  const schema: Securable = { kind: 'schema', name: parts.slice(0, 2).join('.') };
  switch (kind) {
    case 'registry':
      return [];
    case 'catalog':
      return [THE_REGISTRY];
    case 'schema':
      return [THE_REGISTRY, catalog];
    case 'model':
      return isGoverned(name) ? [THE_REGISTRY, catalog, schema] : [THE_REGISTRY];
  }
}

/** What is granted on `on`; nothing where whoever looks may not know of it, as of the catalog of a model of theirs. */
async function grantsOn(client: Client, on: Securable, signal: AbortSignal): Promise<Grant[]> {
  try {
    return await client.call('grants.list', { on: on.name, kind: on.kind }, signal);
  } catch (error) {
    if (asRegistryError(error).code === 'NOT_FOUND') {
      return [];
    }
    throw error;
  }
}
