import { describe, expect, it } from 'vitest';

import { badgesOf, fitRow, type RowFit } from '../../src/explorer/rowBadges';
import { firstLine } from '../../src/registry/markdown';
import type { TreeNode } from '../../src/explorer/nodes';
import { FakeClient } from '../support/fakeClient';

const FONT = { family: 'monospace', size: 13 };
const ORDER = ['Champion', 'Challenger'];
const TEN = Object.fromEntries(
  ['eu', 'us', 'Challenger', 'shadow', 'Champion', 'audit', 'canary', 'a', 'b', 'c'].map((alias, at) => [alias, at + 1])
);

function modelNode(name: string, aliases: Record<string, number>): TreeNode {
  const client = new FakeClient();
  client.model(name, 0, aliases);
  const item = client.models.get(name);
  if (!item) {
    throw new Error(`no ${name}`);
  }
  return { kind: 'model', key: name, item };
}

function fitted(width: number, name: string, aliases: Record<string, number>, namespace: string | null = null): RowFit {
  const badges = badgesOf(modelNode(name, aliases), ORDER);
  return fitRow({ width, depth: 2, font: FONT, name, namespace, badges, when: null });
}

describe('the badges of a row', () => {
  it('are in one order, the live one first', () => {
    const badges = badgesOf(modelNode('m', TEN), ORDER);
    expect(badges.slice(0, 3).map(each => [each.kind, each.text])).toEqual([
      ['live', '@Champion v5'],
      ['alias', '@Challenger v3'],
      ['alias', '@a v8']
    ]);
    const other = badgesOf(modelNode('m', TEN), ['US', 'champion']);
    expect(other.slice(0, 2).map(each => [each.kind, each.text])).toEqual([
      ['live', '@us v2'],
      ['alias', '@Champion v5']
    ]);
  });

  it('say first that it is deprecated', () => {
    const node = modelNode('m', TEN);
    if (node.kind !== 'model') {
      throw new Error(node.kind);
    }
    const badges = badgesOf({ ...node, item: { ...node.item, deprecated: { reason: 'old' } } }, ORDER);
    expect(badges.slice(0, 2).map(each => [each.kind, each.text, each.title])).toEqual([
      ['deprecated', 'deprecated', 'Deprecated: old'],
      ['live', '@Champion v5', '@Champion v5']
    ]);
  });

  it('tell at 250 pixels what is live, with its version and how many more there are', () => {
    expect(fitted(250, 'fraud', TEN)).toMatchObject({ badges: 1, brief: false, count: true });
    expect(fitted(250, 'a_model_with_a_very_long_name', TEN)).toMatchObject({ badges: 1, brief: false });
  });

  it('are whole or not there at every width', () => {
    for (let width = 120; width < 900; width += 7) {
      const { badges, brief, count } = fitted(width, 'fraud', TEN);
      const shown = badgesOf(modelNode('m', TEN), ORDER).slice(0, badges);
      const texts = [...shown.map(each => (brief ? each.brief : each.text)), ...(count ? ['+9'] : [])];
      const needed = texts.reduce((sum, each) => sum + each.length * 5.6 + (each.startsWith('+') ? 4 : 17), 0);
      const room = width - 20 - 40 - 28 - 6 - 5 * 13 * 0.56;
      expect(needed <= room + 4 || texts.length <= 1, `${width}: ${texts.join(' ')}`).toBe(true);
      expect(badges > 0 || count).toBe(true);
    }
  });

  it('drop the version before the alias, and the alias before the row overflows', () => {
    const steps = [400, 240, 200, 130].map(width => fitted(width, 'fraud', { Champion: 123456 }));
    expect(steps.map(each => [each.badges, each.brief, each.count])).toEqual([
      [1, false, false],
      [1, false, false],
      [1, true, false],
      [0, false, true]
    ]);
  });

  it('of a version say first what is wrong with it', () => {
    const client = new FakeClient();
    client.model('m', 1);
    const [made] = client.versions.get('m') ?? [];
    if (!made) {
      throw new Error('no version');
    }
    const item: typeof made = {
      ...made,
      status: 'FAILED_REGISTRATION',
      aliases: ['b', 'Champion'],
      stage: 'Staging'
    };
    const badges = badgesOf({ kind: 'version', key: '', item }, ORDER);
    expect(badges.map(each => each.text)).toEqual(['failed', '@Champion', '@b', 'Staging']);
  });
});

describe('the first line of a description', () => {
  it.each([
    ['Scores a **card payment** by `risk`.\n\nMore', 'Scores a card payment by risk.'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', 'a b'],
    ['\n\n# The *title*\ntext', 'The title'],
    ['---\n- [ ] see [the paper](http://x.example/a_b)', '[ ] see the paper'],
    ['```\ncode\n```', 'code'],
    ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
    ['<b>Bold</b> & \\*plain\\*', 'Bold & *plain*'],
    ['', '']
  ])('of %j is %j', (text, line) => expect(firstLine(text)).toBe(line));
});
