import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Policy } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { alerts, choose, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const PROD = { kind: 'catalog', name: 'prod' } as const;
const FRAUD = { kind: 'model', name: 'prod.ml.fraud' } as const;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD.name, 2);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const sent = (op: string): unknown[] => client.calls.filter(each => each.op === op).map(each => each.params);

async function pick(label: string, value: string): Promise<void> {
  fireEvent.change(field(label), { target: { value } });
  await wait(300);
}

it('adds a policy once it was seen what does not meet it', async () => {
  client.discussion.check = {
    looked: 5,
    unmet: [{ reference: 'prod.ml.fraud/1', lacks: 'lacks the tag owner', remedy: 'tag it' }],
    count: 3,
    complete: true
  };
  const { told } = await open(client, { kind: 'policy', on: PROD });
  const dialog = screen.getByRole('dialog', { name: 'Add policy' });
  expect(dialog.textContent).toContain('The version has these tags.');
  await press('Add');
  expect(alerts()[0]).toContain('Tags is missing');
  await type('Tags', 'owner, stage=prod');
  await type('Name', 'owned');
  await choose('Warn');
  await wait(300);
  expect(dialog.textContent).toContain('3 of 5 versions would not meet it; what is there stays as it is.');
  expect(dialog.textContent).toContain('prod.ml.fraud/1 lacks the tag owner');
  expect(dialog.textContent).toContain('and 2 more');
  expect(shownLine()).toBe(
    '%modelreg policy add owned required-tags tags=owner,stage=prod on catalog prod --at registration --mode warn'
  );
  await press('Add');
  expect(sent('policies.add')).toEqual([
    {
      ...{ name: 'owned', rule: 'required-tags', on: 'prod', kind: 'catalog' },
      ...{ parameters: { tags: ['owner', 'stage=prod'] }, when: 'registration', alias: null, mode: 'warn' },
      ...{ description: null, replacing: false, reason: null }
    }
  ]);
  expect(told).toEqual([{ ok: true, message: 'Policy owned lets it pass, and warns at registration' }]);
});

it('asks each rule for its own parameters, and an alias where it is for one', async () => {
  await open(client, { kind: 'policy', on: FRAUD });
  await pick('Rule', 'approvals');
  expect(screen.queryByLabelText('Tags')).toBeNull();
  expect((field('When') as unknown as HTMLSelectElement).value).toBe('alias');
  await type('Count', '2');
  await type('Group', 'leads');
  await pick('When', 'one');
  await press('Add');
  expect(alerts()[0]).toContain('An alias needs a name');
  await type('Alias', '@Champion');
  expect(screen.getByRole('dialog').textContent).toContain('It says nothing of versions that are there.');
  expect(shownLine()).toBe(
    '%modelreg policy add approvals approvals count=2 group=leads on model prod.ml.fraud@Champion'
  );
  await press('Add');
  expect(sent('policies.add')).toMatchObject([
    { name: 'approvals', parameters: { count: ['2'], group: ['leads'] }, when: 'alias', alias: 'Champion' }
  ]);
});

it('takes what is forbidden, or what is allowed, and leaves commas in an expression', async () => {
  await open(client, { kind: 'policy', on: PROD });
  await pick('Rule', 'file-formats');
  await type('Allowed', '*.json, *.txt');
  expect(alerts()).toEqual([]);
  await pick('Rule', 'filter');
  await type('Expression', "tags.who = 'a, b'");
  await press('Add');
  expect(sent('policies.add')).toMatchObject([{ parameters: { expression: ["tags.who = 'a, b'"] } }]);
});

it('does not add what can never be met', async () => {
  await open(client, { kind: 'policy', on: PROD });
  await type('Tags', 'owner');
  await type('Name', 'bad');
  expect(alerts()[0]).toContain('Policy bad can never be met: nobody is in it');
  await press('Add');
  expect(sent('policies.add')).toEqual([]);
});

const OWNED: Policy = {
  ...{ name: 'owned', rule: 'required-tags', parameters: { tags: ['owner', 'team'] }, mode: 'prevent' },
  ...{ description: 'so that somebody is asked', when: 'alias', alias: 'Champion', kind: 'catalog', on: 'prod' }
};

it('changes a policy that is there', async () => {
  const { told } = await open(client, { kind: 'policy', on: PROD, policy: OWNED });
  expect(screen.queryByLabelText('Name')).toBeNull();
  expect(field('Tags').value).toBe('owner, team');
  expect(field('Alias').value).toBe('Champion');
  await choose('Off');
  await press('Change');
  expect(sent('policies.add')).toMatchObject([
    { name: 'owned', mode: 'off', replacing: true, alias: 'Champion', description: 'so that somebody is asked' }
  ]);
  expect(told[0]?.message).toBe('Policy owned is off when @Champion is set');
});

it('removes a policy', async () => {
  client.access.policies.push(OWNED);
  const { told } = await open(client, { kind: 'remove-policy', on: PROD, policy: OWNED });
  expect(shownLine()).toBe('%modelreg policy remove owned on catalog prod');
  await press('Remove');
  expect(sent('policies.remove')).toEqual([{ name: 'owned', on: 'prod', kind: 'catalog', reason: null }]);
  expect(told[0]?.message).toBe('Removed policy owned of catalog prod');
});
