import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { alerts, field, open, press, shownLine, type, wait } from '../support/dialogHost';
import { FakeClient } from '../support/fakeClient';

const FRAUD = { kind: 'model', name: 'prod.ml.fraud' } as const;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD.name, 1);
  client.access.groups = [{ name: 'analysts', members: ['ben'] }];
  client.access.grants = [{ ...FRAUD, principal: 'ana', privileges: ['EXECUTE', 'MANAGE'] }];
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function tick(name: string): Promise<void> {
  fireEvent.click(screen.getByRole('checkbox', { name: new RegExp(`^${name}`) }));
  await wait(300);
}

const called = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);

describe('granting', () => {
  it('offers what means something there, and writes the line', async () => {
    const { told, closed } = await open(client, { kind: 'grant', on: FRAUD });
    expect(screen.getAllByRole('checkbox').map(each => each.getAttribute('name'))).toEqual([
      'ALL PRIVILEGES',
      'CREATE MODEL VERSION',
      'EXECUTE',
      'APPLY TAG',
      'MANAGE'
    ]);
    await press('Grant');
    expect(alerts()).toEqual([
      'A user or a group is missingType a name, or pick one',
      'Nothing is ticked yetTick at least one privilege'
    ]);
    await type('To', 'analysts');
    await tick('EXECUTE');
    await tick('APPLY TAG');
    expect(shownLine()).toBe('%modelreg grant EXECUTE,APPLY_TAG on model prod.ml.fraud to analysts');
    await press('Grant');
    expect(told[0]?.message).toBe('analysts has EXECUTE and APPLY TAG on model prod.ml.fraud now');
    expect(closed).toEqual([true]);
  });

  it('knows what somebody has already, and asks about whom nobody knows', async () => {
    await open(client, { kind: 'grant', on: FRAUD, to: 'ana' });
    expect(field(/^EXECUTE/).disabled).toBe(true);
    await type('To', 'bne');
    await tick('EXECUTE');
    await press('Grant');
    expect(alerts()[0]).toContain('Nobody has heard of bne yet');
    expect(called('grants.grant')).toEqual([]);
    await tick('bne is somebody new');
    expect(shownLine()).toContain('--new');
    await press('Grant');
    expect(called('grants.grant')).toMatchObject([{ privileges: ['EXECUTE'], to: ['bne'], new: true }]);
  });

  it('is refused to who may not, before anything is typed', async () => {
    client.access.refuse('model', FRAUD.name, 'MANAGE', ['grants.grant']);
    await open(client, { kind: 'grant', on: FRAUD });
    expect(alerts()[0]).toContain('ben lacks MANAGE on model prod.ml.fraud');
    expect(screen.queryByRole('button', { name: 'Grant' })).toBeNull();
    fireEvent.keyDown(field('To'), { key: 'Enter', ctrlKey: true });
    await wait(300);
    expect(called('grants.grant')).toEqual([]);
  });
});

describe('revoking', () => {
  it('takes back what stays ticked', async () => {
    client.access.grants.push({ ...FRAUD, principal: 'ben', privileges: ['EXECUTE', 'APPLY TAG'] });
    const { told } = await open(client, { kind: 'revoke', on: FRAUD, principal: 'ben' });
    await tick('EXECUTE');
    expect(shownLine()).toBe('%modelreg revoke APPLY_TAG on model prod.ml.fraud from ben');
    await press('Revoke');
    expect(told[0]?.message).toBe('Revoked APPLY TAG on model prod.ml.fraud: ben has EXECUTE there now');
  });

  it('of one’s own right to grant asks first', async () => {
    const { told } = await open(client, { kind: 'revoke', on: FRAUD, principal: 'ana' });
    await press('Revoke');
    expect(alerts().join()).toContain('ana would not be able to grant anything on model prod.ml.fraud any more');
    await press('Revoke');
    expect(told).toEqual([]);
    await tick('I do not need to grant');
    expect(shownLine()).toContain('--yes');
    await press('Revoke');
    expect(told[0]?.message).toContain('ana has nothing there now');
  });
});

it('changing the owner names who it was', async () => {
  const { told } = await open(client, { kind: 'owner', on: FRAUD });
  expect(screen.getByRole('dialog').textContent).toContain('It belongs to ana.');
  await type('New owner', 'ana');
  await press('Change owner');
  expect(alerts()[0]).toContain('belongs to ana already');
  await type('New owner', 'analysts');
  expect(shownLine()).toBe('%modelreg owner model prod.ml.fraud analysts');
  await press('Change owner');
  expect(told[0]?.message).toBe('model prod.ml.fraud belongs to analysts now; it was ana’s');
});

describe('groups', () => {
  it('are made with members', async () => {
    const { told } = await open(client, { kind: 'group' });
    await type('Name', 'analysts');
    await press('Create');
    expect(alerts()[0]).toContain('Group analysts already exists');
    await type('Name', 'risk team');
    await type('Members', 'ben');
    await press('Add');
    await type('Members', 'analysts');
    expect(shownLine()).toBe("%modelreg group create 'risk team' ben analysts");
    await press('Create');
    expect(told[0]?.message).toBe('Created group risk team: ben and analysts');
  });

  it('take people in and let them go', async () => {
    const { told } = await open(client, { kind: 'group', name: 'analysts' });
    await press('Save');
    expect(alerts()[0]).toContain('Nothing is changed yet');
    await press('Take out ben');
    await type('Members', 'ana');
    expect(shownLine()).toBe('%modelreg group add analysts ana\n%modelreg group remove analysts ben');
    await press('Save');
    expect(told[0]?.message).toBe('Group analysts: added ana; took out ben');
    expect(client.access.groups).toEqual([{ name: 'analysts', members: ['ana'] }]);
  });

  it('are deleted once it is said what goes', async () => {
    client.access.grants.push({ ...FRAUD, principal: 'analysts', privileges: ['EXECUTE'] });
    const { told } = await open(client, { kind: 'delete-group', name: 'analysts' });
    expect(screen.getByRole('listitem').textContent).toBe('ben loses what was granted to it, in one place.');
    await press('Delete');
    expect(told[0]?.message).toBe('Deleted group analysts');
  });
});
