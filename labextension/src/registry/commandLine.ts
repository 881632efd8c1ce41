import type { Params, Trashed } from '../client/client';
import type { ImportRequest } from '../client/transfers';
import { pythonLiteral } from './python';
import { isGoverned, strip } from './validation';
import { referenceTo, type Target } from './target';

/** What complete code begins with, in a notebook that has imported MLflow and in one that has not. */
const IMPORT = 'import mlflow\n\n';
const ASSIGNED = /^(model|prompt) = /;

/** Python that loads what `reference` (`prod.ml_team.fraud@Champion`) names, and runs in an empty notebook. */
export function loadCode(reference: string, prompt = false): string {
  const uri = pythonLiteral(loadUri(reference, prompt));
  return prompt
    ? `${IMPORT}prompt = mlflow.genai.load_prompt(${uri})`
    : `${IMPORT}model = mlflow.pyfunc.load_model(${uri})`;
}

/** What MLflow loads `reference` by; it knows the newest version of a prompt by an alias only. */
export function loadUri(reference: string, prompt = false): string {
  return prompt ? `prompts:/${reference.replace(/\/latest$/, '@latest')}` : `models:/${reference}`;
}

/** `code` without the import it begins with, for where that has been done. */
export function withoutImport(code: string): string {
  return code.startsWith(IMPORT) ? code.slice(IMPORT.length) : code;
}

/** The value that `code` gives a name, for the middle of an expression. */
export function expressionOf(code: string): string {
  const statement = withoutImport(code);
  return statement.replace(ASSIGNED, '');
}

/** The line that loads what `reference` names into a variable; a prompt, which no line loads, it shows. */
export function usualLine(reference: string, prompt: boolean): string {
  return prompt ? line('show', [exact(reference)], []) : line('load', [exact(reference)], [['--as', 'model']]);
}

/** The line that registers; null when no line can name the model. */
export function registerLine(params: Params<'versions.register'>): string | null {
  const model = modelWord(params.model);
  if (model === null) {
    return null;
  }
  const tags = Object.entries(params.tags ?? {});
  return line(
    'register',
    [params.source, model],
    [
      ...(params.aliases ?? []).map((alias): Option => ['--alias', alias]),
      ...tags.map(([key, value]): Option => ['--tag', `${key}=${value}`]),
      ...(params.description ? [['--description', params.description] as const] : []),
      ...meant(params.model),
      ...because(params.reason)
    ]
  );
}

/** The line that sets or moves an alias; `version` may be `latest`. */
export function aliasLine(model: string, alias: string, version: number | 'latest', reason: string | null): string {
  return line('alias', [exact(`${model}@${alias}`), String(version)], because(reason));
}

/** The line that removes an alias. */
export function unaliasLine(model: string, alias: string, reason: string | null): string {
  return line('unalias', [exact(`${model}@${alias}`)], because(reason));
}

/** The line that restores that model from the trash as `to`; null when no line can name one of them. */
export function restoreLine({ id, name }: Trashed, to: string, reason: string | null): string | null {
  const [from, other] = [modelWord(name), modelWord(to)];
  const options: Option[] = [['--id', String(id)], ...(name === to ? [] : [['--as', other ?? ''] as const])];
  return from === null || other === null ? null : line('restore', [from], [...options, ...because(reason)]);
}

/** The line that removes for good what has that id in the trash, or all of it. */
export function purgeLine(id: number | null, force: boolean, reason: string | null): string {
  const named: Option[] = id === null ? [] : [['--id', String(id)]];
  return line('purge', [], [...named, ...forced(force), ['--yes'], ...because(reason)]);
}

/** The line that compares versions. */
export function diffLine(references: readonly string[]): string {
  return line('diff', references.map(exact), []);
}

/** The line that verifies `target`, null for the whole registry; null when no line can name the model. */
export function verifyLine(target: Target | null): string | null {
  const word = target === null ? null : targetWord(target);
  return target !== null && word === null ? null : line('verify', word === null ? [] : [word], []);
}

