import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { alerts, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml.fraud';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 2 });
  client.model('prod.ml.churn', 1);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const options = (): string[] =>
  screen.queryAllByRole('option').map(each => each.querySelector('bdi')?.textContent ?? '');

it('offers the other versions of the model, and compares with the one that is picked', async () => {
  const { host, closed } = await open(client, { kind: 'compare', references: [`${FRAUD}/3`] });
  expect(options()).toEqual(['v2 @Champion', 'v1']);
  fireEvent.click(screen.getByRole('option', { name: /v1/ }));
  await wait(300);
  expect(shownLine()).toBe(`%modelreg diff ${FRAUD}/3 ${FRAUD}/1`);
  await press('Compare');
  expect(host.opened).toEqual([`compare:${FRAUD}/3:${FRAUD}/1`]);
  expect(closed).toEqual([true]);
});

it.each([
  ['2', `${FRAUD}/2`],
  ['v2', `${FRAUD}/2`],
  ['@Champion', `${FRAUD}/2`],
  ['prod.ml.churn/1', 'prod.ml.churn/1']
])('takes %s', async (typed, reference) => {
  const { host } = await open(client, { kind: 'compare', references: [`${FRAUD}/3`] });
  await type('With', typed);
  await press('Compare');
  expect(host.opened).toEqual([`compare:${FRAUD}/3:${reference}`]);
});

it('adds to a comparison in its place', async () => {
  const { host } = await open(client, { kind: 'compare', references: [`${FRAUD}/3`, `${FRAUD}/2`] });
  await type('With', '1');
  await press('Compare');
  const before = `compare:${FRAUD}/3:${FRAUD}/2`;
  expect(host.opened).toEqual([`${before}:${FRAUD}/1 in place of ${before}`]);
});

it('leads from the name of another model to its versions', async () => {
  await open(client, { kind: 'compare', references: [`${FRAUD}/3`] });
  await type('With', 'prod.ml.chu');
  expect(options()).toEqual(['prod.ml.churn']);
  fireEvent.click(screen.getByRole('option', { name: /churn/ }));
  await wait(300);
  expect(field('With').value).toBe('prod.ml.churn/');
});

it.each([
  ['', 'The other version is missing'],
  ['3', `${FRAUD}/3 is in the comparison already`],
  ['prod.ml.churn', 'prod.ml.churn names no version'],
  ['prod.ml.churn/x', "'x' in 'prod.ml.churn/x' is not a version"]
])('says what is wrong with %j', async (typed, problem) => {
  await open(client, { kind: 'compare', references: [`${FRAUD}/3`] });
  await type('With', typed);
  await press('Compare');
  expect(alerts().join()).toContain(problem);
});

it('says that there is no such version', async () => {
  const { host } = await open(client, { kind: 'compare', references: [`${FRAUD}/3`] });
  await type('With', '77');
  await press('Compare');
  expect(alerts().join()).toContain(`o version ${FRAUD}/77`);
  expect(host.opened).toEqual([]);
});
