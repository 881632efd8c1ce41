import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { ExplorerView } from '../../src/explorer/ExplorerView';
import { HostProvider } from '../../src/host/host';
import { registryName, registryNames } from '../../src/registry/registryName';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';
import { FakeRegistries, OTHER, OWN } from '../support/fakeRegistries';

/** What the menu holds wherever there is nothing to switch to. */
const OWN_ITEMS = [
  'About this registry…',
  'Import…',
  'Export all models…',
  'Back up…',
  'Verify…',
  'Open requests',
  'Open activity',
  'Open permissions',
  'Open trash',
  'Copy URI',
  'Copy %modelreg connect line'
];

let client: FakeClient;
let host: FakeHost;
let choice: FakeRegistries;
let explorer: ExplorerStore;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    }
  );
  client = new FakeClient();
  host = new FakeHost(client);
  choice = new FakeRegistries();
  host.registries = choice;
  explorer = new ExplorerStore(client);
});

afterEach(() => {
  cleanup();
  explorer.dispose();
  vi.useRealTimers();
});

async function wait(ms = 0): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

async function shown(): Promise<void> {
  render(
    <HostProvider value={host}>
      <ExplorerView explorer={explorer} />
    </HostProvider>
  );
  explorer.show();
  await wait(300);
  await wait(300);
}

async function openMenu(): Promise<string[]> {
  fireEvent.click(screen.getByRole('button', { name: /^Registry / }));
  await wait();
  return screen.queryAllByRole('menuitem').map(each => each.textContent);
}

describe('the registry in the header', () => {
  it('is named, with its URI, and on whose behalf', async () => {
    await shown();
    expect(screen.getByRole('button', { name: 'Registry team' }).title).toBe(OWN);
    expect(screen.getByText('ana').closest('.mreg-registry-actor')?.textContent).toBe('as ana');
  });

  it('is asked for only once somebody looks', async () => {
    render(
      <HostProvider value={host}>
        <ExplorerView explorer={explorer} />
      </HostProvider>
    );
    await wait(1000);
    expect(client.calls).toEqual([]);
  });

  it('offers those there are, and switches', async () => {
    await shown();
    expect(await openMenu()).toEqual([
      'team · of this server',
      'mine · week2.ipynb just now',
      'Connect to another registry…',
      ...OWN_ITEMS
    ]);
    fireEvent.click(screen.getByRole('menuitem', { name: /^mine/ }));
    client.uri = OTHER;
    await wait(300);
    expect(choice.uri).toBe(OTHER);
    expect(screen.getByRole('button', { name: 'Registry mine' })).toBeTruthy();
    await openMenu();
    fireEvent.click(screen.getByRole('menuitem', { name: /^team/ }));
    await wait();
    expect(choice.uri).toBe(null);
  });

  it('stays with the one there is when another does not answer, and asks for the token that one wants', async () => {
    await shown();
    await openMenu();
    choice.failure = new RegistryError('UNUSABLE', 'it does not answer', 'check the address');
    fireEvent.click(screen.getByRole('menuitem', { name: /^mine/ }));
    await wait();
    expect(host.told).toEqual([{ ok: false, message: 'it does not answer', hint: 'check the address' }]);
    choice.failure = null;
    await openMenu();
    choice.failure = new RegistryError('NOT_SIGNED_IN', 'who are you');
    fireEvent.click(screen.getByRole('menuitem', { name: /^mine/ }));
    await wait();
    expect(host.asked).toEqual([{ kind: 'connect', address: OTHER, wantsToken: true }]);
    expect(choice.uri).toBe(null);
    expect(screen.getByRole('button', { name: 'Registry team' })).toBeTruthy();
  });

  it('leads to what it is, and to others unless that is switched off', async () => {
    await shown();
    await openMenu();
    fireEvent.click(screen.getByRole('menuitem', { name: 'Connect to another registry…' }));
    await openMenu();
    fireEvent.click(screen.getByRole('menuitem', { name: 'About this registry…' }));
    expect(host.asked).toEqual([{ kind: 'connect' }, { kind: 'about' }]);
    choice.connects = false;
    expect(await openMenu()).not.toContain('Connect to another registry…');
  });

  it('says that nothing can be changed', async () => {
    client.readOnly = true;
    await shown();
    expect(screen.getByText('ana').closest('.mreg-registry-actor')?.textContent).toBe('as ana, read-only');
  });

  it('says why there is no list, and still copies', async () => {
    choice.failure = new RegistryError('FORBIDDEN', 'you may not', 'ask');
    await shown();
    expect(await openMenu()).toEqual(OWN_ITEMS);
    expect(host.told).toEqual([{ ok: false, message: 'you may not', hint: 'ask' }]);
  });

  it('has nothing to switch to where the kernel has but one', async () => {
    host.registries = null;
    await shown();
    expect(await openMenu()).toEqual(OWN_ITEMS);
  });
});

