import type { Params } from '../../client/client';
import { because, exactName, line, type Option } from '../commandLine';

/** What is granted, on what and to whom. */
interface Statement {
  readonly privileges: readonly string[];
  readonly on: { readonly kind: string; readonly name: string };
  readonly principal: string;
}

/** The line that grants; null when no line can name the model or the principal. */
export function grantLine(statement: Statement, isNew: boolean, reason: string | null): string | null {
  return statementLine('grant', statement, 'to', [...(isNew ? [['--new'] as const] : []), ...because(reason)]);
}

/** The line that revokes; `force` what the actor could not grant again. */
export function revokeLine(statement: Statement, force: boolean, reason: string | null): string | null {
  return statementLine('revoke', statement, 'from', [...(force ? [['--yes'] as const] : []), ...because(reason)]);
}

/** The line that gives something to an owner; null when no line can name the model. */
export function ownerLine(on: Statement['on'], to: string, isNew: boolean, reason: string | null): string | null {
  const place = placeWords(on);
  const options: Option[] = [...(isNew ? [['--new'] as const] : []), ...because(reason)];
  return place === null || to === '' ? null : line('owner', [...place, to], options);
}

/** The lines that make a group, or change who is in it; null for a name that no line can hold. */
export function groupLines(
  changes: {
    readonly name: string;
    readonly create: boolean;
    readonly add: readonly string[];
    readonly remove: readonly string[];
  },
  isNew: boolean,
  reason: string | null
): string | null {
  const { name, create, add, remove } = changes;
  if (name === '' || ![...add, ...remove].every(isWord)) {
    return null;
  }
  const options: Option[] = [...(isNew ? [['--new'] as const] : []), ...because(reason)];
  return [
    ...(create ? [line('group', ['create', name, ...add], options)] : []),
    ...(!create && add.length > 0 ? [line('group', ['add', name, ...add], options)] : []),
    ...(remove.length > 0 ? [line('group', ['remove', name, ...remove], because(reason))] : [])
  ].join('\n');
}

/** The line that deletes a group. */
export function deleteGroupLine(name: string, reason: string | null): string {
  return line('group', ['delete', name], because(reason));
}

/** The line that governs a tag, or changes how; null for values that no line can list. */
export function tagPolicyLine(policy: Params<'tag_policies.create'>, change: boolean): string | null {
  const { key, values = [], assigners = [], description = null, reason = null } = policy;
  if (key === '' || ![...values, ...assigners].every(isWord)) {
    return null;
  }
  const options: Option[] = [
    ...(values.length > 0 || change ? [['--values', values.join(',')] as const] : []),
    ...(assigners.length > 0 || change ? [['--assign', assigners.join(',')] as const] : []),
    ...(description ? [['--description', description] as const] : []),
    ...(policy.new ? [['--new'] as const] : [])
  ];
  return line('tag-policy', [change ? 'change' : 'create', key], [...options, ...because(reason)]);
}

/** The line that governs a tag no longer. */
export function deleteTagPolicyLine(key: string, reason: string | null): string {
  return line('tag-policy', ['remove', key], because(reason));
}

function statementLine(
  command: string,
  { privileges, on, principal }: Statement,
  preposition: string,
  options: readonly Option[]
): string | null {
  const place = placeWords(on);
  return privileges.length === 0 || place === null || !isWord(principal)
    ? null
    : line(command, [privilegeWords(privileges), 'on', ...place, preposition, principal], options);
}

/** One word, which needs no quotes. */
function privilegeWords(privileges: readonly string[]): string {
  return privileges.map(each => each.replaceAll(' ', '_')).join(',');
}

function placeWords({ kind, name }: Statement['on']): string[] | null {
  if (kind === 'registry') {
    return ['registry'];
  }
  // An alias is no part of a name, and a line knows no other way to read it.
  return kind === 'model' && name.includes('@') ? null : [kind, exactName({ kind, name })];
}

/** Whether it can stand in a list with commas. */
function isWord(name: string): boolean {
  return name.trim() === name && name !== '' && !/[,"`]/.test(name);
}
