import { asRegistryError } from '../client/client';
import { accessActions } from './asking';
import type { Host } from './host';

/** Do something whose failure the person must hear of. */
export async function notifyingFailure(host: Host, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    const { message, hint } = asRegistryError(error);
    host.notify({ ok: false, message, hint, actions: accessActions(host, hint) });
  }
}
