import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { alerts, open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml_team.fraud';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 4);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function move(version: number, reason: string | null = null): Promise<void> {
  await client.call('aliases.set', { model: FRAUD, alias: 'Champion', version, reason });
}

const sent = (): unknown[] => client.calls.filter(each => each.op === 'aliases.rollback').map(each => each.params);

it('shows both versions and who moved it, and goes to the one before with a reason', async () => {
  await move(1);
  await move(2);
  await move(4, 'better recall');
  const { told, closed, host } = await open(client, { kind: 'rollback', model: FRAUD, alias: 'Champion' });
  const dialog = screen.getByRole('dialog', { name: 'Roll back @Champion' });
  expect([...dialog.querySelectorAll('tr')].map(each => each.textContent)).toEqual([
    expect.stringMatching(/^Nowv4registered .* by ana$/),
    expect.stringMatching(/^Thenv2registered .* by ana$/)
  ]);
  expect(dialog.textContent).toContain('last changed by ana');
  expect(dialog.textContent).toContain('“better recall”');
  await type(/^Reason/, 'drift');
  expect(shownLine()).toBe(`%modelreg rollback ${FRAUD}@Champion --to 2 -m drift`);
  await press('Roll back to v2');
  expect(sent()).toEqual([{ model: FRAUD, alias: 'Champion', version: 2, reason: 'drift' }]);
  expect(told).toEqual([{ ok: true, message: `@Champion of ${FRAUD} rolled back from v4 to v2` }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
  expect(closed).toEqual([true]);
});

it('sets an alias again that was removed', async () => {
  await move(3);
  await client.call('aliases.remove', { model: FRAUD, alias: 'Champion' });
  const { told } = await open(client, { kind: 'rollback', model: FRAUD, alias: 'Champion' });
  expect(screen.getByRole('dialog').textContent).toContain('at no version: it was removed');
  await press('Roll back to v3');
  expect(told).toEqual([{ ok: true, message: `@Champion of ${FRAUD} rolled back to v3` }]);
});

it('says that there is nothing to go back to', async () => {
  await move(1);
  await open(client, { kind: 'rollback', model: FRAUD, alias: 'Champion' });
  expect(screen.getByRole('dialog').textContent).toContain('has never pointed at another version');
  expect(screen.queryByRole('button', { name: /^Roll back/ })).toBeNull();
  await press('Close');
});

it('says that the version is gone, or that the alias is there already', async () => {
  await move(1);
  await move(2);
  await client.call('versions.delete', { reference: `${FRAUD}/1` });
  await open(client, { kind: 'rollback', model: FRAUD, alias: 'Champion' });
  expect(screen.getByRole('dialog').textContent).toContain('v1, where @Champion pointed before, is not there any more');
  cleanup();
  await open(client, { kind: 'rollback', model: FRAUD, alias: 'Champion', version: 2 });
  expect(screen.getByRole('dialog').textContent).toContain('@Champion points at v2 already');
  await wait();
  expect(alerts()).toEqual([]);
});