describe('a registry that knows nobody any more, or has moved', () => {
  it('says so and offers to sign in, then shows what there is', async () => {
    client.model('prod.ml.fraud', 1);
    await shown();
    client.failure = { error: new RegistryError('NOT_SIGNED_IN', 'the token has expired', 'set MODELREG_TOKEN') };
    await wait(31_000);
    const banner = screen.getByRole('alert');
    expect(banner.textContent).toBe('the token has expiredSign in…Retry');
    expect(screen.getByText('prod')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Sign in…' }));
    expect(host.asked).toEqual([{ kind: 'connect', address: OWN, wantsToken: true }]);
    client.failure = null;
    choice.subscribe(() => void explorer.startOver());
    await choice.connect(OWN, { token: 'x', keep: false });
    await wait(300);
    expect(screen.queryByRole('alert')).toBe(null);
  });

  it('leads to where it is now', async () => {
    client.model('prod.ml.fraud', 1);
    await shown();
    client.log('registry.moved', 'registry', '', { after: { moved_to: 'modelreg:https://models.example.org' } });
    await wait(3000);
    expect(screen.getByText(/This registry has moved to/).textContent).toBe(
      'This registry has moved to https://models.example.org'
    );
    fireEvent.click(screen.getByRole('button', { name: 'Switch to it' }));
    await wait();
    expect(choice.signedIn).toEqual([['modelreg:https://models.example.org', undefined]]);
  });

  it('says in a notebook what to run there', async () => {
    host.registries = null;
    client.model('prod.ml.fraud', 1);
    client.log('registry.moved', 'registry', '', { after: { moved_to: 'modelreg:////new/team.duckdb' } });
    await shown();
    expect(screen.getByText('%modelreg connect modelreg:////new/team.duckdb')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Switch to it' })).toBe(null);
  });
});

describe('another registry', () => {
  it('starts over with nothing of the one before', async () => {
    client.model('prod.ml.fraud', 1);
    explorer.show();
    await wait();
    explorer.expand(explorer.state().rows[0]!);
    explorer.select('catalog:prod');
    await wait();
    client.reset();
    client.model('dev.lab.churn', 1);
    const over = explorer.startOver();
    expect(explorer.state().rows).toEqual([]);
    await over;
    await wait();
    expect(explorer.state().rows.map(row => row.key)).toEqual(['catalog:dev']);
    expect(explorer.state().selected).toBe(null);
  });
});

describe('the name of a registry', () => {
  it('is that of its file', () => {
    expect(registryName(OWN)).toBe('team');
    expect(registryName('modelreg:////data/a.b')).toBe('a.b');
  });

  it('tells those of the same name apart by their folders', () => {
    const [a, b, c] = ['modelreg:////x/a/reg.duckdb', 'modelreg:////x/b/reg.duckdb', OTHER];
    expect([...registryNames([a, b, c]).values()]).toEqual(['a/reg', 'b/reg', 'mine']);
  });
});
