import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { alerts, open, press, shownLine, type } from '../support/dialogHost';

const FRAUD = 'prod.ml.fraud';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 2, { Champion: 1 });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);

it('approves with a reason, and offers to undo that', async () => {
  client.discussion.ask(FRAUD);
  const { told, host, closed } = await open(client, { kind: 'decide', verb: 'approve', id: 101 });
  await type(/^Reason/, 'the metrics hold');
  expect(shownLine()).toBe("%modelreg approve 101 -m 'the metrics hold'");
  await press('Approve');
  expect(sent('requests.approve')).toEqual([{ id: 101, anyway: false, reason: 'the metrics hold' }]);
  expect(told).toEqual([{ ok: true, message: `Approved request 101: @Champion v1 → v2 on ${FRAUD}` }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
  expect(closed).toEqual([true]);
});

it('approves what is stale only by a button that says so', async () => {
  client.discussion.ask(FRAUD, { stale: ['the alias has moved'] });
  await open(client, { kind: 'decide', verb: 'approve', id: 101 });
  expect(screen.getByRole('dialog').textContent).toContain('The alias has moved');
  expect(shownLine()).toBe('%modelreg approve 101 --anyway');
  await press('Approve anyway');
  expect(sent('requests.approve')).toEqual([{ id: 101, anyway: true, reason: null }]);
});

it('rejects with a reason only', async () => {
  client.discussion.ask(FRAUD);
  const { told } = await open(client, { kind: 'decide', verb: 'reject', id: 101 });
  await press('Reject');
  expect(alerts()).toEqual(['Whoever asked wants to know why']);
  await type(/^Reason/, 'recall is too low');
  await press('Reject');
  expect(sent('requests.reject')).toEqual([{ id: 101, reason: 'recall is too low' }]);
  expect(told[0]?.message).toContain('Rejected request 101');
});

it('cancels what one has asked for', async () => {
  client.discussion.ask(FRAUD, { author: 'ana', actions: ['cancel'] });
  const { told } = await open(client, { kind: 'decide', verb: 'cancel', id: 101 });
  await press('Cancel request');
  expect(told[0]?.message).toContain('Cancelled request 101');
});

it('says why it cannot be done, and that somebody else was faster', async () => {
  client.discussion.ask(FRAUD, { author: 'ana', actions: ['cancel'] });
  client.discussion.reviews.set(101, { refusals: { approve: 'it is your own' } });
  await open(client, { kind: 'decide', verb: 'approve', id: 101 });
  expect(screen.getByRole('dialog').textContent).toContain('It is your own');
  expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
  cleanup();
  client.discussion.ask(FRAUD, { state: 'rejected', actions: [] });
  await open(client, { kind: 'decide', verb: 'approve', id: 102 });
  expect(screen.getByRole('dialog').textContent).toContain('It is rejected by now.');
});
