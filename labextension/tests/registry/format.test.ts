import { describe, expect, it, vi } from 'vitest';

import type { Float, JsonValue } from '../../src/client/client';
import * as format from '../../src/registry/format';
import table from '../cases/formats.json';

// tests/commands/test_formats.py holds the commands to the same table.
describe('values read as those of commands:', () => {
  it('times', () => {
    for (const { time, ago, ...dates } of table.times) {
      expect(format.ago(time, table.now), String(time)).toBe(ago);
      if ('exact' in dates) {
        expect([format.dateTime(time), format.isoTime(time)]).toEqual([dates.date_time, dates.exact]);
      }
    }
  });

  it('a date is that of the calendar of the person', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    try {
      const evening = Date.UTC(2026, 8, 30, 20);
      expect(format.ago(evening, table.now)).toBe('2026-10-01');
      expect(format.dateTime(evening)).toBe('2026-09-30 20:00 UTC');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('times that none can be', () => {
    for (const { time, text } of table.implausible_times) {
      expect([format.ago(time, table.now), format.dateTime(time), format.isoTime(time)]).toEqual([
        text,
        text,
        undefined
      ]);
    }
    expect([NaN, Infinity].map(each => format.ago(each))).toEqual(['NaN (implausible)', 'Infinity (implausible)']);
  });

  it('sizes', () => {
    expect(table.sizes.map(each => format.sizeText(each.size))).toEqual(table.sizes.map(each => each.text));
    expect(format.sizeText(NaN)).toBe('NaN B (implausible)');
  });

  it('numbers', () => {
    expect(table.numbers.map(each => format.numberText(each.number as Float))).toEqual(
      table.numbers.map(each => each.text)
    );
    expect(format.countText(1234567)).toBe('1,234,567');
  });

  it('tags and aliases', () => {
    expect(table.tags.map(each => format.tagText(each.key, each.value))).toEqual(table.tags.map(each => each.text));
    expect(table.aliases.map(each => format.aliasText(each.alias, each.version))).toEqual(
      table.aliases.map(each => each.text)
    );
    expect(table.orders.map(each => format.inOrder(each.aliases))).toEqual(table.orders.map(each => each.in_order));
  });

  it('types', () => {
    expect(table.types.map(each => format.typeText(each.spec as JsonValue))).toEqual(
      table.types.map(each => each.text)
    );
  });
});
