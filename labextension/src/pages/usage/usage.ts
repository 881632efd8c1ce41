import type { Client, Used } from '../../client/client';
import { exact } from '../../registry/commandLine';

/** The most that are listed; they are the latest. */
const MOST = 500;

/** Who loads something, the latest first, and whether loads are noted at all. */
export interface Usage {
  readonly used: readonly Used[];
  readonly noted: boolean;
}

/** Who loads what `reference` names. Rejects as `Client.call` does. */
export async function usageOf(client: Client, reference: string, signal: AbortSignal): Promise<Usage> {
  const [used, noted] = await Promise.all([
    client.call('usage.list', { reference: exact(reference), limit: MOST }, signal),
    client.call('usage.noted', {}, signal)
  ]);
  return { used, noted };
}
