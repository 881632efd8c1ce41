import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Completion, Suggestion } from '../../src/client/client';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { ExplorerView } from '../../src/explorer/ExplorerView';
import { completed, endOfWord, wrong } from '../../src/explorer/search/typing';
import { HostProvider } from '../../src/host/host';
import { FakeClient } from '../support/fakeClient';
import { FakeHost } from '../support/fakeHost';

let client: FakeClient;
let host: FakeHost;
let explorer: ExplorerStore;

beforeEach(async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    }
  );
  // jsdom lays nothing out.
  Element.prototype.scrollIntoView = () => undefined;
  client = new FakeClient();
  client.model('prod.ml.fraud', 1);
  host = new FakeHost(client);
  explorer = new ExplorerStore(client);
  render(
    <HostProvider value={host}>
      <ExplorerView explorer={explorer} />
    </HostProvider>
  );
  explorer.show();
  await wait(600);
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

function box(): HTMLInputElement {
  return screen.getByRole('combobox', { name: 'Search models' });
}

async function press(name: string): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name }));
  await wait(300);
  await wait(300);
}

async function type(text: string): Promise<void> {
  fireEvent.focusIn(box());
  fireEvent.change(box(), { target: { value: text } });
  await wait(150);
}

function suggestions(...texts: string[]): Suggestion[] {
  return texts.map(text => ({ text, about: '' }));
}

function said(completion: Partial<Completion>): Completion {
  return { kind: 'model', fields: [], problem: null, start: 0, end: 0, suggestions: [], ...completion };
}

function options(): (string | null)[] {
  return screen.queryAllByRole('option').map(each => each.textContent);
}

