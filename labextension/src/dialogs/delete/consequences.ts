import type { Client, DeletionPreview } from '../../client/client';
import { exact } from '../../registry/commandLine';
import { countText, inOrder, sizeText } from '../../registry/format';
import { referenceTo, type Target } from '../../registry/target';

/** What goes when something is deleted. */
export interface Consequences {
  /** In sentences. */
  readonly takes: readonly string[];
  /** The aliases that go with it, in order, as text; empty when there are none. */
  readonly aliases: string;
  /** Why it cannot be deleted; null when it can. */
  readonly blocked: string | null;
  /** What to type before it is done; null for nothing. */
  readonly confirm: string | null;
}

/** Find out what goes along with `target`. Rejects as `Client.call` does. */
export async function consequencesOf(client: Client, target: Target): Promise<Consequences> {
  if (target.kind === 'catalog' || target.kind === 'schema') {
    const { blocked } = await client.call('previews.delete_container', { name: target.name });
    const inner = target.kind === 'catalog' ? 'schemas' : 'models';
    return {
      takes: [`This ${target.kind} is empty. It is removed at once, its description with it.`],
      aliases: '',
      blocked: blocked && `${blocked.charAt(0).toUpperCase()}${blocked.slice(1)}. Delete its ${inner} first.`,
      confirm: null
    };
  }
  const told = await client.call('previews.delete', { reference: exact(referenceTo(target)) });
  return {
    takes: [toTrash(told), ...namesLost(told), numbers(told), 'Only a backup made before brings it back.'],
    aliases: namesOf(told).join(', '),
    blocked: null,
    confirm: target.kind === 'model' && told.versions > 0 ? target.name : null
  };
}

/** Delete `target`, and with `force` the aliases that point there; says what was done. Rejects as `Client.call` does. */
export async function deleteTarget(
  client: Client,
  target: Target,
  force: boolean,
  reason: string | null
): Promise<string> {
  const { kind, name } = target;
  switch (kind) {
    case 'catalog':
      await client.call('catalogs.delete', { name, reason });
      return `Deleted catalog ${name}`;
    case 'schema':
      await client.call('schemas.delete', { name, reason });
      return `Deleted schema ${name}`;
    case 'model':
      await client.call('models.delete', { name, force, reason });
      break;
    case 'version':
      await client.call('versions.delete', { reference: exact(referenceTo(target)), force, reason });
  }
  return `Moved ${referenceTo(target)} to the trash`;
}

function toTrash({ kind, versions, managed, size }: DeletionPreview): string {
  if (versions === 0) {
    return 'It has no versions.';
  }
  const what = kind === 'version' ? 'It' : `${countText(versions)} version${versions === 1 ? '' : 's'}`;
  const files =
    managed > 0
      ? `the files (${sizeText(size)}) stay on disk until the trash is purged`
      : 'the files stay where they are, since they are not the registry’s';
  return `${what} ${what === 'It' || versions === 1 ? 'goes' : 'go'} to the trash; ${files}.`;
}

function namesOf({ aliases, versions }: DeletionPreview): string[] {
  return inOrder(Object.keys(aliases)).map(each => (versions > 1 ? `@${each} (v${aliases[each]})` : `@${each}`));
}

function namesLost(told: DeletionPreview): string[] {
  const names = namesOf(told);
  const them = names.length === 1 ? 'it' : 'them';
  return names.length === 0 ? [] : [`Removes ${names.join(', ')}; code that loads by ${them} stops working.`];
}

function numbers({ kind, name, next_version }: DeletionPreview): string {
  return kind === 'version' ? 'Its number is never used again.' : `A new ${name} would begin at v${next_version}.`;
}
