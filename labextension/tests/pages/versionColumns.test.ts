import { beforeEach, describe, expect, it } from 'vitest';

import type { Version } from '../../src/client/client';
import { arranged, NEWEST_FIRST, sortedBy } from '../../src/pages/versions/arrange';
import { type ColumnId, isColumn, keysIn, usualColumns } from '../../src/pages/versions/columns';
import { columnWidths, tableWidth } from '../../src/pages/versions/layout';
import { setupIn } from '../../src/pages/versions/useTable';
import { FakeClient } from '../support/fakeClient';

let client: FakeClient;

beforeEach(() => {
  client = new FakeClient();
});

/** A version with some metrics; what is missing is as usual. */
function version(number: number, metrics: Record<string, number | 'NaN'>, change: Partial<Version> = {}): Version {
  const found = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 0, step: 0 }));
  return { ...client.newVersion('m', number), metrics: found, ...change };
}

const numbers = (versions: readonly Version[]): number[] => versions.map(each => each.version);

describe('the columns of a table of versions', () => {
  it('are up to three metrics that most versions have, and what tells versions apart', () => {
    const metrics = { auc: 1, loss: 1, recall: 1, f1: 1 };
    const versions = [version(3, metrics), version(2, metrics), version(1, { rare: 1 })];
    expect(usualColumns(versions)).toEqual([
      'version',
      'aliases',
      'metric:auc',
      'metric:f1',
      'metric:loss',
      'created',
      'by'
    ]);
    const failed = [
      version(2, {}, { status: 'FAILED_REGISTRATION', size: 1 }),
      version(1, {}, { size: 2, stage: 'Staging' })
    ];
    expect(usualColumns(failed)).toEqual(['version', 'aliases', 'stage', 'status', 'size', 'created', 'by']);
    expect(usualColumns([version(1, {}, { tags: { a: 'b' } })])).toContain('tags');
  });

  it('offer the keys that most versions have first', () => {
    const versions = [version(2, { b: 1, a: 1 }), version(1, { b: 1 })];
    expect(keysIn(versions, 'metric')).toEqual(['b', 'a']);
    expect(keysIn([version(1, {}, { params: { 'a:b': '1' } })], 'param')).toEqual(['a:b']);
    expect(['metric:a:b', 'tag:', 'by'].every(isColumn)).toBe(true);
    expect([3, 'nothing', 'constructor', 'stage:x'].some(isColumn)).toBe(false);
  });
});

describe('the order of versions', () => {
  const sorted = (versions: readonly Version[], column: ColumnId, descending: boolean): number[] =>
    numbers(arranged(versions, { column, descending }, ''));

  it('is by number for metrics, and those without one stand last either way', () => {
    const versions = [
      version(5, { auc: 0.9 }),
      version(4, {}),
      version(3, { auc: 'NaN' }),
      version(2, { auc: 10 }),
      version(1, { auc: 0.9 })
    ];
    expect(sorted(versions, 'metric:auc', true)).toEqual([2, 5, 1, 4, 3]);
    expect(sorted(versions, 'metric:auc', false)).toEqual([5, 1, 2, 4, 3]);
  });

  it('is by words for tags, with numbers in them as numbers', () => {
    const versions = [
      version(3, {}, { tags: { batch: '10' } }),
      version(2, {}, { tags: { batch: '9' } }),
      version(1, {})
    ];
    expect(sorted(versions, 'tag:batch', false)).toEqual([2, 3, 1]);
  });

  it('turns round with the second click', () => {
    const once = sortedBy('metric:auc', NEWEST_FIRST);
    expect(once).toEqual({ column: 'metric:auc', descending: true });
    expect(sortedBy('metric:auc', once).descending).toBe(false);
    expect(sortedBy('by', once)).toEqual({ column: 'by', descending: false });
    expect(sortedBy('version', NEWEST_FIRST)).toEqual({ column: 'version', descending: false });
  });

  it('leaves out what does not have all words of the filter', () => {
    const versions = [
      version(12, {}, { aliases: ['Champion'], tags: { validation_status: 'failed' } }),
      version(11, {}, { description: 'Night payments' }),
      version(1, {}, { created_by: 'ben' })
    ];
    const found = (filter: string): number[] => numbers(arranged(versions, NEWEST_FIRST, filter));
    expect(found('@champion')).toEqual([12]);
    expect(found('validation_status=FAILED v12')).toEqual([12]);
    expect(found('night')).toEqual([11]);
    expect(found('ben')).toEqual([1]);
    expect(found('night ben')).toEqual([]);
    expect(found('  ')).toEqual([12, 11, 1]);
  });
});

describe('the widths of columns', () => {
  const columns: ColumnId[] = ['version', 'aliases', 'tags', 'by'];

  it('fill the table, and keep what a person has set', () => {
    const widths = columnWidths(columns, { tags: 300 }, 1200);
    expect(tableWidth(widths)).toBeCloseTo(1200);
    expect(widths[2]).toBe(300);
    expect(widths[0]).toBe(104);
  });

  it('shrink before the table is wider than its place, and no further than can be read', () => {
    const narrow = columnWidths(columns, {}, 560);
    expect(tableWidth(narrow)).toBeCloseTo(560);
    const least = columnWidths(columns, {}, 100);
    expect(least).toEqual([84, 96, 130, 56]);
    expect(tableWidth(least)).toBeGreaterThan(100);
  });
});

describe('what is remembered of a table', () => {
  it('is taken as far as it makes sense', () => {
    const kept = {
      columns: ['version', 'metric:auc'],
      widths: { by: 50 },
      sort: { column: 'by', descending: true },
      plot: null
    };
    expect(setupIn(JSON.stringify(kept))).toEqual(kept);
    for (const odd of ['', '[]', '{', 'null', '{"columns":["x"],"widths":{"a":"b"},"sort":{"column":"x"},"plot":3}']) {
      expect(setupIn(odd)).toEqual({ columns: null, widths: {}, sort: NEWEST_FIRST, plot: undefined });
    }
    expect(setupIn('{"columns":["by"]}').columns).toBeNull();
  });
});
