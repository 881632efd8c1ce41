/** What privileges are held on, from the top: what is granted on one holds in everything below it. */
export const LEVELS = ['registry', 'catalog', 'schema', 'model'] as const;
export type Level = (typeof LEVELS)[number];

/** The group that everybody is in. */
export const EVERYBODY = 'account users';

/** What can be granted, in the order in which it is listed, with the lowest level that it means something on. */
const PRIVILEGES: readonly (readonly [name: string, lowest: Level, about: string])[] = [
  ['ALL PRIVILEGES', 'model', 'All of these but MANAGE, now and later'],
  ['USE CATALOG', 'catalog', 'Have any use of what is in it, together with USE SCHEMA'],
  ['USE SCHEMA', 'schema', 'Have any use of the models in it, together with USE CATALOG'],
  ['BROWSE', 'schema', 'See which models are there, with owner and description, and nothing else of them'],
  ['CREATE CATALOG', 'registry', 'Make catalogs'],
  ['CREATE SCHEMA', 'catalog', 'Make schemas'],
  ['CREATE MODEL', 'schema', 'Make models, which they own then'],
  ['CREATE MODEL VERSION', 'model', 'Register versions of models that are there'],
  ['EXECUTE', 'model', 'Load and download models, and copy their versions elsewhere'],
  ['APPLY TAG', 'model', 'Set and remove tags'],
  ['MANAGE', 'model', 'Change all but tags and versions: aliases, descriptions, names, trash, grants, owners']
];

/** A privilege, and what it lets its holder do. */
export interface Privilege {
  readonly name: string;
  readonly about: string;
}

/** What means something when it is granted on a `level`. */
export function privilegesOn(level: Level): Privilege[] {
  return PRIVILEGES.filter(([, lowest]) => LEVELS.indexOf(level) <= LEVELS.indexOf(lowest)).map(([name, , about]) => ({
    name,
    about
  }));
}

/** What a privilege lets its holder do; nothing for one that is not known here. */
export function aboutPrivilege(name: string): string {
  return PRIVILEGES.find(each => each[0] === name)?.[2] ?? '';
}

/** What `name` is called in a sentence: `model prod.ml_team.fraud`, and `the registry`. */
export function placeText({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return kind === 'registry' ? 'the registry' : `${kind} ${name}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** Where a privilege comes from, beside the place that is looked at: `from catalog prod, through group analysts`. */
export function originText(
  each: {
    readonly kind: string;
    readonly name: string;
    readonly principal: string;
    readonly through: readonly string[];
  },
  on: { readonly kind: string; readonly name: string }
): string {
  const place = each.kind === on.kind && each.name === on.name ? 'granted here' : `from ${placeText(each)}`;
  const owning = place === 'granted here' ? 'owns it' : `owns ${placeText(each)}`;
  const through = each.through.length === 0 ? '' : `through group ${each.through.join(', in ')}`;
  const everybody = each.principal === EVERYBODY ? 'as everybody' : '';
  return ['privilege' in each && each.privilege === 'OWNER' ? owning : place, through, everybody]
    .filter(Boolean)
    .join(', ');
}
