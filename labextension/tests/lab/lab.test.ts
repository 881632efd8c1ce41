import { describe, expect, it } from 'vitest';

import schema from '../../schema/settings.json';
import { fitted } from '../../src/lab/insert';
import { loadCode } from '../../src/registry/commandLine';
import { DEFAULT_SETTINGS } from '../../src/host/settings';

describe('code put where the cursor is', () => {
  it('goes into an expression as it is', () => {
    expect(fitted('load()', 'model = ', '')).toBe('load()');
    expect(fitted('load()', 'f(', ')')).toBe('load()');
  });

  it('is whole where a statement can stand, and only the value where none can', () => {
    const code = loadCode('a.b.c/1');
    expect(code).toBe('import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/a.b.c/1")');
    expect(fitted(code, '', '')).toBe(code);
    expect(fitted(code, 'rows[', '0]')).toBe('mlflow.pyfunc.load_model("models:/a.b.c/1")');
    expect(fitted(code, '    ', '')).toBe(code.replaceAll('\n', '\n    '));
  });

  it('gets a line of its own beside a statement', () => {
    expect(fitted('load()', '', 'x = 1')).toBe('load()\n');
    expect(fitted('load()', '    x = 1', '')).toBe('\n    load()');
    expect(fitted('load()', '    ', 'x = 1')).toBe('load()\n    ');
    expect(fitted('load()', '', '')).toBe('load()');
  });
});

describe('settings', () => {
  it('are those of the schema, and at first as it says', () => {
    const defaults = Object.entries(schema.properties).map(([name, property]) => [name, property.default]);
    expect(DEFAULT_SETTINGS).toEqual(Object.fromEntries(defaults));
  });
});
