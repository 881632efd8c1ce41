import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml_team.fraud';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 4, { Champion: 2 });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);

it('removes an alias with a reason, and says what that means', async () => {
  const { told, closed } = await open(client, { kind: 'remove-alias', model: FRAUD, alias: 'Champion' });
  const dialog = screen.getByRole('dialog', { name: 'Remove @Champion' });
  expect(dialog.textContent).toContain('@Champion points at v2. The version itself stays.');
  await type(/^Reason/, 'a false alarm');
  expect(shownLine()).toBe(`%modelreg unalias ${FRAUD}@Champion -m 'a false alarm'`);
  await press('Remove');
  expect(sent('aliases.remove')).toEqual([{ model: FRAUD, alias: 'Champion', reason: 'a false alarm' }]);
  expect(told).toEqual([{ ok: true, message: `Removed @Champion of ${FRAUD}, which pointed at v2` }]);
  expect(closed).toEqual([true]);
});

it('says that an alias is gone', async () => {
  await open(client, { kind: 'remove-alias', model: FRAUD, alias: 'next' });
  expect(screen.getByRole('dialog').textContent).toContain(`${FRAUD} has no alias @next any more.`);
});

it('offers to remove each alias where one is set', async () => {
  const aliases = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`a${at}`, 1]));
  client.model(FRAUD, 4, aliases);
  await open(client, { kind: 'alias', model: FRAUD, alias: 'one_more', version: 2 });
  const there = screen.getByRole('group', { name: 'Aliases it has' });
  expect(within(there).getAllByRole('button', { name: /^Remove @/ })).toHaveLength(10);
  await press('Remove @a3…');
});

const takes = (): string[] => [...document.querySelectorAll('.mreg-takes li')].map(each => each.textContent);

it('deletes the versions that were ticked, one after the other', async () => {
  const { told } = await open(client, { kind: 'delete-versions', model: FRAUD, versions: [4, 3] });
  expect(screen.getByRole('dialog', { name: 'Delete 2 versions' })).toBeTruthy();
  expect(takes()).toEqual([
    '2 versions go to the trash; the files stay where they are, since they are not the registry’s.',
    'Their numbers are not used again.',
    'They can be restored from the trash.'
  ]);
  await press('Delete');
  expect(sent('versions.delete')).toEqual([
    { reference: `${FRAUD}/4`, force: false, reason: null },
    { reference: `${FRAUD}/3`, force: false, reason: null }
  ]);
  expect(told).toEqual([{ ok: true, message: `Moved 2 versions of ${FRAUD} to the trash: v4, v3` }]);
});

/** Have a version pinned. */
function pinned(number: number): void {
  const versions = client.versions.get(FRAUD) ?? [];
  client.versions.set(
    FRAUD,
    versions.map(each => (each.version === number ? { ...each, pinned: true } : each))
  );
}

it('wants a tick for the aliases that point at some of them, in the order of the settings', async () => {
  client.model(FRAUD, 4, { Champion: 2, Best: 3 });
  const settings = { aliasOrder: ['Best'] };
  const { told } = await open(client, { kind: 'delete-versions', model: FRAUD, versions: [4, 3, 2] }, settings);
  expect(takes()[1]).toBe('Removes @Best (v3), @Champion (v2); code that loads by them stops working.');
  await press('Delete');
  expect(told).toEqual([]);
  fireEvent.click(screen.getByLabelText('Remove @Best (v3), @Champion (v2)'));
  await wait();
  expect(shownLine()).toBe(
    [`${FRAUD}/4 --yes`, `${FRAUD}/3 --force --yes`, `${FRAUD}/2 --force --yes`]
      .map(each => `%modelreg delete ${each}`)
      .join('\n')
  );
  await press('Delete');
  expect(told).toHaveLength(1);
  expect(client.models.get(FRAUD)?.aliases).toEqual({});
});

it('wants a tick for what is pinned', async () => {
  pinned(3);
  const { told } = await open(client, { kind: 'delete-versions', model: FRAUD, versions: [4, 3] });
  expect(takes()).toContain('Pinned: v3.');
  await press('Delete');
  expect(told).toEqual([]);
  fireEvent.click(screen.getByLabelText('Delete v3, pinned or not'));
  await wait();
  await press('Delete');
  expect(sent('versions.delete')).toEqual([
    { reference: `${FRAUD}/4`, force: false, reason: null },
    { reference: `${FRAUD}/3`, force: true, reason: null }
  ]);
});

