import type { Client, Page } from '../../client/client';
import { modelAliases, versionAliases } from '../../registry/aliases';
import { countText } from '../../registry/format';
import { exact } from '../../registry/commandLine';
import { isGoverned } from '../../registry/validation';
import { referenceTo, type Target } from '../../registry/target';

/** Counted no further than this. */
const MOST = 1000;

/** What goes when something is deleted. */
export interface Consequences {
  /** In sentences. */
  readonly takes: readonly string[];
  /** Why it cannot be deleted; null when it can. */
  readonly blocked: string | null;
  /** What to type before it is done; null for nothing. */
  readonly confirm: string | null;
}

/** Find out what goes along with `target`. Rejects as `Client.call` does. */
export async function consequencesOf(client: Client, target: Target): Promise<Consequences> {
  switch (target.kind) {
    case 'catalog': {
      await client.call('catalogs.get', { name: target.name });
      return empty(target, 'schema', await client.call('schemas.list', { catalog: target.name, limit: MOST }));
    }
    case 'schema':
      return empty(target, 'model', await client.call('models.list', { namespace: target.name, limit: MOST }));
    case 'model':
      return ofModel(client, target.name);
    case 'version':
      return ofVersion(client, target.name, target.version);
  }
}

/** Delete `target`. Rejects as `Client.call` does. */
export async function deleteTarget(client: Client, target: Target, reason: string | null): Promise<void> {
  const { name } = target;
  switch (target.kind) {
    case 'catalog':
      await client.call('catalogs.delete', { name, reason });
      break;
    case 'schema':
      await client.call('schemas.delete', { name, reason });
      break;
    case 'model':
      await client.call('models.delete', { name, reason });
      break;
    case 'version':
      await client.call('versions.delete', { reference: exact(referenceTo(target)), reason });
  }
}

function empty(target: Target, inner: string, found: Page<{ name: string }>): Consequences {
  const first = found.items[0];
  const held = counted(found.items.length, found.token !== null, inner);
  return {
    takes: [`Only an empty ${target.kind} can be deleted, and this one is empty.`],
    blocked: first
      ? `${target.name} still holds ${held}${found.items.length === 1 ? '' : ', such as'} ${first.name}. Delete ${inner}s first.`
      : null,
    confirm: null
  };
}

async function ofModel(client: Client, name: string): Promise<Consequences> {
  const [model, versions] = await Promise.all([
    client.call('models.get', { name }),
    client.call('versions.list', { model: name, limit: MOST })
  ]);
  const count = versions.items.length;
  const aliases = modelAliases(model).map(([alias]) => alias);
  const numbers = isGoverned(name)
    ? `Version numbers are never used again: a new ${name} goes on at ${model.last_version + 1}.`
    : `A new ${name} starts again at 1, as in open-source MLflow.`;
  return {
    takes: [
      count === 0 ? 'It has no versions.' : `Takes along ${counted(count, versions.token !== null, 'version')}.`,
      ...namesLost(aliases),
      ...(model.last_version > 0 ? [numbers] : [])
    ],
    blocked: null,
    confirm: count === 0 ? null : name
  };
}

async function ofVersion(client: Client, name: string, version: number): Promise<Consequences> {
  const found = await client.call('versions.get', { reference: exact(`${name}/${version}`) });
  const aliases = versionAliases(found);
  return {
    takes: [...namesLost(aliases), `The number ${version} is never used again.`],
    blocked: null,
    confirm: null
  };
}

function counted(count: number, more: boolean, what: string): string {
  return `${countText(count)}${more ? ' and more' : ''} ${what}${count === 1 ? '' : 's'}`;
}

function namesLost(aliases: readonly string[]): string[] {
  const names = aliases.map(alias => `@${alias}`).join(', ');
  const [what, them] = aliases.length === 1 ? ['the alias', 'it'] : ['the aliases', 'them'];
  return aliases.length === 0 ? [] : [`Takes along ${what} ${names}; code that loads by ${them} stops working.`];
}
