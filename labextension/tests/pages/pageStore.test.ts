import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type OperationName, RegistryError } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { run } from '../support/runs';
import { ModelStore } from '../../src/pages/model/modelStore';
import { PagedList } from '../../src/state/pagedList';
import { VersionStore } from '../../src/pages/version/versionStore';

const AWAY = new RegistryError('UNREACHABLE', 'nobody there', 'wait');
const FRAUD = { kind: 'model', name: 'prod.ml.fraud' } as const;
const SECOND = { kind: 'version', name: 'prod.ml.fraud', version: 2 } as const;

let client: FakeClient;
let pages: { dispose(): void }[];

beforeEach(() => {
  vi.useFakeTimers();
  client = new FakeClient();
  client.model('prod.ml.fraud', 3, { Champion: 2 });
  client.model('prod.ml.other');
  pages = [];
});

afterEach(() => {
  pages.forEach(each => each.dispose());
  vi.useRealTimers();
});

/** Let answers arrive, `ms` milliseconds long. */
async function wait(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

async function modelPage(): Promise<ModelStore> {
  const page = new ModelStore(client, FRAUD);
  pages.push(page);
  page.openVersions();
  page.show();
  await wait();
  return page;
}

async function versionPage(): Promise<VersionStore> {
  const page = new VersionStore(client, SECOND);
  pages.push(page);
  page.show();
  await wait();
  return page;
}

/** What was asked for since the last time, but for looks at the log. */
function asked(): OperationName[] {
  const ops = client.calls.map(each => each.op).filter(op => op !== 'history.last' && op !== 'history.list');
  client.calls.length = 0;
  return ops.sort();
}

/** What is said of a version, and asked. */
const BESIDES = ['comments.list', 'deprecations.of', 'registry.whoami', 'requests.list'];

describe('the page of a model', () => {
  it('reads the model, its versions, and its activity when somebody asks for it', async () => {
    const page = await modelPage();
    expect(page.state().item?.name).toBe('prod.ml.fraud');
    expect(page.state().versions.items.map(each => each.version)).toEqual([3, 2, 1]);
    expect(asked()).toEqual([
      'comments.list',
      'models.get',
      'registry.whoami',
      'requests.list',
      'usage.last',
      'versions.list'
    ]);
    page.openActivity();
    await wait();
    expect(asked()).toEqual(['history.told']);
    expect(page.state().activity.items.map(each => each.action)).toEqual(['model.created']);
  });

  it('shows within two seconds what somebody else changed, and reads no more than that', async () => {
    const page = await modelPage();
    asked();
    await client.call('models.describe', { name: 'prod.ml.fraud', description: 'new' });
    client.calls.length = 0;
    await wait(2000);
    expect(page.state().item?.description).toBe('new');
    expect(asked()).toEqual(['models.get']);
    await client.call('aliases.set', { model: 'prod.ml.fraud', alias: 'Champion', version: 3 });
    client.calls.length = 0;
    await wait(2000);
    expect(page.state().versions.items[0]?.aliases).toEqual(['Champion']);
    expect(asked()).toEqual(['models.get', 'requests.list', 'usage.last', 'versions.list']);
  });

  it('leaves other models alone', async () => {
    await modelPage();
    asked();
    await client.call('models.describe', { name: 'prod.ml.other', description: 'new' });
    client.calls.length = 0;
    await wait(2000);
    expect(asked()).toEqual([]);
  });

  it('keeps the activity up to date once it is open', async () => {
    const page = await modelPage();
    page.openActivity();
    await client.call('models.describe', { name: 'prod.ml.fraud', description: 'new' });
    await wait(2000);
    expect(page.state().activity.items[0]?.action).toBe('model.updated');
  });

  it('asks nothing while hidden', async () => {
    const page = await modelPage();
    page.hide();
    asked();
    await client.call('models.describe', { name: 'prod.ml.fraud', description: 'new' });
    client.calls.length = 0;
    await wait(10_000);
    expect(client.calls).toEqual([]);
    page.show();
    await wait();
    expect(page.state().item?.description).toBe('new');
  });

  it('fetches versions a page at a time, as many at once as the settings say', async () => {
    client.model('prod.ml.fraud', 250);
    const page = new ModelStore(client, FRAUD);
    pages.push(page);
    page.configure({ pageSize: 120, refreshSeconds: 0.5 });
    page.openVersions();
    page.show();
    await wait();
    expect(page.state().versions).toMatchObject({ more: true, loaded: true });
    expect(page.state().versions.items).toHaveLength(120);
    page.moreVersions();
    page.moreVersions();
    await wait();
    expect(page.state().versions.items).toHaveLength(240);
    await client.call('models.describe', { name: 'prod.ml.fraud', description: 'new' });
    await wait(500);
    expect(page.state().item?.description).toBe('new');
  });
});

describe('the page of a version', () => {
  beforeEach(() => {
    const versions = client.versions.get('prod.ml.fraud')!;
    versions[1] = { ...versions[1]!, managed: true, run_id: 'r1' };
    client.files.set('prod.ml.fraud/2', [{ path: 'MLmodel', size: 10, sha256: 'ab', kind: 'file' }]);
  });

  it('reads the version, its files and its run', async () => {
    client.runs.push(run({ run_id: 'r1', name: 'nightly' }));
    const page = await versionPage();
    expect(asked()).toEqual([
      ...BESIDES,
      ...['tracking.run', 'usage.list', 'usage.noted', 'versions.files', 'versions.get']
    ]);
    expect(page.state()).toMatchObject({
      connectionError: null,
      run: { value: { name: 'nightly' } },
      files: { value: [{ size: 10 }] }
    });
  });

  it('is whole without the run, and says why that is missing', async () => {
    const page = await versionPage();
    expect(page.state()).toMatchObject({
      connectionError: null,
      gone: null,
      item: { version: 2 },
      run: { value: null }
    });
    expect(page.state().run.error?.message).toContain('no run r1');
    client.failure = { error: AWAY, ops: ['tracking.run'] };
    page.retryRun();
    await wait();
    expect(page.state().run.error).toBe(AWAY);
  });

  it('comes back without waiting for a slow tracking server', async () => {
    const page = await versionPage();
    client.failure = { error: AWAY };
    await wait(2000);
    expect(page.state().connectionError).toBe(AWAY);
    client.failure = null;
    const call = client.call.bind(client);
    vi.spyOn(client, 'call').mockImplementation((op, ...rest) =>
      op === 'tracking.run' ? new Promise(() => undefined) : call(op, ...rest)
    );
    await wait(2000);
    expect(page.state().connectionError).toBeNull();
  });

  it('has nothing to fetch for a version without run and files', async () => {
    const page = new VersionStore(client, { ...SECOND, version: 1 });
    pages.push(page);
    page.show();
    await wait();
    expect(asked()).toEqual([...BESIDES, 'usage.list', 'usage.noted', 'versions.get']);
  });

  it('reads only what concerns this version, and neither files nor run again', async () => {
    const page = await versionPage();
    asked();
    client.log('version.updated', 'model', 'prod.ml.fraud', { version: 1 });
    client.log('alias.moved', 'model', 'prod.ml.fraud', { version: 3, before: { other: 1 }, after: { other: 3 } });
    await wait(2000);
    expect(asked()).toEqual([]);
    await client.call('versions.describe', { reference: 'prod.ml.fraud/2', description: 'new' });
    client.calls.length = 0;
    await wait(2000);
    expect(asked()).toEqual(['versions.get']);
    expect(page.state().item?.description).toBe('new');
  });

  it('follows an alias that moves away from it', async () => {
    const page = await versionPage();
    await client.call('aliases.set', { model: 'prod.ml.fraud', alias: 'Champion', version: 3 });
    // The fake notes less than the registry does.
    client.log('alias.moved', 'model', 'prod.ml.fraud', {
      version: 3,
      before: { Champion: 2 },
      after: { Champion: 3 }
    });
    await wait(2000);
    expect(page.state().item?.aliases).toEqual([]);
  });
});

describe('what is not there any more', () => {
  it('was renamed, maybe more than once', async () => {
    const page = await modelPage();
    await client.call('models.rename', { name: 'prod.ml.fraud', new_name: 'prod.ml.cards' });
    await wait(2000);
    expect(page.state()).toMatchObject({
      connectionError: null,
      gone: { how: 'renamed', to: { kind: 'model', name: 'prod.ml.cards' } }
    });
    await client.call('models.rename', { name: 'prod.ml.cards', new_name: 'prod.risk.cards' });
    await page.refresh();
    expect(page.state().gone).toMatchObject({ how: 'renamed', to: { name: 'prod.risk.cards' } });
    await client.call('models.delete', { name: 'prod.risk.cards', force: true });
    await page.refresh();
    expect(page.state().gone).toMatchObject({ how: 'deleted', event: { name: 'prod.risk.cards' } });
  });

  it('was renamed there and back and there again', async () => {
    const page = await modelPage();
    for (const [name, new_name] of [
      ['fraud', 'cards'],
      ['cards', 'fraud'],
      ['fraud', 'cards']
    ]) {
      await client.call('models.rename', { name: `prod.ml.${name}`, new_name: `prod.ml.${new_name}` });
    }
    await wait(2000);
    expect(page.state().gone).toMatchObject({ how: 'renamed', to: { name: 'prod.ml.cards' } });
  });

  it('takes its versions along', async () => {
    const page = await versionPage();
    await client.call('models.rename', { name: 'prod.ml.fraud', new_name: 'prod.ml.cards' });
    await wait(2000);
    expect(page.state().gone).toMatchObject({
      how: 'renamed',
      to: { kind: 'version', name: 'prod.ml.cards', version: 2 }
    });
  });

  it('was deleted, as a version or with its model', async () => {
    const [model, version] = [await modelPage(), await versionPage()];
    await client.call('versions.delete', { reference: 'prod.ml.fraud/2', force: true });
    await wait(2000);
    expect(version.state().gone).toMatchObject({ how: 'deleted', event: { action: 'version.deleted', version: 2 } });
    expect(model.state()).toMatchObject({ gone: null, connectionError: null });
    expect(model.state().versions.items.map(each => each.version)).toEqual([3, 1]);
    await client.call('models.delete', { name: 'prod.ml.fraud', force: true });
    await wait(2000);
    expect(model.state()).toMatchObject({
      connectionError: null,
      gone: { how: 'deleted', event: { action: 'model.deleted' } }
    });
  });

  it('comes back when somebody makes it anew', async () => {
    const page = await modelPage();
    client.drop('prod.ml.fraud');
    await wait(2000);
    expect(page.state().gone).not.toBeNull();
    client.model('prod.ml.fraud', 1);
    await wait(2000);
    expect(page.state()).toMatchObject({ gone: null, connectionError: null });
    expect(page.state().versions.items).toHaveLength(1);
  });

  it('may never have been there', async () => {
    const page = new VersionStore(client, { ...SECOND, version: 77 });
    pages.push(page);
    page.show();
    await wait();
    expect(page.state()).toMatchObject({ connectionError: null, gone: { how: 'unknown' } });
  });
});

describe('when the registry cannot be read', () => {
  it('says why, and comes back by itself', async () => {
    client.failure = { error: AWAY };
    const page = await modelPage();
    expect(page.state()).toMatchObject({ item: null, gone: null, connectionError: AWAY });
    client.failure = null;
    await wait(2000);
    expect(page.state()).toMatchObject({ connectionError: null, item: { name: 'prod.ml.fraud' } });
    expect(page.state().versions.items).toHaveLength(3);
  });

  it('keeps what was read, and reads everything again afterwards', async () => {
    const page = await modelPage();
    client.failure = { error: AWAY };
    await client.call('models.describe', { name: 'prod.ml.fraud', description: 'new' }).catch(() => undefined);
    await wait(2000);
    expect(page.state()).toMatchObject({ connectionError: AWAY, item: { name: 'prod.ml.fraud' } });
    client.failure = null;
    await client.call('versions.delete', { reference: 'prod.ml.fraud/1', force: true });
    await page.refresh();
    expect(page.state().connectionError).toBeNull();
    expect(page.state().versions.items).toHaveLength(2);
  });

  it('offers a list that failed again', async () => {
    const page = await modelPage();
    client.failure = { error: AWAY, ops: ['history.told'] };
    page.openActivity();
    await wait();
    expect(page.state().activity).toMatchObject({ loaded: false, error: AWAY });
    client.failure = null;
    page.moreActivity();
    await wait();
    expect(page.state().activity).toMatchObject({ loaded: true, error: null });
  });
});

describe('a list', () => {
  function numbers(count: number): { list: PagedList<number>; limits: number[] } {
    const limits: number[] = [];
    const fetch = (limit: number, token: string | null): Promise<{ items: number[]; token: string | null }> => {
      limits.push(limit);
      const from = Number(token ?? 0);
      const items = Array.from({ length: Math.min(limit, count - from) }, (_, at) => from + at);
      return Promise.resolve({ items, token: from + limit < count ? String(from + limit) : null });
    };
    return {
      list: new PagedList(
        fetch,
        each => each,
        () => undefined
      ),
      limits
    };
  }

  it('of thousands is read again in pieces the registry gives', async () => {
    const { list, limits } = numbers(2500);
    list.pageSize = 900;
    await list.open();
    await list.more();
    await list.more();
    limits.length = 0;
    await list.reload();
    expect(limits).toEqual([1000, 1000, 700]);
    expect(list.state.items).toHaveLength(2500);
    expect(list.state.more).toBe(false);
  });

  it('counts each item once when pages overlap', async () => {
    let shift = 0;
    const fetch = (limit: number, token: string | null): Promise<{ items: number[]; token: string | null }> => {
      const from = Number(token ?? 0) - shift;
      return Promise.resolve({
        items: Array.from({ length: limit }, (_, at) => from + at),
        token: String(from + limit + shift)
      });
    };
    const list = new PagedList(
      fetch,
      each => each,
      () => undefined
    );
    list.pageSize = 3;
    await list.open();
    shift = 1;
    await list.more();
    expect(list.state.items).toEqual([0, 1, 2, 3, 4]);
  });
});
