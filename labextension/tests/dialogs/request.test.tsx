import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { accessIn } from '../../src/registry/governance/requests';
import { FakeClient } from '../support/fakeClient';
import { alerts, choose, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml.fraud';
const DAY = 86_400_000;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 1 });
  client.model('iris', 2);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);

async function expires(days: string): Promise<void> {
  fireEvent.change(field('Expires'), { target: { value: days } });
  await wait();
}

it('asks for an alias, with a reason and an end', async () => {
  const { told } = await open(client, { kind: 'request', model: FRAUD, version: 2 });
  await type('Alias', 'Champion');
  expect(screen.getByRole('dialog').textContent).toContain('Whoever approves it moves @Champion from v1 to v2');
  await expires('7');
  await type(/^Reason/, 'better');
  expect(shownLine()).toBe(`%modelreg request ${FRAUD}/2 @Champion --expires 7d -m better`);
  await press('Request');
  expect(sent('requests.alias')).toEqual([
    { reference: `${FRAUD}/2`, alias: 'Champion', expires_in: 7 * DAY, reason: 'better' }
  ]);
  expect(told).toEqual([{ ok: true, message: `Asked for @Champion on ${FRAUD}/2: request 101` }]);
});

it('does not ask for what is so already, nor for a name that none can have', async () => {
  await open(client, { kind: 'request', model: FRAUD, version: 1 });
  expect(screen.queryByRole('radio')).toBeNull();
  await press(/^@Champion/);
  expect(alerts()[0]).toContain('@Champion points at v1 already');
  await type('Alias', 'v3');
  expect(alerts()[0]).toContain('reserved');
  await press('Request');
  expect(sent('requests.alias')).toEqual([]);
});

it('asks for a stage of a workspace model', async () => {
  client.versions.get('iris')![1] = { ...client.versions.get('iris')![1]!, stage: 'Production' };
  const { told } = await open(client, { kind: 'request', model: 'iris', version: 2 });
  await choose('Stage');
  expect(alerts()).toEqual([]);
  await press('Request');
  expect(alerts()[0]).toContain('v2 is in stage Production already');
  fireEvent.change(field('To stage'), { target: { value: 'Archived' } });
  await wait();
  expect(shownLine()).toBe('%modelreg request models:/iris/2 --stage Archived');
  await press('Request');
  expect(sent('requests.stage')).toEqual([
    { reference: 'models:/iris/2', stage: 'Archived', expires_in: null, reason: null }
  ]);
  expect(told[0]?.message).toBe('Asked for stage Archived on iris/2: request 101');
});

it('asks for access', async () => {
  const on = { kind: 'model', name: FRAUD } as const;
  const { told } = await open(client, { kind: 'request-access', on, privileges: ['EXECUTE'] });
  await choosePrivilege(/^APPLY TAG/);
  await expires('30');
  expect(shownLine()).toBe(`%modelreg request access EXECUTE, APPLY TAG on model ${FRAUD} --expires 30d`);
  await press('Request');
  expect(sent('requests.access')).toEqual([
    { privileges: ['EXECUTE', 'APPLY TAG'], on: FRAUD, kind: 'model', expires_in: 30 * DAY, reason: null }
  ]);
  expect(told[0]?.message).toBe(`Asked for EXECUTE, APPLY TAG on model ${FRAUD}: request 101`);
});

it('offers on each level what means something there, and asks for something', async () => {
  await open(client, { kind: 'request-access', on: { kind: 'schema', name: 'prod.ml' } });
  const offered = screen.getAllByRole('checkbox').map(each => each.parentElement?.textContent.split(' ')[0]);
  expect(offered).toEqual(['USE', 'EXECUTE', 'APPLY', 'CREATE', 'CREATE', 'MANAGE']);
  await choosePrivilege(/^EXECUTE/);
  await press('Request');
  expect(alerts()[0]).toContain('Nothing is asked for');
});

async function choosePrivilege(name: RegExp): Promise<void> {
  fireEvent.click(screen.getByRole('checkbox', { name }));
  await wait();
}

it('is offered where setting an alias is refused, and where a privilege is missing', async () => {
  const { host } = await open(client, { kind: 'alias', model: FRAUD, version: 2, alias: 'Champion' });
  client.failure = {
    error: new RegistryError('POLICY_REFUSED', 'it has no approval by the group leads', 'ask for it'),
    ops: ['aliases.set']
  };
  await press('Set alias');
  expect(screen.queryByRole('button', { name: /^Request EXECUTE/ })).toBeNull();
  client.failure = {
    error: new RegistryError(
      'PERMISSION_DENIED',
      'ana lacks MANAGE',
      `or ask here: request access MANAGE on model iris`
    ),
    ops: ['aliases.set']
  };
  await press('Set alias');
  await press('Request MANAGE…');
  expect(host.asked).toEqual([{ kind: 'request-access', on: { kind: 'model', name: 'iris' }, privileges: ['MANAGE'] }]);
  await press('Request approval…');
  expect(host.asked[1]).toEqual({ kind: 'request', model: FRAUD, version: 2, alias: 'Champion' });
  expect(screen.queryByRole('dialog')).toBeNull();
});

it.each([
  ['ask ana; or ask here: request access "APPLY TAG" on model iris', 'APPLY TAG', 'model', 'iris'],
  ['request access MANAGE on registry', 'MANAGE', 'registry', 'registry'],
  ['request access "USE SCHEMA" on schema prod.ml', 'USE SCHEMA', 'schema', 'prod.ml'],
  ['ask for it: request access EXECUTE on model a b', 'EXECUTE', 'model', 'a b']
])('is read from the hint %s', (hint, privilege, kind, name) => {
  expect(accessIn(hint)).toEqual({ privilege, on: { kind, name } });
});

it.each([null, 'ask ana to run: grant EXECUTE on model iris to ben', 'request fraud/4 @Champion'])(
  'is not in the hint %s',
  hint => {
    expect(accessIn(hint)).toBeNull();
  }
);
