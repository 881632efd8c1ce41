import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model('prod.ml.fraud', 2);
  client.model('prod.risk.churn', 1);
  client.model('iris', 1);
  client.log('alias.set', 'model', 'prod.ml.fraud', { version: 2, after: { Champion: 2 } });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const lines = (): string[] =>
  [...screen.getByRole('list', { name: 'Activity' }).children].map(each => each.firstChild?.textContent ?? '');

describe('the page of what holds models', () => {
  it.each([
    ['schema:prod.ml', ['@Champion → 2 · prod.ml.fraud', 'model.created · prod.ml.fraud', 'schema.created']],
    [
      'catalog:prod',
      [
        '@Champion → 2 · prod.ml.fraud',
        'model.created · prod.risk.churn',
        'schema.created · prod.risk',
        'model.created · prod.ml.fraud',
        'schema.created · prod.ml',
        'catalog.created'
      ]
    ]
  ])('tells what happened in it: %s', async (key, told) => {
    await showPage(client, key);
    await settle(() => undefined);
    expect(lines()).toEqual(told.map(each => `ana ${each}`));
  });

  it('tells of everything on that of the registry, and leads to what it tells of', async () => {
    const host = await showPage(client, 'registry:');
    await settle(() => undefined);
    expect(lines()).toHaveLength(7);
    expect(screen.getByText('3 models')).toBeTruthy();
    for (const name of ['version 2', 'iris', 'prod.risk']) {
      await settle(() => fireEvent.click(screen.getAllByRole('button', { name })[0]!));
    }
    await settle(() => fireEvent.click(screen.getByRole('button', { name: /^Show iris as of/ })));
    const { time } = client.event('model.created');
    expect(host.opened).toEqual(['prod.ml.fraud/2', 'iris', 'schema:prod.risk', `iris at ${time}`]);
  });

  it('follows what happens in it, and nothing else', async () => {
    await showPage(client, 'schema:prod.ml');
    await settle(() => undefined);
    const asked = (): number => client.calls.filter(each => each.op === 'history.told').length;
    const before = asked();
    await settle(() => void client.call('tags.edit', { reference: 'iris', set: { a: '1' } }), 50);
    expect(asked()).toBe(before);
    await settle(() => void client.call('tags.edit', { reference: 'prod.ml.fraud', set: { a: '1' } }), 50);
    expect(lines()[0]).toMatch(/^ana tagged .* · prod.ml.fraud$/);
  });

  it('is found above the name of a model', async () => {
    const host = await showPage(client, 'prod.ml.fraud');
    await settle(() => ['prod', 'ml'].forEach(name => fireEvent.click(screen.getByRole('button', { name }))));
    expect(host.opened).toEqual(['catalog:prod', 'schema:prod.ml']);
  });

  it('says that it is not there any more', async () => {
    client.log('schema.deleted', 'schema', 'prod.old');
    await showPage(client, 'schema:prod.old');
    await settle(() => undefined);
    expect(screen.getByRole('status').textContent).toContain('prod.old was deleted.');
    expect(screen.queryByRole('button', { name: 'Open trash' })).toBeNull();
  });
});
