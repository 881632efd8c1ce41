import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { alerts, choose, field, open, press, shownLine, type } from '../support/dialogHost';
import { FakeClient } from '../support/fakeClient';

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('New', () => {
  it('creates a schema in a catalog, with a description', async () => {
    const { told, closed } = await open(client, { kind: 'create', what: 'schema', within: 'prod' });
    expect(field('Full name').value).toBe('prod.');
    await press('Create');
    expect(alerts()).toHaveLength(1);
    await type('Full name', 'prod.risk');
    await type(/Description/, 'Cards');
    expect(shownLine()).toContain('%modelreg create schema prod.risk --description Cards');
    await press('Create');
    expect(client.calls.at(-1)).toMatchObject({
      op: 'schemas.create',
      params: { name: 'prod.risk', description: 'Cards', reason: null }
    });
    expect(told).toEqual([{ ok: true, message: 'Created schema prod.risk' }]);
    expect(closed).toEqual([true]);
  });

  it('creates a catalog', async () => {
    await open(client, { kind: 'create', what: 'catalog' });
    await type('Full name', 'a.b');
    await press('Create');
    expect(alerts()[0]).toContain('is not allowed');
    await type('Full name', 'prod');
    await press('Create');
    expect(client.calls.at(-1)).toMatchObject({ op: 'catalogs.create', params: { name: 'prod', description: null } });
  });

  it('creates a model of the kind that was meant', async () => {
    const { host } = await open(client, { kind: 'create', what: 'model' });
    await type('Full name', 'prod.risk');
    await press('Create');
    expect(alerts()[0]).toContain('prod.risk is not a full name');
    await choose('Workspace model');
    await type('Name', 'a.b.c');
    expect(alerts()[0]).toContain('is the name of a governed model');
    await choose('Governed model');
    await press('Create');
    expect(client.calls.at(-1)).toMatchObject({ op: 'models.create', params: { name: 'a.b.c' } });
    const [actions = []] = host.offered;
    expect(actions.map(each => each.label)).toEqual(['Open', 'Copy reference', 'Undo']);
    actions[0]?.run();
    expect(host.opened).toEqual(['a.b.c']);
  });
});
