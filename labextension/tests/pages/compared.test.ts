import { describe, expect, it } from 'vitest';

import type { ComparedValue, Comparison } from '../../src/client/client';
import { aliasesIn, deltaOf, isOther, modelIn, sectionsOf, withBaseline } from '../../src/pages/compare/compared';

const AUC: ComparedValue = {
  section: 'metrics',
  key: 'auc',
  values: [0.5, 0.75, 0.25, null],
  differs: true,
  breaking: false,
  better: 'higher'
};
const OWNER: ComparedValue = {
  ...AUC,
  section: 'tags',
  key: 'owner',
  values: ['a', 'a'],
  differs: false,
  better: null
};

function comparison(...values: ComparedValue[]): Comparison {
  return { references: ['a.b.c/1', 'a.b.c/2'], values, breaking: [], unread: [], texts: [] };
}

describe('what is compared', () => {
  it('is in sections, those that have something to show', () => {
    const found = comparison(AUC, { ...AUC, key: 'loss', differs: false }, OWNER);
    const told = (everything: boolean): string[] =>
      sectionsOf(found, everything).map(
        each => `${each.title}: ${each.rows.map(row => row.key).join()} of ${each.count}`
      );
    expect(told(false)).toEqual(['Metrics: auc of 2']);
    expect(told(true)).toEqual(['Metrics: auc,loss of 2', 'Tags: owner of 1']);
  });

  it('is a difference for the better or the worse of metrics alone', () => {
    expect(deltaOf(AUC, 0)).toBeNull();
    expect(deltaOf(AUC, 1)).toEqual({ size: 0.25, arrow: '▲', better: true });
    expect(deltaOf(AUC, 2)).toEqual({ size: 0.25, arrow: '▼', better: false });
    expect(deltaOf(AUC, 3)).toBeNull();
    expect(deltaOf({ ...AUC, better: 'lower' }, 1)?.better).toBe(false);
    expect(deltaOf({ ...AUC, better: null }, 1)?.better).toBeNull();
    expect(deltaOf({ ...AUC, values: [0.5, 'NaN'] }, 1)).toBeNull();
    expect(deltaOf({ ...AUC, section: 'params' }, 1)).toBeNull();
  });

  it('is the same in a version as in the first', () => {
    expect([0, 1, 2, 3].map(at => isOther(AUC, at))).toEqual([false, true, true, true]);
    expect(isOther({ ...AUC, values: [['Champion'], ['Champion']] }, 1)).toBe(false);
  });

  it('knows the aliases of each version', () => {
    const aliases: ComparedValue = { ...AUC, section: 'version', key: 'aliases', values: [null, ['Champion', 'Best']] };
    expect(aliasesIn(comparison(aliases))).toEqual([[], ['Champion', 'Best']]);
    expect(aliasesIn(comparison())).toEqual([[], []]);
  });

  it('is of one model or of several', () => {
    expect(modelIn(['a.b.c/1', 'a.b.c@Champion'])).toBe('a.b.c');
    expect(modelIn(['a.b.c/1', 'a.b.d/1'])).toBeNull();
  });

  it('has another baseline', () => {
    expect(withBaseline(['a/1', 'a/2', 'a/3'], 2)).toEqual(['a/3', 'a/1', 'a/2']);
  });
});
