import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type KnownRegistry, type Registries, RegistryError } from '../../src/client/client';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { ExplorerView } from '../../src/explorer/ExplorerView';
import { HostProvider } from '../../src/host/host';
import { registryName, registryNames } from '../../src/registry/registryName';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';

const OWN = 'modelreg:////data/team.duckdb';
/** What the menu holds wherever there is nothing to switch to. */
const OWN_ITEMS = [
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
const OTHER = 'modelreg:////home/ana/mine.duckdb';

class Choice implements Registries {
  uri: string | null = null;
  failure: RegistryError | null = null;
  known: KnownRegistry[] = [
    { uri: OWN, origin: 'server', notebook: null, used_at: null },
    { uri: OTHER, origin: 'recent', notebook: '/home/ana/week2.ipynb', used_at: Date.now() }
  ];
  private readonly listeners = new Set<() => void>();

  list(): Promise<readonly KnownRegistry[]> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.known);
  }

  use(uri: string | null): void {
    this.uri = uri;
    this.listeners.forEach(each => each());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

let client: FakeClient;
let host: FakeHost;
let choice: Choice;
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
  choice = new Choice();
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
    expect(await openMenu()).toEqual(['team · of this server', 'mine · week2.ipynb just now', ...OWN_ITEMS]);
    fireEvent.click(screen.getByRole('menuitem', { name: /^mine/ }));
    client.uri = OTHER;
    await wait(300);
    expect(choice.uri).toBe(OTHER);
    expect(screen.getByRole('button', { name: 'Registry mine' })).toBeTruthy();
    await openMenu();
    fireEvent.click(screen.getByRole('menuitem', { name: /^team/ }));
    expect(choice.uri).toBe(null);
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
