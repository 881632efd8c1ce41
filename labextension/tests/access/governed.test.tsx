import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { alerts, field, open, press, shownLine, type, wait } from '../support/dialogHost';
import { FakeClient } from '../support/fakeClient';

const FRAUD = 'prod.ml.fraud';
const TARGET = { kind: 'model', name: FRAUD } as const;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 2, { Champion: 1 });
  client.access.groups = [{ name: 'risk', members: ['carla'] }];
  client.access.tagPolicies = [
    { key: 'stage', values: ['dev', 'prod'], assigners: [], description: 'Where it may run' },
    { key: 'approved', values: ['yes', 'no'], assigners: ['risk'], description: null }
  ];
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function tagged(tags: Record<string, string>): void {
  client.models.set(FRAUD, { ...client.models.get(FRAUD)!, tags });
}

describe('a governed tag', () => {
  it('is chosen among what it may be', async () => {
    tagged({ stage: 'old' });
    const { told } = await open(client, { kind: 'tags', target: TARGET });
    const stage = screen.getByRole('combobox', { name: 'Value of stage' });
    expect(
      within(stage)
        .getAllByRole('option')
        .map(each => each.textContent)
    ).toEqual(['old (not allowed)', 'dev', 'prod']);
    expect(screen.getByRole('group', { name: 'stage' }).textContent).toContain('Where it may run');
    fireEvent.change(stage, { target: { value: 'prod' } });
    await wait(300);
    await press('Save tags');
    expect(told[0]?.message).toContain('stage: old → prod');
  });

  it('says before it is saved that a value is not allowed', async () => {
    await open(client, { kind: 'tags', target: TARGET, tags: { stage: 'prodd' } });
    await press('Save tags');
    expect(alerts()).toContain('Tag stage cannot be proddIt may be dev and prod');
    expect(client.calls.some(each => each.op === 'tags.edit')).toBe(false);
  });

  it('is left alone by who may not set it', async () => {
    tagged({ approved: 'no' });
    client.access.identity = { ...client.access.identity, actor: 'ben' };
    await open(client, { kind: 'tags', target: TARGET });
    expect(field('Value of approved').disabled).toBe(true);
    expect(screen.getByRole('img', { name: 'Set and removed by risk only' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Remove tag approved' })).toBeNull();
    cleanup();
    client.access.identity = { ...client.access.identity, groups: ['risk'] };
    await open(client, { kind: 'tags', target: TARGET });
    expect(field('Value of approved').disabled).toBe(false);
  });
});

describe('a tag policy', () => {
  it('names values, and who may set it', async () => {
    client.access.violations = [{ name: FRAUD, key: 'tier', value: 'wood' }];
    const { told } = await open(client, { kind: 'tag-policy' });
    await type('Tag', 'stage');
    await press('Govern');
    expect(alerts()).toEqual([
      'Tag stage has a policy alreadyChange that one',
      'It would govern nothingName the allowed values, or who may set it'
    ]);
    await type('Tag', 'tier');
    await type(/^Allowed values/, 'gold\nsilver\ngold\n');
    await type('Set and removed by', 'risk');
    expect(shownLine()).toBe('%modelreg tag-policy create tier --values gold,silver --assign risk');
    await press('Govern');
    expect(told[0]?.message).toBe('Tag tier is governed; one tag has another value and keeps it');
  });

  it('is changed and deleted', async () => {
    await open(client, { kind: 'tag-policy', key: 'stage' });
    await type(/^Allowed values/, 'dev\ntest');
    await press('Save');
    expect(client.access.tagPolicies.find(each => each.key === 'stage')).toMatchObject({ values: ['dev', 'test'] });
    const { told } = await open(client, { kind: 'delete-tag-policy', key: 'stage' });
    expect(shownLine()).toBe('%modelreg tag-policy remove stage');
    await press('Delete');
    expect(told[0]?.message).toBe('Tag stage is governed no longer');
  });
});

it('an alias that is protected says what it takes to set it', async () => {
  client.access.policies = [
    {
      name: 'release',
      rule: 'approvals',
      parameters: { count: ['2'], group: ['risk'] },
      mode: 'prevent',
      description: null,
      when: 'alias',
      alias: 'Champion',
      kind: 'catalog',
      on: 'prod'
    }
  ];
  await open(client, { kind: 'alias', model: FRAUD, alias: 'Champion', version: 2 });
  expect(screen.getByRole('dialog').textContent).toContain(
    '@Champion is protected. Setting it takes:2 approvals by risk (policy release of catalog prod)'
  );
  await type('Alias', 'Shadow');
  expect(screen.getByRole('dialog').textContent).not.toContain('is protected');
});
