import { countText } from './format';
import { fewWords, pythonString } from './python';

/** Why something cannot be so, as the registry would put it: a sentence, and what to do next. */
export interface Problem {
  readonly message: string;
  readonly hint: string | null;
}

/** Unity Catalog's limit, for governed models; workspace models have none. */
export const MAX_ALIASES = 10;

const PART = /^[a-zA-Z0-9_-]{1,255}$/;
// Python's \w: letters and digits of every script, without the marks that combine with them.
const ALIAS = /^[\p{L}\p{N}_-]+$/u;
const TAG_KEY = /^[\p{L}\p{N}_/.\- :]*$/u;
const LONGEST_ALIAS = 255;
const LONGEST_KEY = 250;
const LONGEST_VALUE = 100_000;
const STAGES = ['none', 'staging', 'production', 'archived'];
/** What Python takes for blank. */
const BLANKS = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*';
const BLANK = new RegExp(`^${BLANKS}$`);
const AROUND = new RegExp(`^${BLANKS}|${BLANKS}$`, 'g');

/** Whether `name` is a three-part name, which puts the model under Unity Catalog's rules. */
export function isGoverned(name: string): boolean {
  const parts = name.split('.');
  return parts.length === 3 && parts.every(part => part !== '');
}

/** `text` without the blanks around it, as the registry reads a reference. */
export function strip(text: string): string {
  return text.replace(AROUND, '');
}

/** Why no model may be called `name`; null when one may. */
export function modelNameProblem(name: string): Problem | null {
  if (BLANK.test(name)) {
    return { message: 'a model needs a name', hint: 'write one like fraud, or prod.ml_team.fraud' };
  }
  if (/[/:]/.test(name)) {
    return {
      message: `model name ${pythonString(name)} holds '/' or ':', which separate versions and schemes in a models:/ URI`,
      hint: "use letters, digits, '_' or '-'"
    };
  }
  if (readsAsPath(name)) {
    return {
      message: `model name ${pythonString(name)} reads as a path`,
      hint: "leave out '.' and '..' as whole names"
    };
  }
  if (!isGoverned(name)) {
    return null;
  }
  const [catalog = '', schema = '', model = ''] = name.split('.');
  return partProblem(catalog, 'catalog') ?? partProblem(schema, 'schema') ?? partProblem(model, 'model');
}

/** Why no catalog, schema or governed model may be called `part`; null when one may. */
export function partProblem(part: string, kind: 'catalog' | 'schema' | 'model'): Problem | null {
  return PART.test(part)
    ? null
    : {
        message: `${kind} name ${pythonString(part)} is not allowed`,
        hint: "use 1 to 255 letters, digits, '_' or '-'"
      };
}

/** Why `namespace` is not `catalog.schema`; null when it is. */
export function namespaceProblem(namespace: string): Problem | null {
  const parts = namespace.split('.');
  if (parts.length !== 2) {
    return { message: `${pythonString(namespace)} is not a schema`, hint: 'name it catalog.schema, like prod.ml_team' };
  }
  return partProblem(parts[0] ?? '', 'catalog') ?? partProblem(parts[1] ?? '', 'schema');
}

/** Why `alias` cannot be set; null when it can. `latest` and `v3` are reserved. */
export function aliasProblem(alias: string): Problem | null {
  const problem = readableAliasProblem(alias);
  if (problem) {
    return problem;
  }
  if (alias.toLowerCase() === 'latest') {
    return {
      message: "alias 'latest' is reserved: it always means the highest version",
      hint: 'choose another name, like Champion'
    };
  }
  return /^[vV]\p{Nd}+$/u.test(alias)
    ? {
        message: `alias ${pythonString(alias)} is reserved: it reads as a version number`,
        hint: 'choose a name, like Champion'
      }
    : null;
}

/** Why the model `name`, which has the aliases `known`, cannot have the aliases `asked` too; null when it can. */
export function aliasLimitProblem(name: string, known: readonly string[], asked: readonly string[]): Problem | null {
  if (!isGoverned(name) || new Set([...known, ...asked]).size <= MAX_ALIASES) {
    return null;
  }
  const names = [...known].sort((a, b) => (a < b ? -1 : 1)).join(', ');
  return {
    message: `model ${name} has ${known.length} aliases already, and a governed model has at most ${MAX_ALIASES}`,
    hint: names ? `remove one first: ${names}` : 'ask for fewer'
  };
}

