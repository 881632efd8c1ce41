import { type Problem, tagKeyProblem, tagValueProblem } from '../../registry/validation';

export type Tags = Readonly<Record<string, string>>;

/** One line of the table of tags. */
export interface TagRow {
  readonly id: number;
  readonly key: string;
  readonly value: string;
  /** What the registry held when it was last looked at; null when it had no such tag. */
  readonly base: string | null;
  readonly removed: boolean;
  /** What somebody else made of it meanwhile (null: removed); undefined unless that is in the way of what was typed. */
  readonly theirs?: string | null;
}

/** What `tags.edit` is to do. */
export interface TagChanges {
  readonly set: Record<string, string>;
  readonly remove: string[];
  readonly expected: Record<string, string | null>;
}

let count = 0;

/** A row for a tag; `base` null for one that is new. */
export function tagRow(key: string, value: string, base: string | null): TagRow {
  return { id: ++count, key, value, base, removed: false };
}

/** The rows of the tags there are, by key, with `added` typed in already. */
export function tagRows(tags: Tags, added: Tags = {}): TagRow[] {
  const keys = Object.keys(tags).sort();
  const old = keys.map(key => tagRow(key, added[key] ?? tags[key] ?? '', tags[key] ?? ''));
  const fresh = Object.keys(added).filter(key => !(key in tags));
  return [...old, ...fresh.map(key => tagRow(key, added[key] ?? '', null))];
}

/** Whether the row differs from what the registry held; a new one without a word in it does not count. */
export function isChanged(row: TagRow): boolean {
  return row.base === null
    ? !row.removed && (row.key !== '' || row.value !== '')
    : row.removed || row.value !== row.base;
}

/** The rows after the registry was found to hold `tags`: what nobody typed in follows, the rest keeps what was typed. */
export function merged(rows: readonly TagRow[], tags: Tags): TagRow[] {
  const kept = rows.flatMap(row => follow(row, tags[row.key] ?? null));
  const known = new Set(kept.map(row => row.key));
  const fresh = Object.keys(tags).filter(key => !known.has(key));
  return [...kept, ...fresh.sort().map(key => tagRow(key, tags[key] ?? '', tags[key] ?? ''))];
}

function follow(row: TagRow, now: string | null): TagRow[] {
  if (now === row.base) {
    return [row.theirs === undefined ? row : without(row)];
  }
  if (!isChanged(row)) {
    return now === null ? [] : [{ ...without(row), value: now, base: now }];
  }
  const agreed = row.removed ? now === null : now === row.value;
  if (agreed) {
    return now === null ? [] : [{ ...without(row), base: now }];
  }
  return [{ ...row, theirs: now }];
}

/** The row with what was typed, over what they made of it. */
export function keepMine(row: TagRow): TagRow {
  return row.theirs === undefined ? row : { ...without(row), base: row.theirs };
}

/** The row as they made it; null when they removed it. */
export function takeTheirs(row: TagRow): TagRow | null {
  const { theirs } = row;
  return theirs === undefined
    ? row
    : theirs === null
      ? null
      : { ...without(row), value: theirs, base: theirs, removed: false };
}

/** The changes in the rows, and what they take for granted. */
export function changesIn(rows: readonly TagRow[]): TagChanges {
  const changed = rows.filter(isChanged);
  const set = changed.filter(row => !row.removed);
  return {
    set: Object.fromEntries(set.map(row => [row.key, row.value])),
    // Nobody's tag needs no removing: somebody else was quicker.
    remove: changed.filter(row => row.removed && row.base !== null).map(row => row.key),
    expected: Object.fromEntries(changed.map(row => [row.key, row.base]))
  };
}

/** What is wrong with a row among its fellows; null when nothing is. */
export function rowProblem(row: TagRow, rows: readonly TagRow[]): Problem | null {
  if (row.theirs !== undefined) {
    return { message: 'somebody else changed this tag meanwhile', hint: 'keep yours or take theirs' };
  }
  if (row.removed || !isChanged(row)) {
    return null;
  }
  if (row.base === null && row.key === '') {
    return { message: 'a tag needs a key', hint: 'write one like task, or remove the row' };
  }
  const twice = rows.some(other => other !== row && other.key === row.key && !other.removed);
  return twice && row.base === null
    ? { message: `tag ${row.key} is here twice`, hint: 'keep one of them' }
    : (tagKeyProblem(row.key) ?? tagValueProblem(row.key, row.value));
}

function without(row: TagRow): TagRow {
  const { theirs: _, ...rest } = row;
  return rest;
}
