import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { DEFAULT_SETTINGS } from '../../src/host/settings';
import { InlineHost } from '../../src/host/inlineHost';
import { PlainText } from '../../src/host/PlainText';
import { DialogOutput } from '../../src/widget/DialogOutput';
import type { WidgetDialogRequest } from '../../src/widget/model';
import { Model } from '../support/fakeModel';

let host: InlineHost;
let model: Model;
let el: HTMLElement;

beforeEach(() => {
  const client = new FakeClient();
  client.model('fraud', 2);
  host = new InlineHost(client, () => DEFAULT_SETTINGS, PlainText);
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
});

function shown(request: WidgetDialogRequest): void {
  model.traits.dialog = request;
  // Cleaning up takes it out of the page.
  document.body.append(el);
  render(<DialogOutput el={el} model={model} host={host} request={request} />, { container: el });
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

it('asks what it is about, and completes the name', async () => {
  shown({ kind: 'alias', choose: true, alias: 'Best' });
  fireEvent.click(screen.getByRole('button', { name: 'Open form…' }));
  expect(host.openDialog).not.toHaveBeenCalled();
  const model = await screen.findByLabelText('Model');
  fireEvent.click(screen.getByRole('button', { name: 'Next' }));
  expect((await screen.findByRole('alert')).textContent).toContain('No model is named');
  fireEvent.input(model, { target: { value: 'frau' } });
  // A click before the answer is judged by the answer.
  fireEvent.click(screen.getByRole('button', { name: 'Next' }));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('There is no model frau'));
  fireEvent.click(await screen.findByRole('option', { name: /^fraud/ }));
  fireEvent.click(screen.getByRole('button', { name: 'Next' }));
  await waitFor(() =>
    expect(host.openDialog).toHaveBeenCalledExactlyOnceWith({ kind: 'alias', alias: 'Best', model: 'fraud' })
  );
  expect(screen.queryByLabelText('Model')).toBeNull();
});

it('takes a version that is there', async () => {
  shown({ kind: 'tags', choose: true });
  fireEvent.click(screen.getByRole('button', { name: 'Open form…' }));
  fireEvent.input(await screen.findByLabelText('Model'), { target: { value: 'fraud/99' } });
  fireEvent.click(screen.getByRole('button', { name: 'Next' }));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('There is no version fraud/99'));
  fireEvent.input(screen.getByLabelText('Model'), { target: { value: 'models:/fraud/1' } });
  fireEvent.click(screen.getByRole('button', { name: 'Next' }));
  await waitFor(() =>
    expect(host.openDialog).toHaveBeenCalledExactlyOnceWith({
      kind: 'tags',
      target: { kind: 'version', name: 'fraud', version: 1 }
    })
  );
});
