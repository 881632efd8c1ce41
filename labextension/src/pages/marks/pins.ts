import type { Client } from '../../client/client';
import type { Pin } from '../../components/badges';
import { exact } from '../../registry/commandLine';

/** As far back as the log is asked; a pin that is older is shown without who set it. */
const MOST = 1000;

/** Who pinned last which version of what `reference` names, by number. Rejects as `Client.call` does. */
export async function pinsOf(
  client: Client,
  reference: string,
  signal: AbortSignal
): Promise<ReadonlyMap<number, Pin>> {
  const params = { reference: exact(reference), actions: ['version.updated'], limit: MOST };
  const { items } = await client.call('history.recent', params, signal);
  const found = new Map<number, Pin>();
  for (const { version, after, actor, time, reason } of items) {
    if (version !== null && after?.['pinned'] === true && !found.has(version)) {
      found.set(version, { actor, time, reason });
    }
  }
  return found;
}