/** Why no tag may be called `key`; null when one may. */
export function tagKeyProblem(key: string): Problem | null {
  if (!TAG_KEY.test(key) || readsAsPath(key)) {
    return {
      message: `tag key ${pythonString(key)} is not allowed`,
      hint: "use letters, digits, '_', '-', '.', ' ', ':' or '/'"
    };
  }
  const length = [...key].length;
  return length > LONGEST_KEY
    ? { message: `tag key ${fewWords(key)} is ${length} characters long`, hint: `use at most ${LONGEST_KEY}` }
    : null;
}

/** Why the tag `key` cannot hold `value`; null when it can. */
export function tagValueProblem(key: string, value: string): Problem | null {
  const length = value.length > LONGEST_VALUE ? [...value].length : value.length;
  return length > LONGEST_VALUE
    ? {
        message: `the value of tag ${key} is ${countText(length)} characters long`,
        hint: `use at most ${countText(LONGEST_VALUE)}`
      }
    : null;
}

/** Why the model `name` cannot be renamed to `newName`; null when nothing here speaks against it. */
export function renameProblem(name: string, newName: string): Problem | null {
  const problem = modelNameProblem(newName);
  if (problem || isGoverned(name) === isGoverned(newName)) {
    return problem;
  }
  const [kind, other] = isGoverned(name) ? ['governed', 'workspace'] : ['workspace', 'governed'];
  return {
    message: `${name} is a ${kind} model and ${newName} would be a ${other} one: a rename cannot change that`,
    hint: `copy its versions instead: copy ${name}/1 ${newName}`
  };
}

/** Why `text` is no reference (`fraud/3`, `models:/prod.ml.fraud@Champion`); null when it is one. */
export function referenceProblem(text: string): Problem | null {
  const stripped = strip(text);
  const body = stripped.startsWith('models:/') ? stripped.replace(/^models:\/+/, '') : stripped;
  const slash = body.lastIndexOf('/');
  const at = body.lastIndexOf('@');
  if (at > slash) {
    return readableAliasProblem(body.slice(at + 1)) ?? modelNameProblem(body.slice(0, at));
  }
  const name = slash < 0 ? body : body.slice(0, slash);
  return modelNameProblem(name) ?? (slash < 0 ? null : selectorProblem(name, body.slice(slash + 1), text));
}

/** Why there is nothing to register at `source`; null when there may be. */
export function sourceProblem(source: string): Problem | null {
  if (BLANK.test(source)) {
    return { message: 'no path or URI', hint: 'write a folder, or a URI like s3://bucket/model' };
  }
  // A logged model's URI, models:/m-…, has neither a version nor an alias and is no reference.
  return /^models:\/+.*[/@]/s.test(source) ? referenceProblem(source) : null;
}

function readableAliasProblem(alias: string): Problem | null {
  if (alias === '') {
    return { message: 'an alias needs a name', hint: 'write one like Champion' };
  }
  if (!ALIAS.test(alias)) {
    return { message: `alias ${pythonString(alias)} is not allowed`, hint: "use letters, digits, '_' or '-'" };
  }
  const length = [...alias].length;
  return length > LONGEST_ALIAS
    ? { message: `alias ${fewWords(alias)} is ${length} characters long`, hint: `use at most ${LONGEST_ALIAS}` }
    : null;
}

function selectorProblem(name: string, selector: string, text: string): Problem | null {
  if (selector.toLowerCase() === 'latest' || STAGES.includes(selector.toLowerCase())) {
    return null;
  }
  const numbers = /^(\d+)(?:-(\d+))?$/.exec(selector);
  if (!numbers) {
    return {
      message: `${pythonString(selector)} in ${pythonString(text)} is not a version`,
      hint: `write ${name}/3, ${name}/1-3, ${name}/latest, or ${name}@Alias`
    };
  }
  const first = BigInt(numbers[1] ?? '');
  const last = BigInt(numbers[2] ?? numbers[1] ?? '');
  return last < first
    ? {
        message: `the range ${selector} in ${pythonString(text)} runs backwards`,
        hint: `write ${name}/${last}-${first}`
      }
    : null;
}

/** Whether `name` is a path that could be written shorter, or leads up or to the root. */
function readsAsPath(name: string): boolean {
  return name.startsWith('..') || name.split('/').some(part => part === '' || part === '.' || part === '..');
}
