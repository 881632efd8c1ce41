import { describe, expect, it } from 'vitest';

import { fitted } from '../../src/lab/insert';
import { settingsFrom } from '../../src/lab/settingsValues';
import { DEFAULT_SETTINGS } from '../../src/host/host';

describe('code put where the cursor is', () => {
  it('goes into an expression as it is', () => {
    expect(fitted('load()', 'model = ', '')).toBe('load()');
    expect(fitted('load()', 'f(', ')')).toBe('load()');
  });

  it('gets a line of its own beside a statement', () => {
    expect(fitted('load()', '', 'x = 1')).toBe('load()\n');
    expect(fitted('load()', '    x = 1', '')).toBe('\n    load()');
    expect(fitted('load()', '    ', 'x = 1')).toBe('load()\n    ');
    expect(fitted('load()', '', '')).toBe('load()');
  });
});

describe('settings', () => {
  it('are taken where they make sense', () => {
    const kept = { refreshSeconds: 5, pageSize: 50, defaultNamespace: 'dev.team', confirmDeletes: false };
    const taken = { refreshMs: 5000, pageSize: 50, defaultNamespace: 'dev.team', confirmDeletes: false };
    expect(settingsFrom(kept)).toEqual(taken);
  });

  it('are as at first where they do not', () => {
    expect(settingsFrom({ refreshSeconds: 'often', pageSize: null, defaultNamespace: 'dev' })).toEqual(DEFAULT_SETTINGS);
    expect(settingsFrom({ refreshSeconds: 0.001, pageSize: 1e9 })).toMatchObject({ refreshMs: 1000, pageSize: 1000 });
  });
});