describe('the search box', () => {
  it('completes the word that is being written, by keys and by mouse', async () => {
    client.completions.set('al', said({ end: 2, suggestions: suggestions('alias', 'catalog') }));
    client.completions.set('alias ', said({ start: 6, end: 6, suggestions: suggestions('=', '!=') }));
    await type('al');
    expect(options()).toEqual(['alias', 'catalog']);
    fireEvent.keyDown(box(), { key: 'ArrowDown' });
    expect(box().getAttribute('aria-activedescendant')).toBe(screen.getAllByRole('option')[0]?.id);
    fireEvent.keyDown(box(), { key: 'Enter' });
    expect([box().value, box().selectionStart]).toEqual(['alias ', 6]);
    await wait(150);
    expect(options()).toEqual(['=', '!=']);
    fireEvent.click(screen.getByRole('option', { name: '!=' }));
    expect(box().value).toBe('alias != ');
  });

  it('offers nothing that was said of another text', async () => {
    client.completions.set('', said({ suggestions: suggestions('@live', 'name') }));
    const release = client.hold();
    fireEvent.focusIn(box());
    fireEvent.change(box(), { target: { value: 'ali' } });
    release();
    await wait();
    expect(options()).toEqual([]);
  });

  it('lets go on without picking anything', async () => {
    client.completions.set('al', said({ end: 2, suggestions: suggestions('alias') }));
    await type('al');
    fireEvent.keyDown(box(), { key: 'Escape' });
    expect([options(), box().value]).toEqual([[], 'al']);
    fireEvent.keyDown(box(), { key: 'ArrowDown' });
    expect(document.activeElement?.getAttribute('role')).toBe('tree');
    fireEvent.keyDown(box(), { key: 'Escape' });
    expect(box().value).toBe('');
  });

  it('marks what is wrong and says it', async () => {
    const problem = { message: 'there is no field alais', advice: 'did you mean alias?', at: 6 };
    client.completions.set("x = 1 alais = 'x'", said({ kind: null, problem, start: 17, end: 17 }));
    await type("x = 1 alais = 'x'");
    expect(box().getAttribute('aria-invalid')).toBe('true');
    const told = document.getElementById(box().getAttribute('aria-describedby') ?? '');
    expect(told?.textContent).toBe('There is no field alais. Did you mean alias?');
    expect(document.querySelector('.mreg-search-mark u')?.textContent).toBe('alais');
    expect(screen.queryByRole('button', { name: 'Save search…' })).toBeNull();
  });

  it('says nothing of what is only not finished', async () => {
    const problem = { message: 'a value is missing at the end', advice: null, at: 7 };
    client.completions.set('alias =', said({ kind: null, problem, start: 7, end: 7, suggestions: suggestions("'C'") }));
    await type('alias =');
    expect(box().getAttribute('aria-invalid')).toBe('false');
    fireEvent.click(screen.getByRole('option'));
    expect(box().value).toBe("alias = 'C' ");
  });

  it('offers searches that were made, and those that are saved', async () => {
    client.completions.set('', said({ suggestions: [...suggestions('@live', 'name')] }));
    await type('fraud');
    fireEvent.keyDown(box(), { key: 'Enter' });
    fireEvent.keyDown(box(), { key: 'Escape' });
    fireEvent.focusIn(box());
    fireEvent.mouseDown(box());
    await wait();
    expect(options()).toEqual(['fraudsearched before', '@live']);
    fireEvent.click(screen.getByRole('option', { name: '@live' }));
    expect(box().value).toBe('@live');
  });

  it('saves a search that finds something', async () => {
    await type('fraud');
    fireEvent.click(screen.getByRole('button', { name: 'Save search…' }));
    expect(host.asked).toEqual([{ kind: 'save-search', filter: 'fraud' }]);
    expect(screen.queryByRole('button', { name: /^Delete the saved search/ })).toBeNull();
  });

  it('deletes a saved search that was asked for, and looks for it no more', async () => {
    client.completions.set('@live', said({}));
    await type('@live');
    expect(screen.queryByRole('button', { name: 'Save search…' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Delete the saved search @live…' }));
    await wait();
    expect(host.asked).toEqual([{ kind: 'delete-search', name: 'live' }]);
    expect(box().value).toBe('');
  });
});

describe('a completed text', () => {
  const at = (start: number, end: number): Completion => said({ start, end });

  it.each([
    ['al', at(0, 2), 'alias', 'alias ', 6],
    ['al and x', at(0, 2), 'alias', 'alias and x', 5],
    ['tags.ta', at(0, 7), 'tags.task', 'tags.task ', 10],
    ['ta', at(0, 2), 'tags.', 'tags.', 5],
    ['version in', at(10, 10), '(', 'version in (', 12],
    ['alias=', at(6, 6), "'x'", "alias= 'x' ", 11],
    ['anything', at(0, 8), '@saved', '@saved', 6]
  ])('of %s', (text, completion, suggestion, expected, cursor) => {
    expect(completed(text, completion, suggestion)).toEqual({ text: expected, at: cursor });
  });

  it('is wrong where something is that cannot be gone on from', () => {
    const problem = { message: 'no', advice: null, at: 3 };
    expect(wrong('', null)).toBeNull();
    expect(wrong('abcdefg', said({}))).toBeNull();
    expect(wrong('abcdefg', said({ problem, start: 5, suggestions: suggestions('a') }))).toEqual(problem);
    expect(wrong('abcdefg', said({ problem, start: 3, suggestions: suggestions('a') }))).toBeNull();
    expect(wrong('abc  ', said({ problem, start: 5, suggestions: suggestions('a') }))).toBeNull();
    expect(wrong('abcdefg', said({ problem, start: 3 }))).toEqual(problem);
    expect(wrong('abcdefg', said({ problem: { ...problem, at: null } }))).toBeNull();
  });

  it('is marked to the end of the word', () => {
    expect([endOfWord('alais = 1', 0), endOfWord('a = = 1', 4), endOfWord('a =', 3)]).toEqual([5, 5, 4]);
  });
});

describe('what was found by its values', () => {
  it('narrows the search, and no longer', async () => {
    const value = { key: '', value: 'ana', count: 1 };
    const wider = "text contains 'fraud' and owner = 'ana'";
    client.facets.set('fraud', [{ field: 'owner', values: [{ ...value, chosen: false, filter: wider }], more: false }]);
    client.facets.set(wider, [
      { field: 'owner', values: [{ ...value, chosen: true, filter: "text contains 'fraud'" }], more: false }
    ]);
    await type('fraud');
    await wait(300);
    expect(client.calls.map(each => each.op)).not.toContain('models.facets');
    await press('Narrow the search');
    await press('ana 1');
    expect(box().value).toBe(wider);
    expect(screen.getByRole('button', { name: 'ana 1' }).getAttribute('aria-pressed')).toBe('true');
    await press('ana 1');
    expect(box().value).toBe("text contains 'fraud'");
    await press('Clear search');
    expect(screen.queryByRole('group', { name: 'Narrow the search' })).toBeNull();
  });
});
