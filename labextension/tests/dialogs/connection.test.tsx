import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { DialogView } from '../../src/dialogs/DialogView';
import type { DialogRequest } from '../../src/host/dialogRequest';
import { HostProvider } from '../../src/host/host';
import { addressOf, registryKind } from '../../src/registry/registryName';
import { alerts, field, press, shownLine, type, wait } from '../support/dialogHost';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';
import { FakeRegistries, OTHER, OWN } from '../support/fakeRegistries';

const SERVER = 'https://models.example.org';

let client: FakeClient;
let host: FakeHost;
let registries: FakeRegistries;
let closed: boolean[];

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  host = new FakeHost(client);
  host.registries = registries = new FakeRegistries();
  closed = [];
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function open(request: DialogRequest): Promise<void> {
  render(
    <HostProvider value={host}>
      <DialogView request={request} onClose={done => closed.push(done)} />
    </HostProvider>
  );
  await wait(300);
}

/** Let in by this token alone. */
function asksFor(token: string): void {
  registries.onConnect = (_, signingIn) => {
    if (signingIn?.token !== token) {
      throw new RegistryError('NOT_SIGNED_IN', signingIn ? 'that token has expired' : 'who are you', 'make a token');
    }
  };
}

describe('connecting to another registry', () => {
  it('offers those there are, and says the line for a notebook', async () => {
    await open({ kind: 'connect' });
    await press('Connect');
    expect(alerts()).toEqual(['Name a registryWrite a path, or https://host of a server']);
    expect(registries.signedIn).toEqual([]);
    fireEvent.mouseDown(field('Address'));
    expect(screen.getAllByRole('option').map(each => each.textContent)).toEqual([
      '/data/team.duckdbof this server',
      '/home/ana/mine.duckdb'
    ]);
    fireEvent.click(screen.getAllByRole('option')[1]!);
    await wait(300);
    expect(field('Address').value).toBe('/home/ana/mine.duckdb');
    expect(shownLine()).toContain('%modelreg connect /home/ana/mine.duckdb');
    expect(screen.queryByLabelText('Token')).toBe(null);
    await press('Connect');
    expect(registries.signedIn).toEqual([['/home/ana/mine.duckdb', undefined]]);
    expect(host.told).toEqual([{ ok: true, message: 'Connected to mine as ana' }]);
    expect(closed).toEqual([true]);
  });

  it('asks for a token when a server wants one, and never shows it', async () => {
    asksFor('mreg_right');
    registries.keyring = true;
    await open({ kind: 'connect' });
    await type('Address', SERVER);
    await press('Connect');
    expect(alerts()).toEqual(['Who are you']);
    expect(field('Token').type).toBe('password');
    await wait(10);
    expect(document.activeElement).toBe(field('Token'));
    await type('Token', 'mreg_wrong');
    await press('Connect');
    expect(alerts()).toContain('That token has expired');
    expect(field('Token').value).toBe('');
    await type('Token', ' mreg_right ');
    fireEvent.click(screen.getByLabelText(/Keep it in the keyring/));
    expect(document.body.textContent).not.toContain('mreg_');
    await press('Connect');
    expect(registries.signedIn).toEqual([[SERVER, { token: 'mreg_right', keep: true }]]);
    expect(host.told.at(-1)?.message).toBe('Connected to models.example.org as ana');
  });

  it('asks another address for no token before that one wants it', async () => {
    asksFor('mreg_right');
    await open({ kind: 'connect', address: SERVER, wantsToken: true });
    expect(field('Token')).toBeTruthy();
    expect(screen.queryByLabelText(/Keep it/)).toBe(null);
    await type('Token', 'mreg_right');
    await type('Address', 'https://elsewhere.example.org');
    expect(screen.queryByLabelText('Token')).toBe(null);
    await press('Connect');
    expect(alerts()).toContain('Who are you');
    expect(field('Token').value).toBe('');
  });

  it('says when the keyring did not take it', async () => {
    registries.keyring = true;
    registries.keeps = false;
    await open({ kind: 'connect', address: SERVER, wantsToken: true });
    await type('Token', 'mreg_right');
    fireEvent.click(screen.getByLabelText(/Keep it in the keyring/));
    await press('Connect');
    expect(host.told[0]?.message).toContain('it lasts until Jupyter stops');
  });

  it('is not for a notebook, whose kernel does that itself', async () => {
    host.registries = null;
    await open({ kind: 'connect' });
    expect(screen.queryByRole('button', { name: 'Connect' })).toBe(null);
  });
});

describe('signing in', () => {
  it('is about the registry that is shown, and nothing else', async () => {
    registries.own = `modelreg:${SERVER}`;
    await open({ kind: 'connect', address: `modelreg:${SERVER}`, wantsToken: true });
    expect(screen.getByRole('heading').textContent).toBe('Sign in');
    expect(screen.queryByLabelText('Address')).toBe(null);
    await type('Token', 'mreg_right');
    await press('Sign in');
    expect(registries.signedIn).toEqual([[SERVER, { token: 'mreg_right', keep: false }]]);
  });
});

describe('what is said of a registry', () => {
  const said = (): string[] =>
    [...document.querySelectorAll('dt')].map(each => `${each.textContent}: ${each.nextSibling?.textContent}`);

  it('is where it is, what it is, and on whose behalf', async () => {
    await registries.connect(OTHER);
    client.uri = `modelreg:${SERVER}`;
    client.readOnly = true;
    await open({ kind: 'about' });
    expect(said()).toEqual([
      'Name: models.example.org',
      `Address: ${SERVER}`,
      'Kind: server',
      'As: ana',
      'Access: read-only',
      'Holds: 0 models, 0 versions, 0 B',
      'Version of the server: 0.1.0',
      'In the settings: /data/team.duckdb'
    ]);
  });

  it('is said in a notebook as well', async () => {
    host.registries = null;
    await open({ kind: 'about' });
    expect(said()).toContain('Address: /data/team.duckdb');
    expect(screen.getAllByRole('button').map(each => each.textContent)).toContain('Close');
  });
});

it('writes an address as people do', () => {
  expect([OWN, 'modelreg:https://h/x', 'modelreg:postgresql://u@h/d?files=/f', '/a b'].map(addressOf)).toEqual([
    '/data/team.duckdb',
    'https://h/x',
    'modelreg:postgresql://u@h/d?files=/f',
    '/a b'
  ]);
  expect([OWN, 'modelreg:http://h', 'modelreg:postgresql://h/d'].map(registryKind)).toEqual([
    'file',
    'server',
    'PostgreSQL database'
  ]);
});
