import { beforeEach, expect, it, vi } from 'vitest';

import { Recorder } from '../../src/client/recorder';
import { RegistryError } from '../../src/client/client';
import { changesText, undoActions } from '../../src/actions/undo';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';
import { FakeRegistries } from '../support/fakeRegistries';
import { told } from '../support/told';

const FRAUD = 'prod.ml.fraud';

let host: FakeHost;
let client: FakeClient;

beforeEach(() => {
  host = new FakeHost();
  ({ client } = host);
  client.model(FRAUD, 3);
});

const undone = (): unknown[] =>
  client.calls.filter(each => each.op === 'history.undo').map(each => (each.params as { event: number }).event);

it('takes back what was recorded, the last change first, and offers to do it again', async () => {
  const recorder = new Recorder(client);
  await recorder.client.call('versions.copy', { reference: `${FRAUD}/1`, model: FRAUD });
  // What somebody else asks of the same client meanwhile is not part of it.
  await client.call('models.describe', { name: FRAUD, description: 'text' });
  await recorder.client.call('aliases.set', { model: FRAUD, alias: 'Champion', version: 4 });
  await recorder.client.call('aliases.remove', { model: FRAUD, alias: 'nothing' });
  const units = await recorder.undoable();
  expect(units).toEqual([6, 4]);

  const [undo] = undoActions(host, units);
  expect(undo?.label).toBe('Undo');
  undo?.run();
  await vi.waitFor(() => expect(host.told).toHaveLength(1));
  expect(undone()).toEqual([6, 4]);
  expect(host.told[0]?.message).toMatch(
    /^Undone: version\.created \(prod\.ml\.fraud\/4\); @Champion → 4 \(prod\.ml\.fraud\/4\)$/
  );
  const [redo] = host.offered[0] ?? [];
  expect(redo?.label).toBe('Redo');
  redo?.run();
  await vi.waitFor(() => expect(host.told).toHaveLength(2));
  expect(undone()).toEqual([6, 4, 8, 7]);
  expect(host.told[1]?.message).toBe(host.told[0]?.message.replace('Undone', 'Done again'));
  expect(host.offered[1]?.map(each => each.label)).toEqual(['Undo']);
});

it('offers nothing where nothing was changed', async () => {
  const recorder = new Recorder(client);
  await recorder.client.call('models.get', { name: FRAUD });
  await expect(recorder.client.call('models.get', { name: 'nobody' })).rejects.toThrow('no model');
  await expect(recorder.client.call('models.describe', { name: 'nobody', description: '' })).rejects.toThrow();
  expect(undoActions(host, await recorder.undoable())).toEqual([]);
});

it('says in the words of the registry why it cannot be undone', async () => {
  client.failure = {
    error: new RegistryError('INVALID_STATE', 'event 3 cannot be undone', 'event 4 came after it: undo 4 first'),
    ops: ['history.undo']
  };
  undoActions(host, [3])[0]?.run();
  await vi.waitFor(() => expect(host.told).toHaveLength(1));
  expect(host.told).toEqual([
    { ok: false, message: 'event 3 cannot be undone', hint: 'event 4 came after it: undo 4 first' }
  ]);
});

it('undoes nothing in another registry than the one that was changed', async () => {
  const registries = new FakeRegistries();
  host.registries = registries;
  const [undo] = undoActions(host, [3]);
  await registries.connect('modelreg:////data/other.duckdb');
  undo?.run();
  await vi.waitFor(() => expect(host.told).toHaveLength(1));
  expect(host.told[0]?.message).toBe('Another registry is shown now, so nothing was undone');
  expect(undone()).toEqual([]);
});

it('counts what was done where it is much', async () => {
  for (const number of [1, 2, 3]) {
    client.log('tag.set', 'model', FRAUD, { version: number, after: { checked: 'yes' } });
  }
  const events = (await client.call('history.list', { after: 3 })).map(told);
  expect(changesText(events)).toBe(`tagged checked=yes (${FRAUD}/1), and 2 more changes`);
  expect(changesText(events.slice(0, 1))).toBe(`tagged checked=yes (${FRAUD}/1)`);
});
