import { describe, expect, it } from 'vitest';

import type { Event } from '../../src/client/client';
import { folderOf } from '../../src/pages/version/files';
import { asText, eventText, worthTelling } from '../../src/registry/eventText';
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
    undoes: null,
    unit: 1,
    remaining: 0,
    format: 1,
    hash: '',
    ...change
  };
}

function said(action: string, change: Partial<Event> = {}, about: number | null = null): string {
  return asText(eventText(happened(action, change), about));
}

describe('the activity in words', () => {
  it.each<[string, string, Partial<Event>]>([
    ['created the catalog prod', 'catalog.created', { name: 'prod' }],
    ['wrote the description', 'schema.updated', { before: { description: null }, after: { description: 'x' } }],
    ['deleted the schema prod.ml', 'schema.deleted', { name: 'prod.ml' }],
    ['created the model prod.ml.fraud', 'model.created', {}],
    ['changed the description', 'model.updated', { before: { description: 'x' }, after: { description: 'y' } }],
    ['removed the description', 'model.updated', { before: { description: 'x' }, after: { description: null } }],
    ['connected the deployment job 7', 'model.updated', { after: { deployment_job_id: '7' } }],
    ['disconnected the deployment job', 'model.updated', { after: { deployment_job_id: null } }],
    ['renamed the model from prod.ml.old to prod.ml.fraud', 'model.renamed', { before: { name: 'prod.ml.old' } }],
    ['deleted the model prod.ml.fraud', 'model.deleted', {}],
    ['removed the deleted model prod.ml.fraud for good', 'model.purged', {}],
    ['registered v3', 'version.created', { version: 3, after: { status: 'READY' } }],
    ['began to register v3', 'version.created', { version: 3, after: { status: 'PENDING_REGISTRATION' } }],
    ['registered v3', 'version.status', { version: 3, after: { status: 'READY' } }],
    [
      'could not register v3: disk full',
      'version.status',
      { version: 3, after: { status: 'FAILED_REGISTRATION', status_message: 'disk full' } }
    ],
    [
      'changed the description of v3',
      'version.updated',
      { version: 3, before: { description: 'x' }, after: { description: 'y' } }
    ],
    ['pinned v3', 'version.updated', { version: 3, before: { pinned: false }, after: { pinned: true } }],
    ['unpinned v3', 'version.updated', { version: 3, before: { pinned: true }, after: { pinned: false } }],
    ['moved v3 to Staging', 'version.stage', { version: 3, before: { stage: 'None' }, after: { stage: 'Staging' } }],
    [
      'moved v3 from Staging to Archived',
      'version.stage',
      { version: 3, before: { stage: 'Staging' }, after: { stage: 'Archived' } }
    ],
    ['took v3 out of Staging', 'version.stage', { version: 3, before: { stage: 'Staging' }, after: { stage: 'None' } }],
    ['deleted v3', 'version.deleted', { version: 3 }],
    ['removed the deleted v3 for good', 'version.purged', { version: 3 }],
    ['set @Champion to v3', 'alias.set', { version: 3, after: { Champion: 3 } }],
    ['moved @Champion from v2 to v3', 'alias.moved', { version: 3, before: { Champion: 2 }, after: { Champion: 3 } }],
    ['kept @Champion at v3', 'alias.moved', { version: 3, before: { Champion: 3 }, after: { Champion: 3 } }],
    ['removed @Champion from v3', 'alias.deleted', { version: 3, before: { Champion: 3 } }],
    ['set tag auc=0.83', 'tag.set', { after: { auc: '0.83' } }],
    ['set tag auc=0.83 on v3 (was 0.8)', 'tag.set', { version: 3, before: { auc: '0.8' }, after: { auc: '0.83' } }],
    ['removed tag auc on v3 (was 0.8)', 'tag.deleted', { version: 3, before: { auc: '0.8' } }],
    ['restored v3 from the trash', 'version.restored', { version: 3 }],
    ['restored the model prod.ml.fraud from the trash', 'model.restored', {}],
    [
      'restored the model prod.ml.fraud from the trash, where it was called prod.ml.old',
      'model.restored',
      { before: { name: 'prod.ml.old' }, after: { name: 'prod.ml.fraud' } }
    ],
    [
      'rebuilt from the activity log: models, versions',
      'registry.repaired',
      { after: { rebuilt: ['models', 'versions'] } }
    ],
    ['repaired the registry', 'registry.repaired', {}],
    ['restored the registry from the backup b.zip', 'registry.restored', { after: { backup: 'b.zip' } }],
    [
      'undid a change: moved @Champion from v3 to v2',
      'alias.moved',
      { version: 2, before: { Champion: 3 }, after: { Champion: 2 }, undoes: 17 }
    ],
    ['undid a change: deleted v3', 'version.deleted', { version: 3, undoes: 17 }],
    ['updated the webhook ci', 'webhook.updated', { name: 'ci' }],
    ['model.polished prod.ml.fraud/3', 'model.polished', { version: 3 }]
  ])('%s', (words, action, change) => {
    expect(said(action, change)).toBe(words);
  });

  it('does not name the version whose page it is on, except as what something moved to', () => {
    expect(said('tag.set', { version: 3, after: { auc: '1' } }, 3)).toBe('set tag auc=1');
    expect(said('version.updated', { version: 3, after: { description: 'y' } }, 3)).toBe('wrote the description');
    expect(said('alias.moved', { version: 3, before: { a: 2 }, after: { a: 3 } }, 3)).toBe('moved @a from v2 to v3');
  });

  it('says that a registration began only until it has ended', () => {
    const began = (version: number): Event =>
      happened('version.created', { version, after: { status: 'PENDING_REGISTRATION' } });
    const ended = happened('version.status', { version: 1, after: { status: 'READY' } });
    const plain = happened('version.created', { version: 1, after: { status: 'READY' } });
    expect(worthTelling([began(2), ended, began(1), plain])).toEqual([began(2), ended, plain]);
  });

  it('sets what people wrote apart, and cuts it between characters', () => {
    const parts = eventText(happened('tag.set', { after: { '<b>': '🦊'.repeat(200) } }));
    expect(parts).toEqual(['set tag ', { quoted: '<b>' }, '=', { quoted: `${'🦊'.repeat(120)}…` }]);
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
