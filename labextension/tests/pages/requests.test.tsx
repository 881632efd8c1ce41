import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Policy } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import type { FakeHost } from '../support/fakeHost';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const HOSTILE = '<b onclick="x">bold</b> שלום 🦊';

let client: FakeClient;
let host: FakeHost;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 2, { Champion: 1 });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const rows = (): string[] =>
  within(screen.getByRole('list', { name: 'Requests' }))
    .getAllByRole('listitem')
    .map(each => each.textContent);
const go = (name: RegExp | string): Promise<void> => settle(() => fireEvent.click(screen.getByRole('tab', { name })));
const press = (name: RegExp | string): Promise<void> =>
  settle(() => fireEvent.click(screen.getByRole('button', { name })));
const page = (): string => document.querySelector('.mreg-page')!.textContent;

it('lists what waits, what was asked for and what is decided, each with its own words for nothing', async () => {
  host = await showPage(client, 'requests:');
  expect(screen.getByRole('status').textContent).toBe('Nothing waits for you');
  expect(page()).toContain('What others ask for, and you may decide, comes here.');
  await go('Mine');
  expect(page()).toContain('You have asked for nothing');
  await go('Decided');
  expect(page()).toContain('Nothing was decided yet');
  fireEvent.change(screen.getByRole('combobox'), { target: { value: 'rejected' } });
  await settle(() => undefined);
  expect(page()).toContain('No request was rejected');
});

it('shows each request with who, when and why, and leads to it', async () => {
  client.discussion.ask(FRAUD, { reason: HOSTILE, stale: ['the alias has moved'], approvals: ['cleo'] });
  client.discussion.ask(FRAUD, { author: 'ana', actions: ['cancel'], kind: 'access', privileges: ['EXECUTE'] });
  host = await showPage(client, 'requests:');
  expect(screen.getByRole('status').textContent).toBe('1 waits for you');
  expect(rows()).toHaveLength(1);
  expect(rows()[0]).toContain('@Champion v1 → v2');
  for (const part of [FRAUD, 'ben', HOSTILE, 'The alias has moved', 'approved by cleo']) {
    expect(rows()[0]).toContain(part);
  }
  await press(/@Champion/);
  expect(host.opened).toEqual(['request:101']);
  await go('Mine');
  expect(rows()[0]).toContain('EXECUTE');
});

it('follows what others do', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  host = await showPage(client, 'requests:');
  client.discussion.ask(FRAUD);
  await settle(() => vi.advanceTimersByTime(2500));
  expect(rows()).toHaveLength(1);
  await client.call('requests.reject', { id: 101, reason: 'too early' });
  await settle(() => vi.advanceTimersByTime(2500));
  expect(page()).toContain('Nothing waits for you');
  await go('Decided');
  expect(rows()[0]).toContain('rejected by ana');
  expect(rows()[0]).toContain('“too early”');
  vi.useRealTimers();
});

it('shows so many, then more, and finds among them', async () => {
  Array.from({ length: 60 }, (_, at) => client.discussion.ask(`prod.ml.m${at}`));
  host = await showPage(client, 'requests:');
  expect(rows()).toHaveLength(50);
  await press('Show more');
  expect(rows()).toHaveLength(60);
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  fireEvent.change(screen.getByRole('textbox', { name: 'Filter requests' }), { target: { value: 'M59' } });
  expect(rows()).toHaveLength(1);
  fireEvent.change(screen.getByRole('textbox', { name: 'Filter requests' }), { target: { value: 'nowhere' } });
  expect(page()).toContain('None of these contains that');
});

const LEADS: Policy = {
  name: 'pair',
  rule: 'approvals',
  parameters: { count: ['2'], group: ['leads'] },
  mode: 'prevent',
  description: null,
  when: 'alias',
  alias: 'Champion',
  kind: 'catalog',
  on: 'prod'
};

