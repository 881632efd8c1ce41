import { expect, it } from 'vitest';

import table from '../cases/formats.json';
import { sortedTags, toneOf } from '../../src/registry/tags';

// tests/core/rules/test_verdicts.py holds the core to the same table.
it.each(table.verdicts)('tells verdicts from other values of tags: "$value"', ({ value, tone }) => {
  expect(toneOf(value)).toBe(tone);
});

it('lists tags by key', () => {
  expect(sortedTags({ b: '1', a: '2' })).toEqual([
    ['a', '2'],
    ['b', '1']
  ]);
});
