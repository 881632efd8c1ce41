import { describe, expect, it } from 'vitest';

import * as rules from '../../src/registry/validation';
import table from '../cases/rules.json';

type About = string | string[] | { text: string; times: number };
type Rule = (...about: never[]) => rules.Problem | null;

const RULES: Record<string, Rule> = {
  model: rules.modelNameProblem,
  part: rules.partProblem,
  namespace: rules.namespaceProblem,
  alias: rules.aliasProblem,
  key: rules.tagKeyProblem,
  value: rules.tagValueProblem,
  reference: rules.referenceProblem,
  room: rules.aliasLimitProblem,
  rename: rules.renameProblem
};

function whole(about: About): string | string[] {
  return typeof about === 'object' && 'times' in about ? about.text.repeat(about.times) : about;
}

describe('the rules', () => {
  it.each(Object.keys(RULES))('for a %s are those of the core', name => {
    const cases = table.filter(each => each.rule === name);
    expect(cases.length).toBeGreaterThan(4);
    const rule = RULES[name]!;
    const said = cases.map(each => ({ ...each, problem: rule(...(each.about.map(whole) as never[])) }));
    expect(said).toEqual(cases);
  });

  it('have all their cases looked at', () => {
    expect(new Set(table.map(each => each.rule))).toEqual(new Set(Object.keys(RULES)));
  });

  it('take any source but none, and look closer at a registered version', () => {
    expect(rules.sourceProblem(' \t')).not.toBeNull();
    expect(rules.sourceProblem('models:/a.b.c@not ok')?.message).toBe("alias 'not ok' is not allowed");
    for (const source of ['./folder', 's3://bucket/model', 'models:/m-0f3a', 'models:/a.b.c@Best', 'runs:/4f/model']) {
      expect(rules.sourceProblem(source)).toBeNull();
    }
  });
});
