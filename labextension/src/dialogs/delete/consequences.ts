import type { Client, DeletionPreview, Holder } from '../../client/client';
import { exact } from '../../registry/commandLine';
import { countText, inOrder, sizeText } from '../../registry/format';
import { referenceTo, type Target } from '../../registry/target';
import { mergedUsers, usersText } from '../form/usersText';

/** How many pinned versions are named before the others are counted. */
const MOST_PINS = 10;
/** The same of copies and requests. */
const MOST_OTHERS = 5;

/** What goes when something is deleted. */
export interface Consequences {
  /** In sentences. */
  readonly takes: readonly string[];
  /** The aliases that go with it, in order, as text; empty when there are none. */
  readonly aliases: string;
  /** What of it is pinned, as text; empty when nothing is. */
  readonly pinned: string;
  /** What else it is held by: copies and open requests, as text; empty when there are none. */
  readonly others: string;
  /** What is held by these aliases, a pin or what else there is, by reference; a model when it is about one. */
  readonly held: readonly string[];
  /** Why it cannot be deleted; null when it can. */
  readonly blocked: string | null;
  /** What to type before it is done; null for nothing. */
  readonly confirm: string | null;
}

/** Find out what is deleted with `target`; aliases in `order`. Rejects as `Client.call` does. */
export async function consequencesOf(client: Client, target: Target, order: readonly string[]): Promise<Consequences> {
  if (target.kind === 'catalog' || target.kind === 'schema') {
    const { blocked } = await client.call('previews.delete_container', { name: target.name });
    const inner = target.kind === 'catalog' ? 'schemas' : 'models';
    return {
      takes: [`This ${target.kind} is empty. It is removed at once, its description with it.`],
      aliases: '',
      pinned: '',
      others: '',
      held: [],
      blocked: blocked && `${capital(blocked)}. Delete its ${inner} first.`,
      confirm: null
    };
  }
  const told = await client.call('previews.delete', { reference: exact(referenceTo(target)) });
  const names = namesOf([told], order, told.versions > 1);
  return {
    takes: [
      toTrash(told),
      ...namesLost(names),
      ...pinsSaid(told.pinned),
      ...othersSaid([told]),
      ...usersText(told.users),
      numbers(told),
      wayBack(told)
    ],
    aliases: names.join(', '),
    pinned: pinsText(told.pinned),
    others: othersText([told]),
    held: isHeld(told) ? [referenceTo(target)] : [],
    blocked: null,
    confirm: target.kind === 'model' && told.versions > 0 ? target.name : null
  };
}

/** What goes with several versions of a model: of `asked` ones those that are there, by reference. */
export function consequencesOfVersions(
  told: ReadonlyMap<string, DeletionPreview>,
  asked: number,
  order: readonly string[]
): Consequences {
  const there = [...told.values()];
  const names = namesOf(there, order, true);
  const pinned = there.flatMap(each => each.pinned).sort((a, b) => a - b);
  const managed = there.reduce((sum, each) => sum + each.managed, 0);
  const size = there.reduce((sum, each) => sum + each.size, 0);
  const missing = asked - there.length;
  return {
    takes: [
      ...(there.length === 0 ? [] : [`${versionsText(there.length)} to the trash; ${filesText(managed, size)}.`]),
      ...namesLost(names),
      ...pinsSaid(pinned),
      ...othersSaid(there),
      ...usersText(mergedUsers(there.map(each => each.users))),
      'Their numbers are not used again.',
      ...(missing > 0 ? [`${missing} of them ${missing === 1 ? 'is' : 'are'} gone already.`] : []),
      `They can be restored from the trash${names.length > 0 ? '; only undo brings the aliases back, too' : ''}.`
    ],
    aliases: names.join(', '),
    pinned: pinsText(pinned),
    others: othersText(there),
    held: [...told].filter(([, each]) => isHeld(each)).map(([reference]) => reference),
    blocked: null,
    confirm: null
  };
}

/** Delete `target`, and with `force` although it is held, and with the aliases that point there; says what was done. Rejects as `Client.call` does. */
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
  const what = kind === 'version' ? 'It goes' : versionsText(versions);
  return `${what} to the trash; ${filesText(managed, size)}.`;
}

/** How to have it again, and what of it does not come back by that. */
function wayBack({ kind, aliases }: DeletionPreview): string {
  const without =
    kind === 'version' && Object.keys(aliases).length > 0 ? '; only undo brings its aliases back, too' : '';
  return `It can be restored from the trash${without}.`;
}

function versionsText(count: number): string {
  return count === 1 ? '1 version goes' : `${countText(count)} versions go`;
}

function filesText(managed: number, size: number): string {
  return managed > 0
    ? `the files (${sizeText(size)}) stay on disk until the trash is purged`
    : 'the files stay where they are, since they are not the registry’s';
}

/** The aliases that are lost, in `order`, with what they point at when it is `several`. */
function namesOf(told: readonly DeletionPreview[], order: readonly string[], several: boolean): string[] {
  const aliases = Object.assign({}, ...told.map(each => each.aliases)) as DeletionPreview['aliases'];
  return inOrder(Object.keys(aliases), order).map(each => (several ? `@${each} (v${aliases[each]})` : `@${each}`));
}

function namesLost(names: readonly string[]): string[] {
  const them = names.length === 1 ? 'it' : 'them';
  return names.length === 0 ? [] : [`Removes ${names.join(', ')}; code that loads by ${them} stops working.`];
}

function numbers({ kind, name, next_version }: DeletionPreview): string {
  return kind === 'version' ? 'Its number is not used again.' : `A new ${name} would begin at v${next_version}.`;
}

/** Whether it is deleted by force only. */
function isHeld({ holders }: DeletionPreview): boolean {
  return holders.length > 0;
}

/** What becomes of what else holds it. */
const BECOMES: Readonly<Partial<Record<Holder['kind'], string>>> = {
  link: 'is where it is deployed, and nobody tells it',
  copy: 'was made from it, and stays',
  request: 'asks for it, and cannot be approved then'
};

function othersOf(told: readonly DeletionPreview[]): Holder[] {
  return told.flatMap(each => each.holders).filter(each => BECOMES[each.kind] !== undefined);
}

function othersSaid(told: readonly DeletionPreview[]): string[] {
  const said = othersOf(told).map(({ kind, text }) => `${kind === 'request' ? capital(text) : text} ${BECOMES[kind]}.`);
  const shown = said.slice(0, MOST_OTHERS);
  return said.length > shown.length ? [...shown, `So do ${countText(said.length - shown.length)} more.`] : shown;
}

function othersText(told: readonly DeletionPreview[]): string {
  const names = othersOf(told).map(each => each.text);
  const more = names.length - MOST_OTHERS;
  return [...names.slice(0, MOST_OTHERS), ...(more > 0 ? [`${countText(more)} more`] : [])].join(', ');
}

/** Pinned versions by number; of many the first ones, and how many others there are. */
function pinsText(pinned: readonly number[]): string {
  const shown = pinned.slice(0, MOST_PINS).map(each => `v${each}`);
  const more = pinned.length - shown.length;
  return [...shown, ...(more > 0 ? [`${countText(more)} more`] : [])].join(', ');
}

function pinsSaid(pinned: readonly number[]): string[] {
  return pinned.length === 0 ? [] : [`Pinned: ${pinsText(pinned)}.`];
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
