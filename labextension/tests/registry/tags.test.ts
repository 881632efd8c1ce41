import { expect, it } from 'vitest';

import { sortedTags, toneOf } from '../../src/registry/tags';

it('tells verdicts from other values of tags', () => {
  expect(['failed', 'Rejected', ' error '].map(toneOf)).toEqual(['bad', 'bad', 'bad']);
  expect(['passed', 'APPROVED', 'succeeded'].map(toneOf)).toEqual(['good', 'good', 'good']);
  expect(['', 'pending', 'not failed', 'failed/3', 'ok'].map(toneOf)).toEqual([null, null, null, null, null]);
});

it('lists tags by key', () => {
  expect(sortedTags({ b: '1', a: '2' })).toEqual([
    ['a', '2'],
    ['b', '1']
  ]);
});
