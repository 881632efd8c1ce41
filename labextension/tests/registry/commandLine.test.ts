import { describe, expect, it } from 'vitest';

import * as lines from '../../src/registry/commandLine';
import type { Target } from '../../src/registry/target';
import table from '../cases/lines.json';

/** What a dialog is filled in with; the Python tests do the same by the operations and by the line, and compare. */
interface Case {
  about: string;
  kind: string;
  source?: string;
  model?: string;
  version?: number;
  to?: string;
  alias?: string;
  aliases?: string[];
  tags?: Record<string, string>;
  description?: string;
  target?: Target;
  set?: Record<string, string>;
  remove?: string[];
  text?: string;
  force?: boolean;
  url?: string;
  link?: string;
  reason?: string;
  lines: string;
}

function linesFor(each: Case): string | null {
  const { model = '', version = 0, target = { kind: 'model', name: '' }, to = '', alias = '', reason = null } = each;
  switch (each.kind) {
    case 'register': {
      const { source = '', aliases = [], tags = {}, description = null } = each;
      return lines.registerLine({ source, model, aliases, tags, description, reason });
    }
    case 'alias':
      return lines.aliasLine(model, alias, version, reason);
    case 'unalias':
      return lines.unaliasLine(model, alias, reason);
    case 'tags':
      return lines.tagLines(target, { set: each.set ?? {}, remove: each.remove ?? [], reason });
    case 'describe':
      return lines.describeLines(target, each.text ?? '', reason);
    case 'copy':
      return lines.copyLines({ reference: `${model}/${version}`, model: to, reason }, alias);
    case 'link':
      return lines.linkLine(`${model}/${version}`, each.url ?? '', each.link ?? '', reason);
    case 'deprecate':
      return lines.deprecateLine(target, to, reason);
    case 'rename':
      return lines.renameLine(model, to, false, reason);
    default:
      return lines.deleteLine(target, each.force ?? false, reason);
  }
}

describe('the line that does the same', () => {
  it.each(table as Case[])('$kind: $about', each => {
    expect(linesFor(each)).toBe(each.lines);
  });

  it('does not exist for a name that no line can hold', () => {
    for (const name of ['a@b', ' a', 'a\t']) {
      const target: Target = { kind: 'model', name };
      expect(lines.registerLine({ source: 'x', model: name })).toBeNull();
      expect(lines.tagLines(target, { set: { a: 'b' } })).toBeNull();
      expect(lines.describeLines(target, 'x', null)).toBeNull();
      expect(lines.copyLines({ reference: 'iris/1', model: name }, '')).toBeNull();
      expect(lines.renameLine('iris', name, false, null)).toBeNull();
      expect(lines.deleteLine(target, false, null)).toBeNull();
      expect(lines.deprecateLine(target, '', null)).toBeNull();
    }
  });
});

describe('code to insert', () => {
  it('is Python for any name', () => {
    expect(lines.loadCode('prod.ml_team.fraud@Champion')).toBe(
      'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/prod.ml_team.fraud@Champion")'
    );
    expect(lines.loadCode('greeting/latest', true)).toBe(
      'import mlflow\n\nprompt = mlflow.genai.load_prompt("prompts:/greeting@latest")'
    );
    expect(lines.expressionOf(lines.loadCode('greeting/2', true))).toBe(
      'mlflow.genai.load_prompt("prompts:/greeting/2")'
    );
    expect(lines.loadCode('it\'s "odd" \\ 🦊\n\u2028\u0000/1')).toBe(
      'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/it\'s \\"odd\\" \\\\ 🦊\\n\\u2028\\u0000/1")'
    );
  });

  it('is a line for any reference', () => {
    expect(lines.usualLine('prod.ml_team.fraud@Champion', false)).toBe(
      '%modelreg load prod.ml_team.fraud@Champion --as model'
    );
    expect(lines.usualLine('my model/3', false)).toBe("%modelreg load 'models:/my model/3' --as model");
    expect(lines.usualLine('prod.ml_team.greet@Champion', true)).toBe('%modelreg show prod.ml_team.greet@Champion');
  });
});
