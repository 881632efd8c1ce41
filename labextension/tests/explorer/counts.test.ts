import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { shortName } from '../../src/explorer/nodes';
import { FakeClient } from '../support/fakeClient';

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

async function wait(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Look at all rows, as a view does, and give each with its count. */
async function looked(): Promise<string[]> {
  explorer.state().rows.forEach(row => explorer.wantCount(row.key));
  await wait();
  return explorer
    .state()
    .rows.flatMap(row => (row.type === 'node' ? [`${shortName(row.node)} ${explorer.count(row.key)}`] : []));
}

function prompt(name: string): void {
  client.model(name, 1);
  client.models.set(name, { ...client.models.get(name)!, tags: { 'mlflow.prompt.is_prompt': 'true' } });
}

async function open(key: string): Promise<void> {
  explorer.expand(explorer.state().rows.find(row => row.key === key)!);
  await wait();
}

describe('counts', () => {
  it('are asked for what is in sight, in one question', async () => {
    client.model('prod.ml.fraud', 3);
    client.model('prod.ml.churn', 1);
    client.model('dev.lab.x', 1);
    client.model('iris', 2);
    explorer.show();
    await wait();
    client.calls.length = 0;
    expect(await looked()).toEqual(['dev 1', 'prod 2', 'Workspace models 1']);
    expect(client.calls).toEqual([
      { op: 'registry.counts', params: { catalogs: ['dev', 'prod'], schemas: [], models: [] } }
    ]);
    client.calls.length = 0;
    await looked();
    expect(client.calls).toEqual([]);
    await open('catalog:prod');
    await open('schema:prod.ml');
    expect(await looked()).toEqual(['dev 1', 'prod 2', 'ml 2', 'churn 1', 'fraud 3', 'Workspace models 1']);
  });

  it('follow what others do, also in rows that are closed', async () => {
    client.model('prod.ml.fraud', 3);
    explorer.show();
    await wait();
    await looked();
    client.model('prod.ml.churn', 1);
    client.model('iris', 1);
    await wait(2000);
    expect(await looked()).toEqual(['prod 2', 'Workspace models 1']);
    client.drop('prod.ml.churn');
    await wait(2000);
    expect(await looked()).toEqual(['prod 1', 'Workspace models 1']);
  });

  describe('that are answered last', () => {
    beforeEach(() => {
      const call = client.call.bind(client);
      vi.spyOn(client, 'call').mockImplementation(async (op, ...rest) => {
        await new Promise(resolve => setTimeout(resolve, op === 'registry.counts' ? 100 : 0));
        return call(op, ...rest);
      });
    });

    it('are not waited for', async () => {
      client.model('prod.ml.fraud', 3);
      prompt('greet');
      explorer.show();
      await wait(50);
      expect(explorer.state()).toMatchObject({ loaded: true, empty: false, busy: false });
      expect(await looked()).toEqual(['prod null']);
      await wait(200);
      expect(await looked()).toEqual(['prod 1', 'Prompts 1']);
    });

    it('tell whether there is nothing', async () => {
      prompt('greet');
      explorer.show();
      await wait(50);
      expect(explorer.state()).toMatchObject({ loaded: false, empty: false });
      await wait(200);
      expect(explorer.state()).toMatchObject({ loaded: true, empty: false });
    });
  });

  it('that cannot be had leave the tree as it is, and come later', async () => {
    client.model('prod.ml.fraud', 3);
    explorer.show();
    await wait();
    client.failure = { error: new RegistryError('BUSY', 'in use'), ops: ['registry.counts'] };
    expect(await looked()).toEqual(['prod null']);
    client.failure = null;
    expect(await looked()).toEqual(['prod 1']);
  });
});

describe('prompts', () => {
  it('are a group of their own, under their whole names, and no models', async () => {
    client.model('iris', 1);
    prompt('greet');
    prompt('prod.ml.ask');
    explorer.show();
    await wait();
    expect(await looked()).toEqual(['prod 0', 'Workspace models 1', 'Prompts 2']);
    await open('prompts');
    expect(await looked()).toEqual(['prod 0', 'Workspace models 1', 'Prompts 2', 'greet 1', 'prod.ml.ask 1']);
    await open('model:greet');
    expect((await looked()).at(-2)).toBe('v1 null');
  });

  it('alone are something', async () => {
    prompt('greet');
    explorer.show();
    await wait();
    expect(explorer.state().empty).toBe(false);
    expect(await looked()).toEqual(['Prompts 1']);
  });

  it('of others appear by themselves', async () => {
    explorer.show();
    await wait();
    expect(explorer.state().empty).toBe(true);
    prompt('greet');
    client.log('tag.set', 'model', 'greet');
    await wait(2000);
    expect(await looked()).toEqual(['Prompts 1']);
  });
});

describe('requests', () => {
  it('are counted as they are made and decided, and not for what has nothing to do with them', async () => {
    client.model('iris', 2, { Champion: 1 });
    explorer.show();
    await wait();
    expect(explorer.state().requests).toBe(0);
    client.discussion.ask('iris');
    await wait(2000);
    expect(explorer.state().requests).toBe(1);
    client.calls.length = 0;
    client.log('tag.set', 'model', 'iris');
    await wait(2000);
    expect(client.calls.map(each => each.op)).not.toContain('requests.count');
    await client.call('requests.reject', { id: 101, reason: 'no' });
    await wait(2000);
    expect(explorer.state().requests).toBe(0);
  });
});
