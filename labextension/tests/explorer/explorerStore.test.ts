import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Completion, RegistryError } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { foundName, namespaceOf, searchText, shortName } from '../../src/explorer/nodes';
import type { Row } from '../../src/explorer/rows';

const AWAY = new RegistryError('UNREACHABLE', 'nobody there', 'wait');

let client: FakeClient;
let explorer: ExplorerStore;

beforeEach(() => {
  vi.useFakeTimers();
  client = new FakeClient();
  explorer = new ExplorerStore(client);
});

afterEach(() => {
  explorer.dispose();
  vi.useRealTimers();
});

/** Let answers arrive, `ms` milliseconds long. */
async function wait(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** The tree as text: one line a row, two spaces a level. */
function picture(): string[] {
  return explorer.state().rows.map(row => {
    const text = row.type === 'node' ? shortName(row.node) : row.type === 'none' ? row.text : `(${row.type})`;
    return '  '.repeat(row.depth) + text;
  });
}

function rowNamed(name: string): Row {
  const found = explorer.state().rows.find(row => row.type === 'node' && shortName(row.node) === name);
  if (!found) {
    throw new Error(`no row ${name} in ${picture().join('\n')}`);
  }
  return found;
}

async function open(...names: string[]): Promise<void> {
  for (const name of names) {
    explorer.expand(rowNamed(name));
    await wait();
  }
}

describe('the tree', () => {
  it('opens down to versions, workspace models in a group at the end', async () => {
    client.model('prod.ml.fraud', 2, { Champion: 2 });
    client.schema('prod.bare');
    client.model('churn');
    explorer.show();
    await wait();
    expect(picture()).toEqual(['prod', 'Workspace models']);
    await open('prod', 'bare', 'ml', 'fraud', 'Workspace models');
    expect(picture()).toEqual([
      'prod',
      '  bare',
      '    No models',
      '  ml',
      '    fraud',
      '      v2',
      '      v1',
      'Workspace models',
      '  churn'
    ]);
    expect(rowNamed('v1')).toMatchObject({ depth: 3, position: 2, siblings: 2, expanded: null });
  });

  it('fetches a list when it is opened, not before', async () => {
    client.model('prod.ml.fraud');
    explorer.show();
    await wait();
    expect(client.calls.map(each => each.op)).toEqual([
      'history.last',
      'catalogs.list',
      'models.list',
      'registry.counts',
      'trash.count',
      'requests.count'
    ]);
    await open('prod');
    expect(client.calls.at(-1)).toMatchObject({ op: 'schemas.list', params: { catalog: 'prod', limit: 100 } });
  });

  it('has nothing to open below a model without versions', async () => {
    client.model('draft', 0);
    explorer.show();
    await wait();
    await open('Workspace models');
    expect(rowNamed('draft')).toMatchObject({ expanded: null });
  });

  it('fetches pages of 100 one after the other', async () => {
    for (let at = 0; at < 250; at++) {
      client.model(`m${String(at).padStart(3, '0')}`);
    }
    explorer.show();
    await wait();
    await open('Workspace models');
    expect(explorer.state().rows).toHaveLength(1 + 100 + 1);
    expect(rowNamed('m000')).toMatchObject({ siblings: -1 });
    for (const expected of [1 + 200 + 1, 1 + 250]) {
      explorer.fetch(explorer.state().rows.at(-1)!);
      explorer.fetch(explorer.state().rows.at(-1)!);
      await wait();
      expect(explorer.state().rows).toHaveLength(expected);
    }
    expect(rowNamed('m249')).toMatchObject({ position: 250, siblings: 250 });
  });

  it('says when the registry is empty', async () => {
    explorer.show();
    expect(explorer.state()).toMatchObject({ loaded: false, empty: false });
    await wait();
    expect(explorer.state()).toMatchObject({ loaded: true, empty: true });
  });
});

describe('showing one model', () => {
  it('opens the way down and selects it, through pages', async () => {
    for (let at = 0; at < 250; at++) {
      client.model(`prod.ml.m${String(at).padStart(3, '0')}`, 2);
    }
    explorer.show();
    await wait();
    void explorer.reveal({ kind: 'version', name: 'prod.ml.m222', version: 1 });
    await wait();
    expect(explorer.state().selected).toBe(rowNamed('v1').key);
    expect(explorer.state().scrollTarget).toEqual({ key: 'version:prod.ml.m222/1' });
  });

  it('searches for it when it is not in the tree', async () => {
    client.model('prod.ml.fraud');
    explorer.show();
    await wait();
    void explorer.reveal({ kind: 'model', name: 'prod.ml.gone' });
    await wait(150);
    expect(explorer.state().query).toBe('prod.ml.gone');
    expect(picture()).toEqual(['Nothing is like that']);
  });

  it('shows the last one asked for', async () => {
    client.model('prod.ml.fraud');
    client.model('churn');
    const release = client.hold();
    explorer.show();
    void explorer.reveal({ kind: 'model', name: 'prod.ml.fraud' });
    void explorer.reveal({ kind: 'model', name: 'churn' });
    release();
    await wait();
    expect(explorer.state().selected).toBe('model:churn');
  });
});

describe('what is open', () => {
  it('is open again in another explorer, and read when it is drawn', async () => {
    client.model('prod.ml.fraud');
    explorer.show();
    await wait();
    await open('prod', 'ml');
    const other = new ExplorerStore(client);
    other.reopen(explorer.opened());
    other.show();
    await wait();
    for (let level = 0; level < 2; level++) {
      other.fetch(other.state().rows.find(row => row.type === 'more')!);
      await wait();
    }
    expect(other.state().rows.map(row => row.key)).toEqual(['catalog:prod', 'schema:prod.ml', 'model:prod.ml.fraud']);
    other.dispose();
  });

  it('takes other settings at once', async () => {
    for (let at = 0; at < 30; at++) {
      client.model(`m${at}`);
    }
    explorer.configure({ pageSize: 10, refreshSeconds: 60 });
    explorer.show();
    await wait();
    await open('Workspace models');
    expect(explorer.state().rows).toHaveLength(1 + 10 + 1);
    client.calls.length = 0;
    await wait(50_000);
    expect(client.calls).toEqual([]);
    explorer.configure({ pageSize: 10, refreshSeconds: 1 });
    await wait(1000);
    expect(client.calls.map(each => each.op)).toEqual(['history.last']);
  });
});

describe('following the activity log', () => {
  beforeEach(async () => {
    client.model('prod.ml.fraud', 2);
    client.model('prod.other.model');
    explorer.show();
    await wait();
    await open('prod', 'ml', 'fraud');
    explorer.select(rowNamed('v1').key);
    client.calls.length = 0;
  });

  it('shows a new model within two seconds, with what is open and selected unchanged', async () => {
    client.model('prod.ml.arrived', 0);
    await wait(2000);
    expect(picture()).toEqual(['prod', '  ml', '    arrived', '    fraud', '      v2', '      v1', '  other']);
    expect(explorer.state().selected).toBe(rowNamed('v1').key);
  });

  it('reads only the lists that may have changed', async () => {
    client.model('prod.ml.arrived', 0);
    await wait(2000);
    const read = client.calls.map(each => each.op).filter(op => !op.startsWith('history'));
    expect(read.sort()).toEqual(['models.list', 'models.list', 'registry.counts']);
    client.calls.length = 0;
    await wait(4000);
    expect(client.calls.map(each => each.op)).toEqual(['history.last', 'history.last']);
  });

  it('moves a renamed model from one open schema to another', async () => {
    await open('other');
    client.rename('prod.other.model', 'prod.ml.moved');
    await wait(2000);
    expect(picture()).toContain('    moved');
    expect(picture()).not.toContain('    model');
  });

  it('selects what held the selected model when it is gone and was the only one', async () => {
    explorer.select(rowNamed('fraud').key);
    client.drop('prod.ml.fraud');
    await wait(2000);
    expect(picture()).toEqual(['prod', '  ml', '    No models', '  other']);
    expect(explorer.state().connectionError).toBeNull();
    expect(explorer.state().selected).toBe('schema:prod.ml');
  });

  it('reads everything again when another registry took its place', async () => {
    client.reset();
    client.model('dev.x.y');
    await wait(2000);
    expect(picture()).toEqual(['dev']);
  });

  it('keeps as many pages as it had', async () => {
    for (let at = 0; at < 150; at++) {
      client.model(`m${String(at).padStart(3, '0')}`);
    }
    await wait(2000);
    await open('Workspace models');
    explorer.fetch(explorer.state().rows.at(-1)!);
    await wait();
    client.model('m150');
    await wait(2000);
    expect(rowNamed('m150')).toMatchObject({ siblings: 151 });
  });

  it('asks nothing while hidden, and looks at once when shown', async () => {
    explorer.hide();
    client.model('prod.ml.arrived');
    await wait(10_000);
    expect(client.calls).toEqual([]);
    explorer.show();
    await wait();
    expect(picture()).toContain('    arrived');
  });
});

describe('when the registry cannot be read', () => {
  it('says why, and comes back by itself', async () => {
    client.model('prod.ml.fraud');
    client.failure = { error: AWAY };
    explorer.show();
    await wait();
    expect(explorer.state()).toMatchObject({ loaded: false, connectionError: AWAY, busy: false });
    client.failure = null;
    await wait(2000);
    expect(explorer.state()).toMatchObject({ loaded: true, connectionError: null });
    expect(picture()).toEqual(['prod']);
  });

  it('keeps the tree, and reads everything again afterwards', async () => {
    client.model('prod.ml.fraud');
    explorer.show();
    await wait();
    client.failure = { error: AWAY };
    await wait(2000);
    expect(explorer.state()).toMatchObject({ loaded: true, connectionError: AWAY });
    expect(picture()).toEqual(['prod']);
    client.failure = null;
    client.catalog('staging');
    await explorer.refresh();
    expect(explorer.state().connectionError).toBeNull();
    expect(picture()).toEqual(['prod', 'staging']);
  });

  it('offers the changes again when reading them failed', async () => {
    client.catalog('prod');
    explorer.show();
    await wait();
    client.failure = { error: AWAY, ops: ['catalogs.list'] };
    client.catalog('staging');
    await wait(2000);
    client.failure = null;
    await wait(2000);
    expect(picture()).toEqual(['prod', 'staging']);
  });

  it('puts one list that failed right when it is tried again', async () => {
    client.model('prod.ml.fraud');
    explorer.show();
    await wait();
    client.failure = { error: AWAY, ops: ['schemas.list'] };
    await open('prod');
    expect(picture()).toEqual(['prod', '  (failed)']);
    client.failure = null;
    explorer.fetch(explorer.state().rows[1]!);
    await wait();
    expect(picture()).toEqual(['prod', '  ml']);
  });
});

/** What is said of a filter that can be read. */
const SOUND: Completion = { kind: 'model', fields: [], problem: null, start: 0, end: 0, suggestions: [] };

describe('searching', () => {
  beforeEach(async () => {
    client.model('prod.ml.fraud');
    client.model('prod.ml.churn');
    client.model('old-fraud');
    explorer.show();
    await wait();
    client.calls.length = 0;
  });

  it('waits for a pause, then asks once', async () => {
    for (const typed of ['f', 'fr', 'fra']) {
      explorer.search(typed);
      await wait(100);
    }
    expect(client.calls).toEqual([]);
    await wait(50);
    expect(client.calls.map(each => each.op)).toEqual(['searches.complete', 'models.find']);
    expect(picture()).toEqual(['old-fraud', 'fraud']);
    expect(explorer.state()).toMatchObject({ query: 'fra', found: { noun: 'model', count: 2, more: false } });
  });

  it('brings the tree back at once', async () => {
    explorer.search('fraud');
    await wait(150);
    explorer.search('');
    expect(explorer.state().found).toBeNull();
    expect(picture()).toEqual(['prod', 'Workspace models']);
  });

  it('never shows the answer to an older question', async () => {
    const release = client.hold();
    explorer.search('churn');
    await wait(150);
    explorer.search('fraud');
    await wait(150);
    release();
    await wait();
    expect(picture()).toEqual(['old-fraud', 'fraud']);
  });

  it('says that nothing was found', async () => {
    explorer.search('zzz');
    await wait(150);
    expect(picture()).toEqual(['Nothing is like that']);
  });

  it('finds a model that arrives meanwhile', async () => {
    explorer.search('fraud');
    await wait(150);
    client.model('dev.x.new-fraud');
    await wait(2000);
    expect(picture()).toContain('new-fraud');
  });

  it('takes what is typed as it is', async () => {
    client.model('rate_50%');
    explorer.search('%');
    await wait(150);
    expect(picture()).toEqual(['rate_50%']);
    expect(client.calls.map(each => each.op)).not.toContain('searches.complete');
    explorer.search('e_5');
    await wait(150);
    expect(picture()).toEqual(['rate_50%']);
  });

  it('leads back to what was found and selected', async () => {
    explorer.search('fraud');
    await wait(150);
    explorer.select(rowNamed('fraud').key);
    explorer.leaveSearch();
    await wait();
    expect(picture()).toEqual(['prod', '  ml', '    churn', '    fraud', 'Workspace models']);
    expect(explorer.state().selected).toBe(rowNamed('fraud').key);
  });

  it('takes a whole reference for its model', () => {
    expect(searchText(' models:/prod.ml.fraud@Champion ')).toBe('prod.ml.fraud');
    expect(searchText('prod.ml.fraud/3')).toBe('prod.ml.fraud');
    expect(searchText('prod.ml.fraud@')).toBe('prod.ml.fraud');
    expect(searchText('   ')).toBe('');
  });

  it('takes a filter as it is written', () => {
    expect(searchText(" alias = 'a/b' ")).toBe("alias = 'a/b'");
    expect(searchText('@risky')).toBe('@risky');
  });

  it('shows the versions that a filter finds, with the names of their models', async () => {
    const filter = "alias = 'Champion'";
    client.completions.set(filter, { ...SOUND, kind: 'version', fields: ['alias'] });
    explorer.search(filter);
    await wait(150);
    expect(explorer.state().found).toEqual({ noun: 'version', count: 3, more: false });
    const row = explorer.state().rows.find(each => each.key === 'version:prod.ml.fraud/1');
    expect(row?.type === 'node' && [foundName(row.node), namespaceOf(row.node)]).toEqual(['fraud v1', 'prod.ml']);
    expect(explorer.selection()).toBeNull();
    explorer.select('version:prod.ml.fraud/1');
    expect(explorer.selection()).toMatchObject({ kind: 'version', name: 'prod.ml.fraud', version: 1 });
  });

  it('leaves what is on screen while a filter cannot be read', async () => {
    explorer.search('fraud');
    await wait(150);
    const problem = { message: 'there is no field alais', advice: 'did you mean alias?', at: 0 };
    client.completions.set("alais = 'x'", { ...SOUND, kind: null, problem });
    explorer.search("alais = 'x'");
    await wait(150);
    expect(picture()).toEqual(['old-fraud', 'fraud']);
    expect(explorer.state().completion?.problem).toEqual(problem);
    explorer.search('');
    expect(explorer.state().completion).toBeNull();
  });

  it('says why nobody answers', async () => {
    client.failure = { error: new RegistryError('BUSY', 'the registry is busy') };
    explorer.search('fraud');
    await wait(150);
    expect(picture()).toEqual(['(failed)']);
  });

  it('remembers the searches that led somewhere', async () => {
    for (const typed of ['fraud', 'zzzz', 'fra', 'churn', 'fraud']) {
      explorer.search(typed);
      await wait(150);
      explorer.rememberSearch();
    }
    expect(explorer.searches).toEqual(['fraud', 'churn']);
    explorer.restoreSearches(['churn', 'older']);
    expect(explorer.state().searches).toEqual(['fraud', 'churn', 'older']);
  });
});