/** The line that keeps a search under a name. */
export function saveSearchLine(filter: string, name: string, replace: boolean, reason: string | null): string {
  const replacing: Option[] = replace ? [['--replace']] : [];
  return line('find', [filter], [['--save', name], ...replacing, ...because(reason)]);
}

/** The line that keeps a search no longer. */
export function deleteSearchLine(name: string, reason: string | null): string {
  return line('find', [], [['--forget', name], ...because(reason)]);
}

/** The line that pins the version `reference` names. */
export function pinLine(reference: string, reason: string | null): string {
  return line('pin', [exact(reference)], because(reason));
}

/** The line that says of the version `reference` names what is at `url`. */
export function linkLine(reference: string, url: string, kind: string, reason: string | null): string {
  return line('link', [exact(reference), url], [['--as', kind], ...because(reason)]);
}

/** The line that takes that link away again. */
export function unlinkLine(reference: string, url: string, reason: string | null): string {
  return line('unlink', [exact(reference), url], because(reason));
}

/** The line that deprecates `target`, in favour of what `instead` names if that is not empty; null when none can. */
export function deprecateLine(target: Target, instead: string, reason: string | null): string | null {
  const word = targetWord(target);
  const favoured: Option[] = instead === '' ? [] : [['--in-favour-of', instead]];
  return word === null ? null : line('deprecate', [word], [...favoured, ...because(reason)]);
}

/** The line that prunes `target`, all but the newest `keep` and what was loaded in the last `days`; null when none can. */
export function pruneLine(target: Target, keep: number, days: number | null, reason: string | null): string | null {
  const word = targetWord(target);
  const used: Option[] = days === null ? [] : [['--unused-for', `${days}d`]];
  return word === null
    ? null
    : line('prune', [word], [['--keep', String(keep)], ...used, ['--yes'], ...because(reason)]);
}

/** The line that moves an alias back to `version`. */
export function rollbackLine(model: string, alias: string, version: number, reason: string | null): string {
  return line('rollback', [exact(`${model}@${alias}`)], [['--to', String(version)], ...because(reason)]);
}

/** The lines that change tags, one for those set and one for those removed; null when no line can name the model. */
export function tagLines(target: Target, params: Omit<Params<'tags.edit'>, 'reference'>): string | null {
  const reference = targetWord(target);
  if (reference === null) {
    return null;
  }
  const set = Object.entries(params.set ?? {}).map(([key, value]) => `${key}=${value}`);
  const remove = params.remove ?? [];
  const reason = because(params.reason);
  return [
    ...(set.length > 0 ? [line('tag', [reference, ...set], reason)] : []),
    ...(remove.length > 0 ? [line('untag', [reference, ...remove], reason)] : [])
  ].join('\n');
}

/** The line that describes, or the cell when the text has several; null when no line can name the model. */
export function describeLines(target: Target, text: string, reason: string | null): string | null {
  const reference = targetWord(target);
  if (reference === null) {
    return null;
  }
  // The cell form drops empty lines around the text.
  if (!text.includes('\n') || text.startsWith('\n') || text.endsWith('\n')) {
    return line('describe', [reference, text], because(reason));
  }
  return `%${line('describe', [reference], because(reason))}\n${text}`;
}

/** The line that copies, and the one that sets `alias` on the copy if any; null when no line can name the model. */
export function copyLines(params: Params<'versions.copy'>, alias: string): string | null {
  const model = modelWord(params.model);
  if (model === null) {
    return null;
  }
  const copy = line('copy', [exact(params.reference), model], [...meant(params.model), ...because(params.reason)]);
  return alias === '' ? copy : `${copy}\n${aliasLine(params.model, alias, 'latest', params.reason ?? null)}`;
}

/** The line that creates a catalog, a schema or a model; null when no line can name the model. */
export function createLine(what: string, name: string, description: string, reason: string | null): string | null {
  const word = what === 'model' ? modelWord(name) : name;
  const options: Option[] = description === '' ? [] : [['--description', description]];
  return word === null ? null : line('create', [what, word], [...options, ...because(reason)]);
}

