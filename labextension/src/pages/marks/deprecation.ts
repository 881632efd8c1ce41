import type { Client, Deprecation } from '../../client/client';
import { exact } from '../../registry/commandLine';

/** That what `reference` names, or its model, is deprecated; null where it is not. Rejects as `Client.call` does. */
export async function deprecationOf(
  client: Client,
  reference: string,
  signal: AbortSignal
): Promise<Deprecation | null> {
  const asked = exact(reference);
  const found = await client.call('deprecations.of', { references: [asked] }, signal);
  return found[asked] ?? null;
}

/** Whether an event with this `action` may have changed that. */
export function aboutDeprecation(action: string): boolean {
  // What to use instead may have another name now.
  return /\.(?:un)?deprecated$|^model\.renamed$/.test(action);
}