it('wants a tick for copies and requests, and says what becomes of them', async () => {
  client.otherHolders.set(`${FRAUD}/3`, [
    { kind: 'copy', version: 3, text: 'prod.risk.fraud/1', frees: 'delete prod.risk.fraud/1' },
    { kind: 'request', version: 3, text: 'request 12', frees: 'reject 12' }
  ]);
  await open(client, { kind: 'delete', target: { kind: 'version', name: FRAUD, version: 3 } });
  expect(takes()).toContain('prod.risk.fraud/1 was made from it, and stays.');
  expect(takes()).toContain('Request 12 asks for it, and cannot be approved then.');
  await press('Delete');
  expect(sent('versions.delete')).toEqual([]);
  fireEvent.click(screen.getByLabelText('Delete it in spite of prod.risk.fraud/1, request 12'));
  await wait();
  await press('Delete');
  expect(sent('versions.delete')).toEqual([{ reference: `${FRAUD}/3`, force: true, reason: null }]);
});

it('names who has loaded it lately', async () => {
  const at = Date.now();
  const user = { actor: 'ben', alias: null, notebook: null, last_used_at: at - 3_600_000 };
  client.recentUsers.push({ ...user, actor: 'ana', last_used_at: at, alias: 'Champion', notebook: 'a.ipynb' }, user);
  await open(client, { kind: 'delete', target: { kind: 'version', name: FRAUD, version: 3 } });
  const said = 'Loaded in the last 30 days by ana (just now, @Champion, a.ipynb) and ben (1 h ago).';
  expect(takes()).toContain(said);
  cleanup();
  await open(client, { kind: 'delete-versions', model: FRAUD, versions: [4, 3] });
  expect(takes()).toContain(said);
  cleanup();
  client.recentUsers.push({ ...user, actor: 'cleo' }, { ...user, actor: 'dora' }, { ...user, actor: 'eve' });
  await open(client, { kind: 'delete', target: { kind: 'version', name: FRAUD, version: 3 } });
  expect(takes().join()).toContain('ben (1 h ago), cleo (1 h ago) and 2 more.');
});

it('asks for both, an alias and a pin, in one', async () => {
  pinned(2);
  await open(client, { kind: 'delete', target: { kind: 'version', name: FRAUD, version: 2 } });
  expect(screen.getByLabelText('Remove @Champion. Delete v2, pinned or not')).toBeTruthy();
});

it('asks about what is pinned also where nothing is asked otherwise', async () => {
  pinned(3);
  const target = { kind: 'version', name: FRAUD, version: 3 } as const;
  await open(client, { kind: 'delete', target }, { confirmDeletes: false });
  expect(sent('versions.delete')).toEqual([]);
  expect(screen.getByRole('dialog', { name: 'Delete version' })).toBeTruthy();
});

it('says which are gone already', async () => {
  await open(client, { kind: 'delete-versions', model: FRAUD, versions: [4, 9] });
  expect(takes()).toContain('1 of them is gone already.');
});

it('deletes several at once for who does not want to be asked, but not what an alias points at', async () => {
  const quick = { confirmDeletes: false };
  const { told, closed } = await open(client, { kind: 'delete-versions', model: FRAUD, versions: [4, 3] }, quick);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(told).toHaveLength(1);
  expect(closed).toEqual([true]);
  const held = await open(client, { kind: 'delete-versions', model: FRAUD, versions: [2, 1] }, quick);
  expect(held.told).toEqual([]);
  expect(screen.getByRole('dialog')).toBeTruthy();
});

it('says how far it came when one cannot be deleted', async () => {
  await open(client, { kind: 'delete-versions', model: FRAUD, versions: [4, 3] });
  const call = client.call.bind(client);
  vi.spyOn(client, 'call').mockImplementation(async (op, params, signal, onProgress) => {
    if (op === 'versions.delete' && JSON.stringify(params).includes('/3')) {
      throw new RegistryError('BUSY', 'the registry is busy', 'try again');
    }
    return call(op, params, signal, onProgress);
  });
  await press('Delete');
  expect(screen.getByRole('alert').textContent).toContain('v4 deleted, but not v3: the registry is busy');
});
