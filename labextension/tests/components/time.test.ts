import { describe, expect, it } from 'vitest';

import { ago, isoTime, moment } from '../../src/components/time';

describe('ago', () => {
  it('rounds down to the largest unit', () => {
    const now = Date.UTC(2026, 5, 1);
    expect(ago(now - 59_000, now)).toBe('now');
    expect(ago(now - 3 * 3_600_000 - 1, now)).toBe('3h ago');
    expect(ago(now - 400 * 86_400_000, now)).toBe('1y ago');
    expect(ago(now + 5000, now)).toBe('now');
  });
});

describe('a time that none can be', () => {
  // Microseconds, the year 0, a moment before 1970, no number, and the first that Python has no date for.
  it.each([1_764_205_200_000_000, -62_167_219_200_000, -1, Number.NaN, Infinity, 253_402_300_800_000])(
    'is shown as it is: %d',
    time => {
      expect(ago(time, 0)).toBe(`${time} (implausible)`);
      expect(moment(time)).toBe(`${time} (implausible)`);
      expect(isoTime(time)).toBeUndefined();
    }
  );

  it('begins where dates end', () => {
    expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(isoTime(253_402_300_799_999)).toBe('9999-12-31T23:59:59.999Z');
  });
});
