import { act, cleanup, render } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import { HostProvider } from '../../src/host/host';
import { Query, type QueryView, useQuery } from '../../src/state/query';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';

const BUSY = new RegistryError('BUSY', 'the registry is in use');

describe('a query', () => {
  it('keeps the last answer while the next one is on its way, and when that fails', async () => {
    const query = new Query<number>(() => undefined);
    await query.run('a', () => Promise.resolve(1));
    const failing = query.run('a', () => Promise.reject(BUSY));
    expect(query.state).toEqual({ value: 1, error: null, busy: true });
    await failing;
    expect(query.state).toEqual({ value: 1, error: BUSY, busy: false });
  });

  it('keeps no answer to another question', async () => {
    const query = new Query<number>(() => undefined);
    await query.run('a', () => Promise.resolve(1));
    await query.run('b', () => Promise.reject(BUSY));
    expect(query.state).toEqual({ value: null, error: BUSY, busy: false });
  });

  it('gives up what is on its way for something newer', async () => {
    const query = new Query<number>(() => undefined);
    let late: (value: number) => void = () => undefined;
    const signals: AbortSignal[] = [];
    const first = query.run('a', signal => {
      signals.push(signal);
      return new Promise(resolve => (late = resolve));
    });
    await query.run('b', () => Promise.resolve(2));
    late(1);
    await first;
    expect(signals.map(each => each.aborted)).toEqual([true]);
    expect(query.state.value).toBe(2);
  });

  it('reads once what is wanted, again when told to, and nothing for null', async () => {
    const query = new Query<number>(() => undefined);
    const fetch = vi.fn(() => Promise.resolve(fetch.mock.calls.length));
    await query.want('a', fetch);
    await query.want('a', fetch);
    expect(fetch).toHaveBeenCalledTimes(1);
    await query.reload();
    expect(query.state.value).toBe(2);
    await query.want(null, fetch);
    await query.reload();
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(query.state.value).toBeNull();
  });
});

describe('useQuery', () => {
  let host: FakeHost;
  let view: QueryView<string>;
  const answers = new Map<string, () => Promise<string>>();

  beforeEach(() => {
    host = new FakeHost(new FakeClient());
  });

  afterEach(() => {
    cleanup();
  });

  function Asking({ about }: { about: string | null }): null {
    view = useQuery(about, () => (answers.get(about ?? '') ?? (() => Promise.reject(BUSY)))());
    return null;
  }

  let at: HTMLElement;

  async function ask(about: string | null, ms = 400): Promise<void> {
    render(
      <HostProvider value={host}>
        <Asking about={about} />
      </HostProvider>,
      { container: at }
    );
    await act(async () => {
      await new Promise(resolve => setTimeout(resolve, ms));
    });
  }

  beforeEach(() => {
    at = document.body.appendChild(document.createElement('div'));
  });

  afterEach(() => at.remove());

  it('is not settled before it is answered what is asked now', async () => {
    answers.set('a', () => Promise.resolve('A'));
    await ask('a');
    expect([view.settled, view.value]).toEqual([true, 'A']);
    await ask('b', 0);
    expect([view.settled, view.value, view.error]).toEqual([false, 'A', null]);
  });

  it('asks a registry that did not answer again by itself', async () => {
    let away = true;
    answers.set('a', () =>
      away ? Promise.reject(new RegistryError('UNREACHABLE', 'nobody there')) : Promise.resolve('A')
    );
    await ask('a');
    expect(view.error?.code).toBe('UNREACHABLE');
    away = false;
    await vi.waitFor(() => expect([view.settled, view.value, view.error]).toEqual([true, 'A', null]), 4000);
  });

  it('asks nothing for null', async () => {
    await ask(null);
    expect([view.settled, view.busy, view.value, view.error]).toEqual([false, false, null, null]);
  });
});
