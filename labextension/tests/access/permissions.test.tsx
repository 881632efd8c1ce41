import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 1);
  client.access.groups = [
    { name: 'analysts', members: ['juniors', 'cleo'] },
    { name: 'juniors', members: ['ben'] }
  ];
  client.access.grants = [
    { kind: 'catalog', name: 'prod', principal: 'analysts', privileges: ['USE CATALOG', 'EXECUTE'] },
    { kind: 'model', name: FRAUD, principal: 'ben', privileges: ['APPLY TAG'] }
  ];
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function permissionsOf(key: string): ReturnType<typeof showPage> {
  const host = await showPage(client, key, { tab: 'permissions' });
  await settle(() => undefined, 300);
  return host;
}

const rows = (table: string): string[] =>
  within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .slice(1)
    .map(row => [...row.children].map(each => each.textContent).join(' | '));

describe('the permissions of a model', () => {
  it('are what is granted there and further up, with its owner', async () => {
    const host = await permissionsOf(FRAUD);
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Permissions');
    expect(screen.getByRole('region', { name: 'Owner' }).textContent).toContain('ana may do everything with it');
    expect(rows('Grants')).toEqual(['ben | APPLY TAG | More…Revoke…']);
    expect(rows('Grants further up')).toEqual([
      'analysts, a group: juniors and cleo | USE CATALOGEXECUTE | catalog prod'
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'catalog prod' }));
    expect(host.opened).toEqual(['catalog:prod permissions']);
  });

  it('lead to dialogs', async () => {
    const host = await permissionsOf(FRAUD);
    for (const name of ['Change owner…', 'Grant…', 'Grant ben more', 'Revoke from ben']) {
      fireEvent.click(screen.getByRole('button', { name }));
    }
    const on = { kind: 'model', name: FRAUD };
    expect(host.asked).toEqual([
      { kind: 'owner', on },
      { kind: 'grant', on },
      { kind: 'grant', on, to: 'ben' },
      { kind: 'revoke', on, principal: 'ben' }
    ]);
  });

  it('tell what somebody may do in the end, and where that comes from', async () => {
    await permissionsOf(FRAUD);
    await settle(
      () =>
        fireEvent.input(screen.getByRole('combobox', { name: 'User or group to check' }), {
          target: { value: 'analysts' }
        }),
      300
    );
    await settle(() => undefined, 300);
    expect(rows('What analysts may do')).toEqual(['USE CATALOG | from catalog prod', 'EXECUTE | from catalog prod']);
    expect(screen.getByText(/^Without USE SCHEMA on prod\.ml/)).toBeTruthy();
  });

  it('follow what others change', async () => {
    await permissionsOf(FRAUD);
    await settle(() => {
      void client.call('grants.grant', { privileges: ['MANAGE'], on: FRAUD, kind: 'model', to: ['cleo'] });
    }, 50);
    expect(rows('Grants').map(each => each.split(' | ')[0])).toEqual(['ben', 'cleo']);
  });

  it('are in one sentence what somebody sees who may not grant', async () => {
    client.access.refuse('model', FRAUD, 'MANAGE', ['grants.grant', 'grants.revoke', 'grants.transfer']);
    const host = await permissionsOf(FRAUD);
    expect(screen.getByRole('note').textContent).toContain('You see here what was granted to you');
    expect(screen.queryByRole('combobox')).toBeNull();
    expect(screen.getByRole('region', { name: 'What you may do here' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Grant…' }));
    expect(host.asked).toEqual([]);
  });
});

describe('the permissions of the registry', () => {
  it('have groups, with those who are in them by way of others', async () => {
    const host = await permissionsOf('registry:');
    expect(rows('Groups')).toEqual([
      'analysts, a group: juniors and cleo | juniors, a group: benbencleo | Members…Delete…',
      'juniors, a group: ben | ben | Members…Delete…'
    ]);
    for (const name of ['New group…', 'Members of analysts', 'Delete group juniors']) {
      fireEvent.click(screen.getByRole('button', { name }));
    }
    expect(host.asked).toEqual([
      { kind: 'group' },
      { kind: 'group', name: 'analysts' },
      { kind: 'delete-group', name: 'juniors' }
    ]);
  });

  it('say that everybody may do everything, where that is so', async () => {
    client.access.grants.push({
      kind: 'registry',
      name: 'registry',
      principal: 'account users',
      privileges: ['ALL PRIVILEGES', 'MANAGE']
    });
    await permissionsOf('registry:');
    expect(screen.getByText(/^This registry is open/)).toBeTruthy();
  });
});
