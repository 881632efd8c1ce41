import { asRegistryError, type RegistryError } from '../client/client';
import type { Host, NotificationAction } from './host';
import { notifyingFailure } from './notifying';

/** What a registry at a server says to whom it does not know. */
export const NOT_SIGNED_IN = 'NOT_SIGNED_IN';

/** Show the registry at `address`, and say why that is not to be; where a token is wanted, it is asked for. */
export async function switchTo(host: Host, address: string): Promise<void> {
  const { registries } = host;
  if (registries === null) {
    return;
  }
  await notifyingFailure(host, async () => {
    try {
      await registries.connect(address);
    } catch (error) {
      if (asRegistryError(error).code !== NOT_SIGNED_IN) {
        throw error;
      }
      void host.openDialog({ kind: 'connect', address, wantsToken: true });
    }
  });
}

/** A button for signing in, where that is all there is in the way and it can be done here; null elsewhere. */
export function signInAction(host: Host, error: RegistryError): NotificationAction | null {
  const { registries } = host;
  const shown = registries?.uri ?? registries?.own ?? null;
  if (error.code !== NOT_SIGNED_IN || shown === null) {
    return null;
  }
  return {
    label: 'Sign in…',
    run: () => void host.openDialog({ kind: 'connect', address: shown, wantsToken: true })
  };
}
