import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { alerts, field, open, press, shownLine, type } from '../support/dialogHost';

const FRAUD = 'prod.ml.fraud';
const MODEL = { kind: 'prune', target: { kind: 'model', name: FRAUD } } as const;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 6, { Champion: 2 });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);
const takes = (): string[] => [...document.querySelectorAll('.mreg-takes li')].map(each => each.textContent);
const rows = (): string[] =>
  [...document.querySelectorAll('.mreg-report tbody tr')].map(row =>
    [...row.querySelectorAll('td')]
      .slice(0, 2)
      .map(each => each.textContent)
      .join(' | ')
  );

it('pins with a reason', async () => {
  const { told, host } = await open(client, { kind: 'pin', model: FRAUD, version: 3 });
  await type(/^Reason/, 'golden');
  expect(shownLine()).toBe(`%modelreg pin ${FRAUD}/3 -m golden`);
  await press('Pin');
  expect(sent('versions.pin')).toEqual([{ reference: `${FRAUD}/3`, reason: 'golden' }]);
  expect(told).toEqual([{ ok: true, message: `Pinned ${FRAUD}/3` }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
});

it('shows what goes and why others stay as the fields are changed, and prunes that', async () => {
  await client.call('versions.pin', { reference: `${FRAUD}/1` });
  const { told, closed, host } = await open(client, MODEL);
  expect(rows()).toEqual(['v1 | Stays: pinned']);
  expect(takes()[0]).toBe('Nothing goes.');
  await type('Keep the newest', '2');
  expect(rows()).toEqual(['v4 | Goes', 'v3 | Goes', 'v2 | Stays: @Champion', 'v1 | Stays: pinned']);
  expect(takes()).toEqual([
    expect.stringMatching(/^2 versions go to the trash/),
    '2 versions stay as the newest.',
    '2 older versions stay for another reason.'
  ]);
  await type(/^Keep what was loaded/, '30');
  expect(shownLine()).toBe(`%modelreg prune ${FRAUD} --keep 2 --unused-for 30d --yes`);
  await press('Prune');
  expect(sent('trash.prune')).toEqual([{ name: FRAUD, keep: 2, unused_for: 30 * 86_400_000, reason: null }]);
  expect(told).toEqual([{ ok: true, message: `Pruned ${FRAUD}: moved 2 versions to the trash, left 4 versions` }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
  expect(closed).toEqual([true]);
});

it('prunes all models of a schema, each by its name', async () => {
  client.model('prod.ml.churn', 2);
  await open(client, { kind: 'prune', target: { kind: 'schema', name: 'prod.ml' } });
  await type('Keep the newest of each model', '1');
  expect(takes()[0]).toMatch(/^5 versions of 2 models go to the trash/);
  expect(rows()).toContain('churn / v1 | Goes');
});

it('prunes nothing by a number that is none, or where nothing goes', async () => {
  await open(client, MODEL);
  await type('Keep the newest', '6');
  await press('Prune');
  expect(alerts().join()).toContain('Nothing is to be pruned');
  await type('Keep the newest', '0');
  await type(/^Keep what was loaded/, 'a month');
  expect(alerts()).toEqual([
    'That is no number of versions to keepKeep 1 at least',
    'That is no number of daysWrite 30, or leave it empty'
  ]);
  await press('Prune');
  expect(sent('trash.prune')).toEqual([]);
  expect(field('Keep the newest').getAttribute('aria-invalid')).toBe('true');
});

it('begins at Cancel, where no Enter prunes', async () => {
  await open(client, MODEL);
  expect(document.activeElement?.textContent).toBe('Cancel');
  await type('Keep the newest', '1');
  screen.getByRole('dialog').querySelector('form')?.requestSubmit();
  expect(sent('trash.prune')).toEqual([]);
});
