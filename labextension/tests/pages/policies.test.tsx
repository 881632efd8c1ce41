import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Policy, PolicyResult } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 2, { Champion: 1 });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function policy(name: string, facts: Partial<Policy> = {}): Policy {
  return {
    ...{ name, rule: 'required-tags', parameters: { tags: ['owner'] }, mode: 'prevent', description: null },
    ...{ when: 'alias', alias: 'Champion', kind: 'catalog', on: 'prod' },
    ...facts
  };
}

const page = (): string => document.querySelector('.mreg-page')!.textContent;
const press = (name: RegExp | string): Promise<void> =>
  settle(() => fireEvent.click(screen.getByRole('button', { name })));

it('says that there are none, and offers to add one', async () => {
  const host = await showPage(client, 'registry:', { tab: 'policies' });
  await settle(() => undefined);
  expect(page()).toContain('No policies');
  await press('Add policy');
  expect(host.asked).toEqual([{ kind: 'policy', on: { kind: 'registry', name: 'registry' } }]);
});

it('says to whom may not change them why', async () => {
  client.access.policies.push(policy('pair', { kind: 'model', on: FRAUD }));
  client.access.refuse('model', FRAUD, 'MANAGE', ['policies.add', 'policies.remove']);
  const host = await showPage(client, FRAUD, { tab: 'policies' });
  for (const name of ['Add policy', 'Change pair…', 'Remove pair…']) {
    expect(screen.getByRole('button', { name }).getAttribute('aria-disabled')).toBe('true');
    await press(name);
  }
  expect(host.asked).toEqual([]);
});

it('shows those in force, where each comes from, and lets one change what is here', async () => {
  const own = policy('pair', { kind: 'model', on: FRAUD, description: 'four eyes', mode: 'warn' });
  client.access.policies.push(
    own,
    policy('owned'),
    policy('ours', {
      rule: 'scanned',
      parameters: {},
      kind: 'registry',
      on: 'registry',
      when: 'registration',
      alias: null
    }),
    policy('signature-required', { kind: 'default', on: 'governed models' })
  );
  const host = await showPage(client, FRAUD, { tab: 'policies' });
  await settle(() => undefined);
  const items = within(screen.getByRole('list', { name: 'Policies' })).getAllByRole('listitem');
  expect(items[0]?.textContent).toContain('pairwarnwhen @Champion is set');
  expect(items[0]?.textContent).toContain('four eyes');
  expect(items[0]?.textContent).toContain('Put on here');
  expect(items[1]?.textContent).toContain('The version has these tags.tags owner');
  expect(items[2]?.textContent).toContain('Rule scanned of a package that is not here');
  expect(items[3]?.textContent).toContain('without being written down');
  await press('from catalog prod');
  expect(host.opened).toEqual(['catalog:prod policies']);
  expect(screen.queryByRole('button', { name: 'Change owned…' })).toBeNull();
  await press('Change pair…');
  await press('Remove pair…');
  const on = { kind: 'model', name: FRAUD } as const;
  expect(host.asked).toEqual([
    { kind: 'policy', on, policy: own },
    { kind: 'remove-policy', on, policy: own }
  ]);
});

function result(of: Policy, lacks: string | null): PolicyResult {
  return { policy: of, met: lacks === null, lacks, remedy: lacks && 'do it' };
}

it('says on a version what it lacks for each protected alias, and offers what helps', async () => {
  const pair = policy('pair', { rule: 'approvals' });
  const why = policy('why', { rule: 'required-reason', alias: null });
  client.access.policies.push(policy('owned'), pair, why, policy('good', { alias: 'Shadow' }));
  client.discussion.results.set('Champion', [
    result(policy('owned'), null),
    result(pair, 'has no approval by the group leads'),
    result(why, 'comes without a reason')
  ]);
  client.discussion.results.set('Shadow', [result(policy('good', { alias: 'Shadow' }), null)]);
  const host = await showPage(client, `${FRAUD}/2`);
  await settle(() => undefined);
  const champion = within(screen.getByRole('group', { name: '@Champion' }));
  expect(screen.getByRole('group', { name: '@Champion' }).textContent).toContain('1 missing');
  expect(champion.getByText(/It has no approval/)).toBeTruthy();
  expect(champion.getByText('Setting it takes a reason.')).toBeTruthy();
  expect(champion.queryByText(/comes without/)).toBeNull();
  await settle(() => fireEvent.click(champion.getByRole('button', { name: 'Request approval…' })));
  await press('Set @Shadow…');
  const target = { model: FRAUD, version: 2 };
  expect(host.asked).toEqual([
    { kind: 'request', ...target, alias: 'Champion' },
    { kind: 'alias', ...target, alias: 'Shadow' }
  ]);
});

it('asks nothing of a version where no policy is about aliases', async () => {
  client.access.policies.push(policy('signature-required', { when: 'registration', alias: null }));
  await showPage(client, `${FRAUD}/2`);
  await settle(() => undefined);
  expect(page()).not.toContain('Protected aliases');
  expect(client.calls.some(each => each.op === 'policies.test')).toBe(false);
});
