import { describe, expect, it } from 'vitest';

import type { Event } from '../../src/client/client';
import { folderOf } from '../../src/pages/version/files';
import { worthTelling } from '../../src/registry/events';
import { readSignature } from '../../src/registry/signature';

function happened(action: string, change: Partial<Event> = {}): Event {
  return {
    seq: 1,
    time: 0,
    actor: 'ana',
    action,
    subject: action.split('.')[0] ?? '',
    subject_id: 1,
    name: 'prod.ml.fraud',
    version: null,
    before: null,
    after: null,
    reason: null,
    on_behalf_of: null,
    os_user: null,
    undoes: null,
    unit: 1,
    remaining: 0,
    format: 1,
    hash: '',
    ...change
  };
}

describe('the activity', () => {
  it('says that a registration began only until it has ended', () => {
    const began = (version: number): Event =>
      happened('version.created', { version, after: { status: 'PENDING_REGISTRATION' } });
    const ended = happened('version.status', { version: 1, after: { status: 'READY' } });
    const plain = happened('version.created', { version: 1, after: { status: 'READY' } });
    expect(worthTelling([began(2), ended, began(1), plain])).toEqual([began(2), ended, plain]);
  });
});

describe('a signature', () => {
  it('is read with nested types, tensors and parameters', () => {
    expect(
      readSignature({
        inputs: [
          { type: 'double', name: 'amount', required: true },
          { type: 'array', items: { type: 'long' }, name: 'codes', required: false },
          { type: 'map', values: { type: 'array', items: { type: 'string' } }, name: 'labels', optional: true },
          {
            type: 'object',
            name: 'merchant',
            properties: {
              id: { type: 'string', required: true },
              at: { type: 'array', items: { type: 'datetime' }, required: false }
            }
          }
        ],
        outputs: [{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 2] } }],
        params: [
          { name: 'threshold', type: 'double', default: 0.5, shape: null },
          { name: 'stop', type: 'string', default: ['a'], shape: [-1] }
        ]
      })
    ).toEqual({
      inputs: [
        { name: 'amount', type: 'double', required: true },
        { name: 'codes', type: 'array<long>', required: false },
        { name: 'labels', type: 'map<string, array<string>>', required: false },
        { name: 'merchant', type: '{id: string, at?: array<datetime>}', required: true }
      ],
      outputs: [{ name: null, type: 'float32[-1, 2]', required: true }],
      params: [
        { name: 'threshold', type: 'double', default: '0.5' },
        { name: 'stop', type: 'array<string>', default: '["a"]' }
      ]
    });
  });

  it('may be missing, or lack parts', () => {
    expect(readSignature(null)).toBeNull();
    expect(readSignature({ inputs: [{ type: 'any' }], outputs: null })).toEqual({
      inputs: [{ name: null, type: 'any', required: true }],
      outputs: [],
      params: []
    });
  });

  it('of a kind nobody knows yet is shown as it is', () => {
    const read = readSignature({ inputs: [{ type: { new: 1 }, name: 'x' }, 'odd'], outputs: [{ shape: 3 }] });
    expect(read?.inputs.map(each => each.type)).toEqual(['{"new":1}']);
    expect(read?.outputs.map(each => each.type)).toEqual(['{"shape":3}']);
  });
});

describe('files', () => {
  it('lie in folders with the size of all below', () => {
    const entry = (path: string, bytes: number) => ({ path, size: bytes, sha256: '', kind: 'file' }) as const;
    const top = folderOf([
      entry('model.pkl', 5),
      entry('b/x', 2),
      entry('a/b/y', 3),
      entry('a/z', 4),
      entry('MLmodel', 1)
    ]);
    expect(top.size).toBe(15);
    expect(top.folders.map(each => [each.name, each.size])).toEqual([
      ['a', 7],
      ['b', 2]
    ]);
    expect(top.folders[0]?.folders[0]?.files.map(each => each.entry.path)).toEqual(['a/b/y']);
    expect(top.files.map(each => each.name)).toEqual(['MLmodel', 'model.pkl']);
  });

  it('show a folder with nothing in it', () => {
    const folder = (path: string) => ({ path, size: 0, sha256: '', kind: 'folder' }) as const;
    const top = folderOf([folder('empty'), folder('a/b')]);
    expect(top.files).toEqual([]);
    expect(top.folders).toEqual([
      { name: 'a', size: 0, folders: [{ name: 'b', size: 0, folders: [], files: [] }], files: [] },
      { name: 'empty', size: 0, folders: [], files: [] }
    ]);
  });
});
