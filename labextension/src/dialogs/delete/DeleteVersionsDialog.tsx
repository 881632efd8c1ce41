import * as React from 'react';

import { asRegistryError, type Client, type DeletionPreview, RegistryError } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { useHost } from '../../host/host';
import { deleteLine, exact } from '../../registry/commandLine';
import { type Consequences, consequencesOfVersions } from './consequences';
import { type Deletion, Deleting } from './Deleting';

type Request = DialogRequest & { readonly kind: 'delete-versions' };

/** Delete several versions of a model: the same is asked as for one. */
export function DeleteVersionsDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { client, settings } = useHost();
  const { aliasOrder } = settings;
  const deletion = React.useMemo((): Deletion => {
    const { model, versions } = request;
    const count = `${versions.length} ${versions.length === 1 ? 'version' : 'versions'}`;
    return {
      what: count,
      about: model,
      consequences: () => consequences(client, model, versions, aliasOrder),
      act: async (through, held, reason) => {
        await removeAll(through, model, versions, held, reason);
        return `Moved ${count} of ${model} to the trash: ${numbers(versions)}`;
      },
      line: (held, reason) => lines(model, versions, held, reason)
    };
  }, [client, request, aliasOrder]);
  return <Deleting deletion={deletion} reason={request.reason ?? null} onClose={onClose} />;
}

async function consequences(
  client: Client,
  model: string,
  versions: readonly number[],
  order: readonly string[]
): Promise<Consequences> {
  const told = new Map<string, DeletionPreview>();
  for (const reference of versions.map(each => `${model}/${each}`)) {
    const one = await preview(client, reference);
    if (one !== null) {
      told.set(reference, one);
    }
  }
  return consequencesOfVersions(told, versions.length, order);
}

/** What deleting one version takes; null for one that is gone already. */
async function preview(client: Client, reference: string): Promise<DeletionPreview | null> {
  try {
    return await client.call('previews.delete', { reference: exact(reference) });
  } catch (error) {
    if (asRegistryError(error).code === 'NOT_FOUND') {
      return null;
    }
    throw error;
  }
}

/** Delete one after the other; when that fails, the error says how far it came. */
async function removeAll(
  client: Client,
  model: string,
  versions: readonly number[],
  held: readonly string[],
  reason: string | null
): Promise<void> {
  const gone: number[] = [];
  for (const each of versions) {
    const name = `${model}/${each}`;
    try {
      await client.call('versions.delete', { reference: exact(name), force: held.includes(name), reason });
    } catch (error) {
      const { code, message, hint } = asRegistryError(error);
      if (code !== 'NOT_FOUND') {
        throw gone.length === 0
          ? error
          : new RegistryError(code, `${numbers(gone)} deleted, but not v${each}: ${message}`, hint);
      }
    }
    gone.push(each);
  }
}

function lines(
  model: string,
  versions: readonly number[],
  held: readonly string[],
  reason: string | null
): string | null {
  const all = versions.map(version =>
    deleteLine({ kind: 'version', name: model, version }, held.includes(`${model}/${version}`), reason)
  );
  return all.includes(null) ? null : all.join('\n');
}

function numbers(versions: readonly number[]): string {
  return versions.map(each => `v${each}`).join(', ');
}
