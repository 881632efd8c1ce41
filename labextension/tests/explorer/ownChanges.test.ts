import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { shortName } from '../../src/explorer/nodes';
import { FakeClient } from '../support/fakeClient';

const FRAUD = 'prod.ml.fraud';

let client: FakeClient;
let explorer: ExplorerStore;

beforeEach(async () => {
  vi.useFakeTimers();
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 2 });
  client.model('prod.ml.churn', 1);
  client.model('staging.ml.fraud', 1);
  explorer = new ExplorerStore(client);
  explorer.show();
  await wait();
  for (const key of ['catalog:prod', 'schema:prod.ml', `model:${FRAUD}`]) {
    explorer.expand(explorer.state().rows.find(row => row.key === key)!);
    await wait();
  }
});

afterEach(() => {
  explorer.dispose();
  vi.useRealTimers();
});

async function wait(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** The models and versions in sight, each with what points at it. */
function picture(): string[] {
  return explorer.state().rows.flatMap(row => {
    if (row.type !== 'node' || (row.node.kind !== 'model' && row.node.kind !== 'version')) {
      return [];
    }
    const aliases = Object.entries(row.node.item.aliases).map(([alias, at]) =>
      row.node.kind === 'model' ? `@${alias} v${at}` : `@${at}`
    );
    return [[shortName(row.node), ...aliases].join(' ')];
  });
}

const BEFORE = ['churn', 'fraud @Champion v2', 'v3', 'v2 @Champion', 'v1'];

describe('one’s own change', () => {
  it('is in the tree before the registry has answered', async () => {
    const open = client.hold();
    const call = client.call('aliases.set', { model: FRAUD, alias: 'Champion', version: 3 });
    expect(picture()).toEqual(['churn', 'fraud @Champion v3', 'v3 @Champion', 'v2', 'v1']);
    open();
    await call;
    await wait();
    expect(picture()).toEqual(['churn', 'fraud @Champion v3', 'v3 @Champion', 'v2', 'v1']);
  });

  it('is taken back when the registry refuses it', async () => {
    client.failure = { error: new RegistryError('CONFLICT', 'no'), ops: ['aliases.set', 'aliases.remove'] };
    const calls = [
      client.call('aliases.set', { model: FRAUD, alias: 'Champion', version: 1 }),
      client.call('aliases.remove', { model: FRAUD, alias: 'Champion' })
    ];
    expect(picture()).toEqual(['churn', 'fraud', 'v3', 'v2', 'v1']);
    await Promise.allSettled(calls);
    await wait();
    expect(picture()).toEqual(BEFORE);
  });

  it('is read back at once, not at the next poll', async () => {
    await client.call('models.create', { name: 'prod.ml.added' });
    await wait();
    expect(picture()).toContain('added');
  });

  it('takes aliases along when a version is deleted', async () => {
    const open = client.hold();
    const call = client.call('versions.delete', { reference: `${FRAUD}/2`, force: true });
    expect(picture()).toEqual(['churn', 'fraud', 'v3', 'v1']);
    open();
    await call;
    await wait();
    expect(picture()).toEqual(['churn', 'fraud', 'v3', 'v1']);
  });

  it('of a whole schema that is not empty is taken back', async () => {
    const call = client.call('schemas.delete', { name: 'prod.ml' });
    expect(picture()).toEqual([]);
    await expect(call).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await wait();
    expect(picture()).toEqual(BEFORE);
  });
});

describe('the selection after a delete', () => {
  async function deleted(reference: string): Promise<string | null> {
    explorer.select(`version:${reference}`);
    await client.call('versions.delete', { reference, force: true });
    await wait();
    return explorer.state().selected;
  }

  it('is the one below, then the one above, then what held them', async () => {
    expect(await deleted(`${FRAUD}/2`)).toBe(`version:${FRAUD}/1`);
    expect(await deleted(`${FRAUD}/1`)).toBe(`version:${FRAUD}/3`);
    expect(await deleted(`${FRAUD}/3`)).toBe(`model:${FRAUD}`);
  });

  it('comes back with what could not be deleted', async () => {
    explorer.select('schema:prod.ml');
    await client.call('schemas.delete', { name: 'prod.ml' }).catch(() => undefined);
    await wait();
    expect(picture()).toEqual(BEFORE);
    expect(explorer.state().selected).toBe('schema:prod.ml');
  });
});

describe('what was made', () => {
  it('is shown and selected, its way opened', async () => {
    await client.call('versions.copy', { reference: `${FRAUD}/1`, model: 'staging.ml.fraud' });
    await wait();
    expect(explorer.state().selected).toBe('version:staging.ml.fraud/2');
    expect(explorer.state().scrollTarget).toEqual({ key: 'version:staging.ml.fraud/2' });
  });
});
