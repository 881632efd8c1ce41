import type { Model } from '../../client/client';
import { type Problem, isGoverned, modelNameProblem, strip } from '../../registry/validation';
import { need } from '../../actions/needs';
import { useRefusal } from '../../host/rights';
import { type Securable, THE_REGISTRY } from '../../registry/access/securable';
import type { QueryView } from '../../state/query';

/** Where a version goes, as far as it has been typed. */
export interface Destination {
  /** The full name of a model, one that is there or a new one. */
  readonly typed: string;
  /** Whether a new model may be a workspace model, its name not being catalog.schema.model. */
  readonly workspace: boolean;
}

/** What to begin with: the model asked for, or one in `namespace` whose last part is still to be written. */
export function destinationAt(model: string | undefined, namespace: string | null | undefined): Destination {
  return { typed: model ?? (namespace ? `${namespace}.` : ''), workspace: false };
}

/** The full name of the model. */
export function nameAt(to: Destination): string {
  return strip(to.typed).replace(/^models:\/+/, '');
}

/** Whether `name` may still become right by going on: it is empty, or a part of it is. */
export function isUnfinished(name: string): boolean {
  return name.split('.').some(part => part === '');
}

/** Whether `name` would be a new workspace model, `found` being what the registry says of it: then one asks first. */
export function becomesWorkspace(name: string, found: QueryView<Model | null>): boolean {
  return !isUnfinished(name) && !isGoverned(name) && found.settled && !found.value;
}

/** What is wrong with the fields, `found` being what the registry says of that name; `refusal` as `useRefusalAt` gives it. */
export function destinationProblems(
  to: Destination,
  found: QueryView<Model | null>,
  refusal: Problem | null = null
): Record<string, Problem | null> {
  const name = nameAt(to);
  const hint = 'write it in full, like prod.ml_team.fraud';
  if (name === '') {
    return { model: { message: 'a model needs a name', hint } };
  }
  const known = found.settled && found.value !== null;
  if (isUnfinished(name) && !known) {
    return { model: { message: `${name} is not a full name yet: a part is missing`, hint } };
  }
  const asked = to.workspace || known || isGoverned(name);
  const unasked = {
    message: `${name} is not catalog.schema.model`,
    hint: 'complete it, or tick the box: a workspace model needs no signature, and its files stay where they are'
  };
  return { model: modelNameProblem(name) ?? refusal, workspace: asked ? null : unasked };
}

/** Why the person may not register a version there, as far as that is known; null where they may. */
export function useRefusalAt(to: Destination, found: QueryView<Model | null>): Problem | null {
  const name = nameAt(to);
  const registering = found.value !== null ? need('versions.register', name) : null;
  const schema: Securable = { kind: 'schema', name: name.slice(0, name.lastIndexOf('.')) };
  const creating = isGoverned(name) ? need('models.create', schema) : need('models.create', THE_REGISTRY);
  return useRefusal(found.settled && !isUnfinished(name) ? (registering ?? creating) : null);
}

/** What comes of it, for the person to read; null while that is not known. `missing`: what has to be created. */
export function outcomeAt(to: Destination, found: QueryView<Model | null>, missing: readonly string[]): string | null {
  const name = nameAt(to);
  const wrong = Object.values(destinationProblems(to, found)).some(problem => problem !== null);
  if (wrong || !found.settled || found.error) {
    return null;
  }
  if (found.value) {
    return `Becomes v${found.value.last_version + 1} of ${name}`;
  }
  const created = missing.length > 0 ? `; creates ${missing.join(' and ')}` : '';
  return `Becomes v1 of the new ${isGoverned(name) ? 'governed' : 'workspace'} model ${name}${created}`;
}

/** The full name that `typed` means for `model`: one without a dot stays in its schema, as on a line. */
export function beside(model: string, typed: string): string {
  return isGoverned(model) && typed !== '' && !typed.includes('.')
    ? `${model.slice(0, model.lastIndexOf('.'))}.${typed}`
    : typed;
}