/** The line that renames; null when no line can name the model. */
export function renameLine(name: string, newName: string, force: boolean, reason: string | null): string | null {
  const [from, to] = [modelWord(name), modelWord(newName)];
  const options: Option[] = [...forced(force), ['--yes'], ...because(reason)];
  return from === null || to === null ? null : line('rename', [from, to], options);
}

/** The line that deletes without asking, with `force` the aliases too; null when no line can name the model. */
export function deleteLine(target: Target, force: boolean, reason: string | null): string | null {
  const reference = targetWord(target);
  const flags: Option[] = [...forced(force), ['--yes']];
  return reference === null ? null : line('delete', [reference], [...flags, ...because(reason)]);
}

/** The line that exports `target`, null for all models, to `file`; null when no line can name the model. */
export function exportLine(target: Target | null, file: string): string | null {
  if (target === null) {
    return line('export', [file], [['--all']]);
  }
  const reference = targetWord(target);
  return reference === null ? null : line('export', [reference, file], []);
}

/** The line that backs up to `file`. */
export function backupLine(file: string, skipDamaged: boolean): string {
  return line('backup', [file], skipDamaged ? [['--skip-damaged']] : []);
}

/** The line that imports from a path or URI. */
export function importLine(asked: Omit<ImportRequest, 'upload' | 'dry_run'>): string {
  return line(
    'import',
    [asked.source === null || asked.source === '' ? 'SOURCE' : asked.source],
    [
      ...(asked.into === null ? [] : [['--into', asked.into] as const]),
      ...(asked.skip_signature_check ? [['--skip-signature-check'] as const] : []),
      ...because(asked.reason)
    ]
  );
}

/** An option of a line, and its value if it takes one. */
export type Option = readonly [name: string, value?: string];

/** The option for a name that is all but a governed one, which the command would ask about. */
function meant(model: string): Option[] {
  return model.includes('.') && !isGoverned(model) ? [['--workspace']] : [];
}

/** The line by which a notebook works on the registry at `uri`. */
export function connectLine(uri: string): string {
  return line('connect', [uri], []);
}

/** The option that says why. */
export function because(reason: string | null | undefined): Option[] {
  return reason ? [['-m', reason]] : [];
}

/** One line. A word that begins with a dash must not be taken for an option, so then the options come first. */
export function line(command: string, words: readonly string[], options: readonly Option[]): string {
  const dashed = words.some(word => word.startsWith('-'));
  const given = options.flat().filter(each => each !== undefined);
  const parts = dashed ? [...given, '--', ...words] : [...words, ...given];
  return ['%modelreg', command, ...parts.map(quoted)].join(' ');
}

/** A word as it must stand in a `%modelreg` line to be read back as itself. */
function quoted(word: string): string {
  // What would break the line is written as a Python string, whose value the line takes.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(word)) {
    return `{${pythonLiteral(word)}}`;
  }
  if (/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word)) {
    return word;
  }
  return word.includes("'") ? `"${word.replace(/["\\${}]/g, '\\$&')}"` : `'${word}'`;
}

/** A reference that means the same everywhere: only a full name is never taken for a short one, or loses blanks. */
export function exact(reference: string): string {
  return isGoverned(reference.replace(/[/@][^/@]*$/, '')) ? reference : `models:/${reference}`;
}

/** The name of a catalog, a schema or a model that means exactly that one. */
export function exactName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return kind === 'model' ? exact(name) : name;
}

/** The name of a model as a word; null for one that reads as an alias, or that loses the blanks around it. */
function modelWord(name: string): string | null {
  return name.includes('@') || strip(name) !== name ? null : exact(name);
}

function targetWord(target: Target): string | null {
  switch (target.kind) {
    case 'model':
      return modelWord(target.name);
    case 'version':
      return exact(referenceTo(target));
    default:
      return target.name;
  }
}

function forced(force: boolean): Option[] {
  return force ? [['--force']] : [];
}
