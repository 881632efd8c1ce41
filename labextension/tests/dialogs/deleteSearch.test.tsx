import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { open, press, shownLine, type } from '../support/dialogHost';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.savedSearches.push({
    name: 'at-risk',
    filter: "metrics.auc < 0.8 and alias = 'Champion'",
    order_by: '',
    kind: 'version',
    author: 'ben',
    saved_at: 1
  });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const takes = (): string[] => [...document.querySelectorAll('.mreg-takes li')].map(each => each.textContent);

it('says what the search was and whose, and deletes it', async () => {
  const { told } = await open(client, { kind: 'delete-search', name: 'at-risk' });
  expect(takes()[0]).toBe("ben has saved it: metrics.auc < 0.8 and alias = 'Champion'");
  await type(/^Reason/, 'nobody looks');
  expect(shownLine()).toBe("%modelreg find --forget at-risk -m 'nobody looks'");
  await press('Delete');
  expect(client.savedSearches).toEqual([]);
  expect(told).toEqual([{ ok: true, message: 'Deleted the search @at-risk' }]);
});

it('says that it is gone already', async () => {
  await open(client, { kind: 'delete-search', name: 'gone' });
  expect(document.body.textContent).toContain('There is no saved search @gone any more.');
});