it('shows all there is to know before a request is decided', async () => {
  client.discussion.ask(FRAUD, { reason: 'fewer false alarms', approvals: ['cleo'], stale: ['v1 has moved'] });
  client.discussion.reviews.set(101, {
    metrics: [
      { key: 'auc', asked: 0.91, present: 0.88 },
      { key: 'loss', asked: 0.2, present: 0.25 },
      { key: 'new', asked: 1, present: null }
    ],
    signature: ['input amount is new'],
    policies: [
      { policy: LEADS, met: false, lacks: 'has 1 of 2 approvals by the group leads', remedy: 'ask for it' },
      { policy: { ...LEADS, name: 'tagged', mode: 'warn' }, met: false, lacks: 'lacks the tag owner', remedy: null },
      { policy: { ...LEADS, name: 'old' }, met: null, lacks: null, remedy: null },
      { policy: { ...LEADS, name: 'good' }, met: true, lacks: null, remedy: null }
    ],
    deciders: [
      { count: 2, group: 'leads', policy: 'policy pair of catalog prod', people: ['cleo', 'dan'], approved: ['cleo'] }
    ]
  });
  host = await showPage(client, 'request:101');
  expect(page()).toContain(`ben asks to move @Champion from v1 to v2 of ${FRAUD}`);
  expect(page()).toContain('fewer false alarms');
  const metrics = within(screen.getByRole('table', { name: 'Metrics' })).getAllByRole('row');
  expect(metrics.map(each => [...each.children].map(cell => cell.textContent))).toEqual([
    ['Metric', 'v1', 'v2', 'Difference'],
    ['auc', '0.88', '0.91', '+0.03'],
    ['loss', '0.25', '0.2', '−0.05'],
    ['new', '–', '1', '–']
  ]);
  for (const said of [
    'v1 has moved',
    'It has 1 of 2 approvals by the group leads',
    '; this warns, and stops nothing',
    'old of catalog prod is off',
    'good of catalog prod met',
    'input amount is new',
    '1 of 2 by the group leads',
    'cleo has approved'
  ]) {
    expect(page()).toContain(said);
  }
  await press('Approve');
  expect(host.asked).toEqual([{ kind: 'decide', verb: 'approve', id: 101 }]);
});

it('disables what one may not do, and says why', async () => {
  client.discussion.ask(FRAUD, { author: 'ana', actions: ['cancel'] });
  client.discussion.reviews.set(101, {
    refusals: { approve: "request 101 is ana's own", reject: "request 101 is ana's own" },
    deciders: [{ count: 1, group: null, policy: null, people: ['eve'], approved: [] }]
  });
  host = await showPage(client, 'request:101');
  expect(screen.getByRole('button', { name: 'Approve' }).getAttribute('aria-disabled')).toBe('true');
  await press('Approve');
  await press('Reject');
  expect(host.asked).toEqual([]);
  expect(page().match(/Request 101 is ana's own/g)).toHaveLength(1);
  expect(page()).toContain('as its owner eve');
  await press('Cancel request');
  expect(host.asked).toEqual([{ kind: 'decide', verb: 'cancel', id: 101 }]);
});

it('says what became of a request that is decided, and what access would allow', async () => {
  client.discussion.ask(FRAUD, {
    kind: 'access',
    version: null,
    privileges: ['EXECUTE'],
    state: 'rejected',
    actions: [],
    decided_by: 'eve',
    decided_at: 1,
    decision_reason: 'ask next week'
  });
  client.discussion.reviews.set(101, { allows: { EXECUTE: 'load the model' } });
  host = await showPage(client, 'request:101');
  expect(page()).toContain('EXECUTE: load the model');
  expect(page()).toContain('ask next week');
  expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
  await press(FRAUD);
  expect(host.opened).toEqual([FRAUD]);
});

it('says that there is no such request', async () => {
  await showPage(client, 'request:7');
  expect(screen.getByRole('alert').textContent).toContain('no request 7');
});

it('is on the pages of the model and the version that it is about', async () => {
  client.discussion.ask(FRAUD);
  host = await showPage(client, FRAUD);
  expect(screen.getByRole('note', { name: 'Open requests' }).textContent).toBe(
    '1 request is open: @Champion v1 → v2 by ben'
  );
  await press('@Champion v1 → v2');
  expect(host.opened).toEqual(['request:101']);
  cleanup();
  await showPage(client, `${FRAUD}/2`);
  expect(screen.getByRole('note', { name: 'Open requests' })).toBeTruthy();
  cleanup();
  await showPage(client, `${FRAUD}/1`);
  expect(screen.queryByRole('note', { name: 'Open requests' })).toBeNull();
});
