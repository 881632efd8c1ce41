import type { Contents } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { LabFolders } from '../../src/lab/opener/folders';

const MLMODEL =
  'artifact_path: model\nflavors:\n  python_function:\n    data: x\n  sklearn:\n    code: null\nrun_id: r\n';

/** The part of JupyterLab's contents that is asked for, over these files. */
class Files {
  constructor(private readonly files: Readonly<Record<string, string>>) {}

  get = (path: string): Promise<Contents.IModel> => {
    const text = this.files[path];
    if (text !== undefined) {
      return Promise.resolve(entry(path, 'file', text));
    }
    const start = path === '' ? '' : `${path}/`;
    const inside = Object.keys(this.files).filter(each => each.startsWith(start));
    const names = [...new Set(inside.map(each => each.slice(start.length).split('/')[0] ?? ''))];
    const content = names.map(name => {
      const full = `${start}${name}`;
      return entry(full, full in this.files ? 'file' : 'directory', null);
    });
    return Promise.resolve(entry(path, 'directory', content));
  };
}

function entry(path: string, type: 'file' | 'directory', content: unknown): Contents.IModel {
  const name = path.split('/').at(-1) ?? '';
  return { name, path, type, content, writable: true, created: '', last_modified: '', mimetype: '', format: null };
}

const folders = new LabFolders(
  new Files({
    'a.txt': '',
    'models/v10/MLmodel': MLMODEL,
    'models/v2/readme.md': '',
    'models/odd/MLmodel': 'not what MLflow writes',
    'models/about.md': ''
  }),
  '/home/ana/'
);

describe('the folders that the server shows', () => {
  it('come first, by name, with the numbers in them in order', async () => {
    const { entries, model } = await folders.list('models');
    expect(entries.map(each => each.name)).toEqual(['odd', 'v2', 'v10', 'about.md']);
    expect(entries.map(each => each.isFolder)).toEqual([true, true, true, false]);
    expect(model).toBeNull();
  });

  it('are models where there is an MLmodel file, whose flavors are told', async () => {
    expect((await folders.list('models/v10')).model).toEqual(['sklearn']);
    expect((await folders.list('models/odd')).model).toEqual([]);
  });

  it('are known to other programs by an absolute path, and back', () => {
    expect(folders.absolute('models/v2')).toBe('/home/ana/models/v2');
    expect(folders.absolute('')).toBe('/home/ana/');
    expect(folders.relative('/home/ana/models/v2')).toBe('models/v2');
    expect(folders.relative('/home/ana')).toBe('');
    expect(folders.relative('/home/ben/models')).toBeNull();
    expect(folders.relative('/home/ana/../ben')).toBeNull();
    expect(['', 'models', 's3://bucket/model'].map(each => folders.relative(each))).toEqual([null, null, null]);
  });

  it('are found at the top of the machine as well', () => {
    const top = new LabFolders(new Files({}), '/');
    expect(top.absolute('models')).toBe('/models');
    expect(top.relative('/models')).toBe('models');
  });
});
