import type { Params, Policy, RuleInfo } from '../../client/client';
import { because, exactName, line, type Option } from '../commandLine';
import type { Place } from './requests';

/** Where a policy comes from: `catalog prod`, `the registry`. */
export function placeText({ kind, on }: Pick<Policy, 'kind' | 'on'>): string {
  return kind === 'registry' ? 'the registry' : kind === 'default' ? on : `${kind} ${on}`;
}

/** When a policy is asked: `at registration`, `when @Champion is set`. */
export function momentText({ when, alias }: Pick<Policy, 'when' | 'alias'>): string {
  return when === 'registration'
    ? 'at registration'
    : alias === null
      ? 'when an alias is set'
      : `when @${alias} is set`;
}

/** What comes of a version that does not meet a policy. */
export const MODES = {
  prevent: 'refuses what does not meet it',
  warn: 'lets it pass, and warns',
  off: 'is not asked'
} as const satisfies Record<Policy['mode'], string>;

/** What a rule is given, as text: `tags owner, stage=prod`. */
export function parametersText({ parameters }: Pick<Policy, 'parameters'>): string {
  return Object.entries(parameters)
    .map(([name, words]) => `${name} ${words.join(', ')}`)
    .join('; ');
}

/** Parameters whose value is one text, with commas in it or not. */
const WHOLE: readonly string[] = ['expression', 'count', 'group'];

/** How the parameters of a rule are written, for whoever has not written one yet. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  tags: 'owner, stage=prod',
  principals: 'risk-team, ana',
  count: '2',
  group: 'risk-team',
  expression: 'metrics.auc >= 0.9',
  allowed: 'sklearn, xgboost',
  forbidden: '*.pkl, *.joblib'
};

/** What was typed for each parameter as the registry takes it; what is empty is left out. */
export function parametersOf(rule: RuleInfo, typed: Readonly<Record<string, string>>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const name of rule.parameters) {
    const text = (typed[name] ?? '').trim();
    const words = WHOLE.includes(name) ? [text] : text.split(',').map(each => each.trim());
    const some = words.filter(each => each !== '');
    if (some.length > 0) {
      found[name] = some;
    }
  }
  return found;
}

/** The contrary: what stands in the fields for a policy that is there. */
export function typedFor({ parameters }: Pick<Policy, 'parameters'>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, words]) => [name, words.join(', ')]));
}

/** The line that adds a policy. */
export function policyLine(asked: Params<'policies.add'>, on: Place): string {
  const { name, rule, parameters, alias, when, mode, description, replacing, reason } = asked;
  const words = Object.entries(parameters ?? {}).map(([key, each]) => `${key}=${each.join(',')}`);
  const own = exactName(on);
  const place = on.kind === 'registry' ? ['registry'] : [on.kind, own];
  // Only a model is named with an alias; on what is wider the moment says that it is about aliases.
  const where = alias && on.kind === 'model' ? ['model', `${own}@${alias}`] : place;
  const options: Option[] = [
    ...(when === 'alias' && !alias
      ? [['--at', 'alias'] as const]
      : when === 'registration'
        ? [['--at', when] as const]
        : []),
    ...(mode && mode !== 'prevent' ? [['--mode', mode] as const] : []),
    ...(description ? [['--description', description] as const] : []),
    ...(replacing ? [['--replace'] as const] : [])
  ];
  return line('policy', ['add', name, rule, ...words, 'on', ...where], [...options, ...because(reason)]);
}

/** The line that removes a policy. */
export function removePolicyLine(name: string, on: Place, reason: string | null): string {
  const place = on.kind === 'registry' ? ['registry'] : [on.kind, exactName(on)];
  return line('policy', ['remove', name, 'on', ...place], because(reason));
}
