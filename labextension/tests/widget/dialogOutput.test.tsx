import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { DEFAULT_SETTINGS } from '../../src/host/settings';
import { InlineHost } from '../../src/host/inlineHost';
import { PlainText } from '../../src/host/PlainText';
import { DialogOutput } from '../../src/widget/DialogOutput';
import type { WidgetDialogRequest } from '../../src/widget/model';
import { Model } from '../support/fakeModel';

/** Nothing is laid out or scrolled here: everything is in sight, at once. */
class Observer {
  constructor(private readonly seen?: (entries: { isIntersecting: boolean }[]) => void) {}
  observe(): void {
    this.seen?.([{ isIntersecting: true }]);
  }
  disconnect(): void {}
}

let host: InlineHost;
let explorer: ExplorerStore;
let model: Model;
let el: HTMLElement;

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class extends Observer {
      override observe(): void {}
    }
  );
  vi.stubGlobal('IntersectionObserver', Observer);
  const client = new FakeClient();
  client.model('fraud', 2);
  host = new InlineHost(client, () => DEFAULT_SETTINGS, PlainText);
  explorer = new ExplorerStore(client);
  model = new Model();
  model.traits.outcome = {
    done: false,
    lines: ['Set an alias'],
    output: { 'text/plain': 'plain', 'text/html': 'html' }
  };
  // The dialogs themselves are tested elsewhere: here it counts which one is asked for.
  vi.spyOn(host, 'openDialog').mockResolvedValue(false);
  el = document.createElement('div');
});

afterEach(() => {
  cleanup();
  el.remove();
  host.dispose();
  explorer.dispose();
});

function shown(request: WidgetDialogRequest): void {
  model.traits.dialog = request;
  // Cleaning up takes it out of the page.
  document.body.append(el);
  render(<DialogOutput el={el} model={model} host={host} explorer={explorer} request={request} />, { container: el });
}

it('opens nothing by itself, and the form when asked to', () => {
  const order = { kind: 'alias', model: 'fraud', alias: 'Champion' } as const;
  shown(order);
  expect(host.openDialog).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Open form…' }));
  expect(host.openDialog).toHaveBeenCalledExactlyOnceWith(order);
});

it('shows the form in the output, not over the page, and Escape leaves it', async () => {
  vi.mocked(host.openDialog).mockRestore();
  shown({ kind: 'alias', model: 'fraud' });
  fireEvent.click(screen.getByRole('button', { name: 'Open form…' }));
  const form = await screen.findByRole('dialog');
  expect(el.contains(form)).toBe(true);
  // jsdom has no showModal: a modal dialog would have failed here.
  expect(screen.queryByRole('button', { name: 'Open form…' })).toBeNull();
  const alias = await screen.findByLabelText('Alias');
  fireEvent.input(alias, { target: { value: 'Best' } });
  fireEvent.keyDown(alias, { key: 'Escape' });
  expect(screen.getByRole('alert').textContent).toBe('Nothing is saved yet. Discard what you typed?');
  fireEvent.keyDown(alias, { key: 'Escape' });
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByRole('button', { name: 'Open form…' })).toBeTruthy();
});

it('says what was done, and hands it to whoever keeps the output', () => {
  shown({ kind: 'alias', model: 'fraud' });
  const kept = vi.fn();
  document.addEventListener('modelreg:output', event => void kept((event as CustomEvent).detail), { once: true });
  const output = { 'text/plain': '<Dialog alias: fraud@Best>', 'text/html': '<b>fraud@Best → 2</b>' };
  act(() => model.set('outcome', { done: true, lines: ['fraud@Best → 2'], output }));
  expect(screen.getByRole('status').textContent).toBe('fraud@Best → 2');
  expect(screen.getByRole('button', { name: 'Open again…' })).toBeTruthy();
  expect(kept).toHaveBeenCalledExactlyOnceWith(output);
});

it('lets one choose what it is about', async () => {
  shown({ kind: 'alias', choose: true, alias: 'Best' });
  fireEvent.click(screen.getByRole('button', { name: 'Open form…' }));
  expect(host.openDialog).not.toHaveBeenCalled();
  const tree = await screen.findByRole('tree');
  await act(async () => void fireEvent.keyDown(tree, { key: 'Home' }));
  await act(async () => void fireEvent.keyDown(tree, { key: 'ArrowRight' }));
  fireEvent.doubleClick(await screen.findByText('fraud'));
  expect(host.openDialog).toHaveBeenCalledExactlyOnceWith({ kind: 'alias', alias: 'Best', model: 'fraud' });
  expect(screen.queryByRole('tree')).toBeNull();
});
