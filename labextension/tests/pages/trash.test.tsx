import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { type Trashed, RegistryError } from '../../src/client/client';
import { HostProvider } from '../../src/host/host';
import { PageView } from '../../src/pages/PageView';
import { localTime } from '../../src/registry/format';
import { pageKey, pageOfKey } from '../../src/registry/target';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';
import { preparePage, settle } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const THEN = Date.UTC(2026, 5, 1);
const LATER = THEN + 3_600_000;
/** The one of two of that name that was deleted last, and the other one. */
const NEWER = `${FRAUD}. Deleted ${localTime(LATER)} by ben.`;
const OLDER = `${FRAUD}. Deleted ${localTime(THEN)} by ana.`;

let client: FakeClient;
let host: FakeHost;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  host = new FakeHost(client);
  client.trashed.push(
    trashed({ id: 3, name: FRAUD, versions: 3, size: 3_000_000, deleted_at: LATER, deleted_by: 'ben' }),
    trashed({ id: 2, kind: 'version', name: 'churn', version: 2, versions: 1 }),
    trashed({ id: 1, name: FRAUD, versions: 1 })
  );
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function trashed(what: Partial<Trashed> & Pick<Trashed, 'id' | 'name' | 'versions'>): Trashed {
  return { kind: 'model', version: null, size: 0, deleted_at: THEN, deleted_by: 'ana', ...what };
}

async function show(): Promise<void> {
  await settle(() =>
    render(
      <HostProvider value={host}>
        <PageView target={pageOfKey(pageKey({ kind: 'trash' }))} visible={true} />
      </HostProvider>
    )
  );
}

const rows = (): HTMLElement[] =>
  within(screen.getByRole('table', { name: 'Trash' }))
    .getAllByRole('row')
    .slice(1);
const press = (name: string): Promise<void> => settle(() => fireEvent.click(screen.getByRole('button', { name })));
const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);

it('lists what was deleted, by whom, and how much it is', async () => {
  await show();
  expect(rows().map(each => [...each.children].map(cell => cell.textContent.trim()))).toMatchObject([
    [FRAUD, localTime(LATER), 'ben', '3', '3.0 MB', 'RestoreRestore as…Delete for good…'],
    ['churn/2', expect.any(String), 'ana', '', '0 B', 'RestoreDelete for good…'],
    [FRAUD, localTime(THEN), 'ana', '1', '0 B', 'RestoreRestore as…Delete for good…']
  ]);
  expect(screen.getByText('5 versions, 3.0 MB of files')).toBeTruthy();
});

it('restores, leads there, and offers to undo that', async () => {
  await show();
  await press('Restore: churn/2');
  expect(sent('trash.restore')).toEqual([{ reference: 'models:/churn/2', id: null }]);
  expect(host.told).toEqual([{ ok: true, message: 'Restored churn/2 from the trash' }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Open', 'Copy reference', 'Undo']);
});

it('asks for another name where the old one is taken', async () => {
  await show();
  client.failure = { error: new RegistryError('ALREADY_EXISTS', 'there is one again'), ops: ['trash.restore'] };
  await press(`Restore: ${NEWER}`);
  expect(host.asked).toEqual([{ kind: 'restore', trashed: client.trashed[0] }]);
  expect(host.told).toEqual([]);
  client.failure = { error: new RegistryError('NOT_FOUND', 'its model is not there'), ops: ['trash.restore'] };
  await press('Restore: churn/2');
  expect(host.told).toEqual([{ ok: false, message: 'its model is not there', hint: null }]);
});

it('tells two of one name apart', async () => {
  const [, , older] = client.trashed;
  await show();
  await press(`Restore as…: ${OLDER}`);
  await press(`Delete for good…: ${OLDER}`);
  expect(host.asked).toEqual([
    { kind: 'restore', trashed: older },
    { kind: 'purge', trashed: older }
  ]);
  await press(`Restore: ${OLDER}`);
  expect(sent('trash.restore')).toEqual([{ reference: FRAUD, id: 1 }]);
});

it('asks before anything is deleted for good', async () => {
  await show();
  await press('Delete for good…: churn/2');
  await press('Empty trash');
  expect(host.asked).toEqual([
    { kind: 'purge', trashed: client.trashed[1] },
    { kind: 'purge', trashed: null }
  ]);
  expect(sent('trash.purge')).toEqual([]);
});

it('says that it is empty, and follows what others put there', async () => {
  const before = client.trashed.splice(0);
  await show();
  expect(screen.getByText('The trash is empty')).toBeTruthy();
  client.trashed.push(...before);
  client.model('churn', 2);
  await settle(() => void client.call('models.delete', { name: 'churn', force: true }));
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(2));
});
