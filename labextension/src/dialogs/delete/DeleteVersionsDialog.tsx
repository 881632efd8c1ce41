import * as React from 'react';

import type { Client, Version } from '../../client/client';
import { asRegistryError, RegistryError } from '../../client/client';
import type { DialogRequest } from '../../host/dialogRequest';
import { useHost } from '../../host/host';
import { versionAliases } from '../../registry/aliases';
import { deleteLine, exact } from '../../registry/commandLine';
import { useLiveQuery } from '../../state/query';
import { DialogFrame } from '../form/DialogFrame';
import { useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'delete-versions' };

/** Delete several versions of a model; one that an alias points at keeps all of them from going. */
export function DeleteVersionsDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { model, versions } = request;
  const { client, settings } = useHost();
  const known = useLiveQuery(each => found(each, model, versions));
  const held = (known.value ?? []).filter(each => each.aliases.length > 0);
  const blocked = held.length > 0 ? heldText(held, settings.aliasOrder) : null;
  const count = `${versions.length} ${versions.length === 1 ? 'version' : 'versions'}`;
  const form = useForm(
    {
      problems: {},
      act: async reason => {
        await removeAll(client, model, versions, reason);
        return `Moved ${count} of ${model} to the trash: ${numbers(versions)}`;
      },
      onClose
    },
    request.reason
  );
  return (
    <DialogFrame
      form={form}
      title={`Delete ${count}`}
      icon="delete"
      about={model}
      action="Delete"
      doing="Deleting…"
      danger
      blocked={blocked}
      line={lines(model, versions, form.why)}
      waiting={known.value ? null : known}
    >
      {blocked !== null && <p className="mreg-effect mreg-mod-warning">{blocked}</p>}
      <ul className="mreg-takes">
        <li>
          {numbers(versions)} go to the trash; files that the registry keeps stay on disk until the trash is purged.
        </li>
        <li>The numbers are never used again.</li>
        {(known.value ?? []).length < versions.length && <li>Some of them are gone already.</li>}
      </ul>
    </DialogFrame>
  );
}

/** Those of `versions` that are there. */
async function found(client: Client, model: string, versions: readonly number[]): Promise<Version[]> {
  const all = await Promise.all(
    versions.map(async each => {
      try {
        return await client.call('versions.get', { reference: exact(`${model}/${each}`) });
      } catch (error) {
        if (asRegistryError(error).code === 'NOT_FOUND') {
          return null;
        }
        throw error;
      }
    })
  );
  return all.filter(each => each !== null);
}

/** Delete one after the other; when that fails, the error says how far it came. */
async function removeAll(
  client: Client,
  model: string,
  versions: readonly number[],
  reason: string | null
): Promise<void> {
  const gone: number[] = [];
  for (const each of versions) {
    try {
      await client.call('versions.delete', { reference: exact(`${model}/${each}`), reason });
    } catch (error) {
      const { code, message, hint } = asRegistryError(error);
      if (code !== 'NOT_FOUND') {
        throw gone.length === 0
          ? error
          : new RegistryError(code, `${numbers(gone)} went, v${each} did not: ${message}`, hint);
      }
    }
    gone.push(each);
  }
}

function heldText(held: readonly Version[], order: readonly string[]): string {
  const [first] = held;
  const names = first ? versionAliases(first, order).map(each => `@${each}`) : [];
  const others = held.length > 1 ? ` (and ${held.length - 1} more like it)` : '';
  return `v${first?.version} holds ${names.join(', ')}${others}. Move or remove the alias first.`;
}

function lines(model: string, versions: readonly number[], reason: string | null): string {
  return versions.map(version => deleteLine({ kind: 'version', name: model, version }, false, reason) ?? '').join('\n');
}

function numbers(versions: readonly number[]): string {
  return versions.map(each => `v${each}`).join(', ');
}
