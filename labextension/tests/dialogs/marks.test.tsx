import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { alerts, choose, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml.fraud';
const LIVE = 'https://scoring.example.org/fraud';
const VERSION = { kind: 'version', name: FRAUD, version: 3 } as const;

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

it('links to an endpoint, or to what else is chosen', async () => {
  const { told, host } = await open(client, { kind: 'link', model: FRAUD, version: 3 });
  await type('Address', ` ${LIVE} `);
  expect(shownLine()).toBe(`%modelreg link ${FRAUD}/3 ${LIVE} --as endpoint`);
  expect(screen.getByText(/^It serves this version: prune leaves that/)).toBeTruthy();
  await choose('Report');
  await type(/^Reason/, 'monthly');
  expect(shownLine()).toBe(`%modelreg link ${FRAUD}/3 ${LIVE} --as report -m monthly`);
  await press('Link');
  expect(sent('versions.link')).toEqual([{ reference: `${FRAUD}/3`, url: LIVE, kind: 'report', reason: 'monthly' }]);
  expect(told).toEqual([{ ok: true, message: `Linked ${FRAUD}/3 to the report ${LIVE}` }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
});

it('links to nothing that is no address', async () => {
  await open(client, { kind: 'link', model: FRAUD, version: 3 });
  await press('Link');
  expect(alerts()).toEqual(['Where it is deployed or used is missing']);
  for (const wrong of ['scoring.example.org', 'javascript:alert(1)', 'https://']) {
    await type('Address', wrong);
    expect(alerts()).toEqual(['That is not the address of somethingBegin with https://, http://, grpc:// or ws://']);
  }
  await press('Link');
  expect(sent('versions.link')).toEqual([]);
});

it('removes a link, and says what that ends', async () => {
  await client.call('versions.link', { reference: `${FRAUD}/3`, url: LIVE, kind: 'endpoint' });
  const { told } = await open(client, { kind: 'unlink', model: FRAUD, version: 3, url: LIVE });
  expect(document.activeElement?.textContent).toBe('Cancel');
  expect(takes()).toEqual([
    `Removes the link to the endpoint ${LIVE}; what is there stays as it is.`,
    'The endpoint does not keep v3 from being deleted any more.'
  ]);
  expect(shownLine()).toBe(`%modelreg unlink ${FRAUD}/3 ${LIVE}`);
  await press('Remove');
  expect(sent('versions.unlink')).toEqual([{ reference: `${FRAUD}/3`, url: LIVE, reason: null }]);
  expect(told).toEqual([{ ok: true, message: `Removed the link to ${LIVE} from ${FRAUD}/3` }]);
});

it('removes no link that is gone', async () => {
  await open(client, { kind: 'unlink', model: FRAUD, version: 3, url: LIVE });
  expect(screen.getByText(`${FRAUD}/3 has no such link any more.`)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Remove' })).toBeNull();
});

it('deprecates a version in favour of another one that is suggested', async () => {
  await client.call('deprecations.set', { reference: `${FRAUD}/4`, reason: 'slow' });
  const { told, host } = await open(client, { kind: 'deprecate', target: VERSION });
  expect(document.activeElement).toBe(field('Reason'));
  await type('Reason', 'wrong labels');
  await type(/^Use instead/, `${FRAUD}/`);
  const offered = screen.getAllByRole('option').map(each => each.textContent);
  expect(offered).toEqual([6, 5, 2, 1].map(each => `${FRAUD}/${each}`));
  fireEvent.click(screen.getByRole('option', { name: `${FRAUD}/6` }));
  await wait();
  expect(shownLine()).toBe(`%modelreg deprecate ${FRAUD}/3 --in-favour-of ${FRAUD}/6 -m 'wrong labels'`);
  await press('Deprecate');
  expect(sent('deprecations.set').at(-1)).toEqual({
    reference: `${FRAUD}/3`,
    reason: 'wrong labels',
    in_favour_of: `${FRAUD}/6`
  });
  expect(told).toEqual([{ ok: true, message: `Deprecated ${FRAUD}/3; ${FRAUD}/6 is to be used instead` }]);
  expect(host.offered[0]?.map(each => each.label)).toEqual(['Undo']);
});

it('deprecates a model, with a reason only, and nothing in favour of itself', async () => {
  client.model('iris', 1);
  const { told } = await open(client, { kind: 'deprecate', target: { kind: 'model', name: 'iris' } });
  await press('Deprecate');
  expect(alerts()).toEqual(['Whoever loads it wants to know why']);
  await type('Reason', 'old');
  await type(/^Use instead/, 'iris');
  expect(alerts()).toEqual(['That is what is deprecated itself, or its modelName another one, or leave it empty']);
  await press('Deprecate');
  expect(sent('deprecations.set')).toEqual([]);
  await type(/^Use instead/, '');
  expect(shownLine()).toBe('%modelreg deprecate models:/iris -m old');
  await press('Deprecate');
  expect(sent('deprecations.set')).toEqual([{ reference: 'models:/iris', reason: 'old', in_favour_of: null }]);
  expect(told).toEqual([{ ok: true, message: 'Deprecated iris' }]);
});
