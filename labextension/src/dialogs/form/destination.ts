import type { Model } from '../../client/client';
import {
  type Problem,
  isGoverned,
  modelNameProblem,
  namespaceProblem,
  partProblem,
  strip
} from '../../registry/validation';
import type { QueryView } from '../../state/query';

/** The choices of the namespace picker that are no schema. */
export const WORKSPACE = '';
export const ANOTHER = '/';

/** Where a version goes, as far as it has been typed. */
export interface Destination {
  readonly mode: 'existing' | 'new';
  /** The full name of an existing model. */
  readonly existing: string;
  /** `catalog.schema`, `WORKSPACE` or `ANOTHER`. */
  readonly namespace: string;
  /** `catalog.schema` in words of one's own, with `ANOTHER`. */
  readonly another: string;
  /** The last part of a new name. */
  readonly name: string;
}

/** What to begin with: the model asked for, or a new one in `namespace`. */
export function destinationAt(model: string | undefined, namespace: string | null | undefined): Destination {
  return {
    mode: model !== undefined || !namespace ? 'existing' : 'new',
    existing: model ?? '',
    namespace: namespace ?? WORKSPACE,
    another: '',
    name: ''
  };
}

/** The full name of the model. */
export function nameAt(to: Destination): string {
  if (to.mode === 'existing') {
    return strip(to.existing).replace(/^models:\/+/, '');
  }
  const namespace = to.namespace === ANOTHER ? to.another : to.namespace;
  return namespace === WORKSPACE ? to.name : `${namespace}.${to.name}`;
}

/** What is wrong with the fields, `found` being what the registry says of that name. */
export function destinationProblems(to: Destination, found: QueryView<Model | null>): Record<string, Problem | null> {
  const name = nameAt(to);
  if (to.mode === 'existing') {
    const missing = found.settled && found.value === null && found.error === null;
    const absent = { message: `no model ${name}`, hint: 'pick one from the list, or make it a new model' };
    return { existing: modelNameProblem(name) ?? (missing ? absent : null) };
  }
  if (to.namespace === WORKSPACE) {
    const governed = {
      message: `${name} is a full name`,
      hint: 'choose its schema above, and write the last part here'
    };
    return { name: modelNameProblem(to.name) ?? (isGoverned(name) ? governed : null) };
  }
  const schema = to.namespace === ANOTHER ? namespaceProblem(to.another) : null;
  return { another: schema, name: to.name === '' ? modelNameProblem('') : partProblem(to.name, 'model') };
}

/** What comes of it, for the person to read; null while that is not known. */
export function outcomeAt(to: Destination, found: QueryView<Model | null>): string | null {
  const name = nameAt(to);
  const wrong = Object.values(destinationProblems(to, found)).some(problem => problem !== null);
  if (wrong || !found.settled || found.error) {
    return null;
  }
  return found.value
    ? `Becomes v${found.value.last_version + 1} of ${name}`
    : `Becomes v1 of the new ${isGoverned(name) ? 'governed' : 'workspace'} model ${name}`;
}
