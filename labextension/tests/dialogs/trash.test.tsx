import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Trashed } from '../../src/client/client';
import { localTime } from '../../src/registry/format';
import { FakeClient } from '../support/fakeClient';
import { alerts, open, press, shownLine, type } from '../support/dialogHost';

const FRAUD = 'prod.ml_team.fraud';
const COMMON = { kind: 'model', version: null, deleted_at: Date.UTC(2026, 5, 1), deleted_by: 'ana' } as const;
const FRAUDS: Trashed = { ...COMMON, id: 2, name: FRAUD, versions: 3, size: 3_000_000 };
const CHURN: Trashed = { ...COMMON, id: 1, name: 'churn', versions: 1, size: 0 };
const DELETED = `Deleted ${localTime(COMMON.deleted_at)} by ana.`;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.trashed.push(FRAUDS, CHURN);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);
const takes = (): string[] => [...document.querySelectorAll('.mreg-takes li')].map(each => each.textContent);

it('restores a model under a name that is free', async () => {
  client.model(FRAUD, 1);
  const { told, closed } = await open(client, { kind: 'restore', trashed: FRAUDS });
  expect(screen.getByText(new RegExp(`^${DELETED}`))).toBeTruthy();
  expect(screen.getByRole('status').textContent).toContain(`There is a model ${FRAUD} again`);
  await press('Restore');
  expect(alerts()[0]).toContain(`There is a model ${FRAUD}, made by ana`);
  await type('Name', 'old_fraud');
  expect(shownLine()).toBe(`%modelreg restore ${FRAUD} --id 2 --as prod.ml_team.old_fraud`);
  await press('Restore');
  expect(sent('trash.restore')).toEqual([{ reference: FRAUD, id: 2, name: 'prod.ml_team.old_fraud', reason: null }]);
  expect(told).toEqual([{ ok: true, message: `Restored ${FRAUD} from the trash as prod.ml_team.old_fraud` }]);
  expect(closed).toEqual([true]);
});

it('sees that a prompt has the name, and asks for nothing that is not there', async () => {
  client.model('greeting', 1);
  client.models.set('greeting', { ...client.models.get('greeting')!, tags: { 'mlflow.prompt.is_prompt': 'true' } });
  await open(client, { kind: 'restore', trashed: CHURN });
  await type('Name', 'greeting');
  expect(alerts()).toEqual(['There is a model greeting, made by anaWrite another name']);
  expect(sent('models.get')).toEqual([]);
});

it('names who has loaded lately what goes for good', async () => {
  client.recentUsers.push({ actor: 'ben', alias: 'Champion', notebook: null, last_used_at: Date.now() });
  await open(client, { kind: 'purge', trashed: FRAUDS });
  expect(takes()).toContain('Loaded in the last 30 days by ben (just now, @Champion).');
  expect(sent('previews.purge')).toEqual([{ ids: [2] }]);
});

it('says what goes for good, and lets no key do it', async () => {
  const { told } = await open(client, { kind: 'purge', trashed: FRAUDS });
  const dialog = screen.getByRole('dialog', { name: 'Delete for good' });
  expect(takes()[0]).toBe('1 model and 3 versions go for good, and 3.0 MB of files with them.');
  expect(screen.getByText(DELETED)).toBeTruthy();
  expect(document.activeElement?.textContent).toBe('Cancel');
  dialog.querySelector('form')?.requestSubmit();
  expect(sent('trash.purge')).toEqual([]);
  await type(/^Reason/, 'room');
  expect(shownLine()).toBe('%modelreg purge --id 2 --yes -m room');
  await press('Delete for good');
  expect(sent('trash.purge')).toEqual([{ ids: [2], reason: 'room' }]);
  expect(told).toEqual([{ ok: true, message: 'Deleted for good: 1 model and 3 versions, 3.0 MB of files' }]);
});

it('empties the trash', async () => {
  const { told, host } = await open(client, { kind: 'purge', trashed: null });
  expect(takes()[0]).toBe('2 models and 4 versions go for good, and 3.0 MB of files with them.');
  expect(shownLine()).toBe('%modelreg purge --yes');
  await press('Empty trash');
  expect(client.trashed).toEqual([]);
  expect(told).toHaveLength(1);
  expect(host.offered[0]).toEqual([]);
});

it('says that somebody else was quicker', async () => {
  client.trashed.length = 0;
  await open(client, { kind: 'purge', trashed: FRAUDS });
  expect(screen.getByRole('dialog').textContent).toContain(`${FRAUD} is not in the trash any more.`);
  cleanup();
  await open(client, { kind: 'purge', trashed: null });
  expect(screen.getByRole('dialog').textContent).toContain('The trash is empty.');
});
