import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { runAction } from '../../src/actions/actions';
import { need } from '../../src/actions/needs';
import { rightsOf } from '../../src/host/rights';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const LACKS = `ben lacks MANAGE on model ${FRAUD}: ben has EXECUTE there, and its owner is ana`;
const HINT = `ask ana to run: grant MANAGE on model ${FRAUD} to ben`;

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 2, { Champion: 1 });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function refuse(): void {
  client.access.refuse('model', FRAUD, 'MANAGE', ['aliases.set', 'aliases.remove', 'models.rename', 'models.delete']);
}

function asked(op: string): number {
  return client.calls.filter(each => each.op === op).length;
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

describe('what may not be done', () => {
  it('is a button that says why, and tells it when it is clicked', async () => {
    refuse();
    const host = await showPage(client, FRAUD);
    await settle(() => undefined);
    expect(button('Set alias').getAttribute('aria-disabled')).toBe('true');
    expect(button('Set alias').title).toBe(`${LACKS}.\n${HINT.replace('ask', 'Ask')}`);
    expect(button('Edit tags').getAttribute('aria-disabled')).toBeNull();
    fireEvent.click(button('Set alias'));
    fireEvent.click(button('Edit tags'));
    expect(host.told).toEqual([{ ok: false, message: LACKS, hint: HINT }]);
    expect(host.asked.map(each => each.kind)).toEqual(['tags']);
  });

  it('is a line of a menu that can be reached', async () => {
    refuse();
    const host = await showPage(client, FRAUD);
    await settle(() => fireEvent.click(button('More actions')));
    const rename = screen.getByRole('menuitem', { name: 'Rename…' });
    expect(rename.getAttribute('aria-disabled')).toBe('true');
    expect(rename.title).toContain('ben lacks MANAGE');
    fireEvent.click(rename);
    expect(host.asked).toEqual([]);
    expect(host.told.map(each => each.message)).toEqual([LACKS]);
    await settle(() => fireEvent.click(button('@Champion v1')));
    expect(screen.getByRole('menuitem', { name: 'Remove alias…' }).getAttribute('aria-disabled')).toBe('true');
  });

  it('is known by the time when it is offered', async () => {
    refuse();
    const open = client.hold();
    await showPage(client, FRAUD);
    expect(screen.queryByRole('button', { name: 'Set alias' })).toBeNull();
    await settle(open, 50);
    expect(button('Set alias').getAttribute('aria-disabled')).toBe('true');
  });

  it('is asked for once, and for an administrator not at all', async () => {
    await showPage(client, FRAUD);
    await settle(() => undefined);
    expect([asked('registry.whoami'), asked('grants.refusals')]).toEqual([1, 0]);
    expect(button('Set alias').getAttribute('aria-disabled')).toBeNull();
    refuse();
    client.calls.length = 0;
    const rights = rightsOf(client);
    rights.forget();
    await Promise.all([1, 2, 3].map(() => rights.want({ kind: 'model', name: FRAUD })));
    expect([asked('registry.whoami'), asked('grants.refusals')]).toEqual([1, 1]);
  });

  it('is nothing where nobody can say it', async () => {
    refuse();
    client.failure = { error: new RegistryError('NOT_FOUND', 'there is no operation'), ops: ['grants.refusals'] };
    await showPage(client, FRAUD);
    await settle(() => undefined);
    expect(button('Set alias').getAttribute('aria-disabled')).toBeNull();
  });

  it('is asked again after a while, and after what may change it', async () => {
    vi.useFakeTimers();
    client.access.identity = { ...client.access.identity, admin: false };
    const rights = rightsOf(client);
    const on = { kind: 'model', name: FRAUD } as const;
    await rights.want(on);
    expect(rights.refusal(need('aliases.set', FRAUD))).toBeNull();
    refuse();
    await rights.want(on);
    expect(rights.refusal(need('aliases.set', FRAUD))).toBeNull();
    vi.advanceTimersByTime(10_000);
    await rights.want(on);
    expect(rights.refusal(need('aliases.set', FRAUD))?.privilege).toBe('MANAGE');
    client.access.refusals.clear();
    await client.call('grants.grant', { privileges: ['MANAGE'], on: FRAUD, kind: 'model', to: ['ben'] });
    await vi.advanceTimersByTimeAsync(1);
    await rights.want(on);
    expect(rights.refusal(need('aliases.set', FRAUD))).toBeNull();
  });

  it('stops keys, too', async () => {
    refuse();
    const host = new FakeHost(client);
    await rightsOf(client).want({ kind: 'model', name: FRAUD });
    runAction('rename', host, { kind: 'model', name: FRAUD });
    expect(host.asked).toEqual([]);
    expect(host.told.map(each => each.message)).toEqual([LACKS]);
  });
});
