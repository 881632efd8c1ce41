import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { ExplorerStore } from '../../src/explorer/explorerStore';
import { DEFAULT_SETTINGS } from '../../src/host/settings';
import { Panel } from '../../src/panel/Panel';
import { InlineHost } from '../../src/host/inlineHost';
import { PlainText } from '../../src/host/PlainText';

/** jsdom lays nothing out, so there is nothing to observe. */
class NoResizes {
  observe(): void {}
  disconnect(): void {}
}

let client: FakeClient;
let host: InlineHost;
let explorer: ExplorerStore;

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', NoResizes);
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement): void {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement): void {
    this.open = false;
  };
  client = new FakeClient();
  client.model('fraud', 2, { Champion: 1 });
  host = new InlineHost(client, () => DEFAULT_SETTINGS, PlainText);
  explorer = new ExplorerStore(client);
});

afterEach(() => {
  cleanup();
  host.dispose();
  explorer.dispose();
  vi.useRealTimers();
});

async function shown(): Promise<HTMLElement> {
  render(<Panel host={host} explorer={explorer} visible={true} />);
  const tree = await screen.findByRole('tree');
  await press(tree, 'Home');
  await press(tree, 'ArrowRight');
  fireEvent.click(await screen.findByText('fraud'));
  return tree;
}

async function press(element: HTMLElement, key: string): Promise<void> {
  await act(async () => {
    fireEvent.keyDown(element, { key });
    await Promise.resolve();
  });
}

function back(name: string): HTMLElement {
  return screen.getByRole('button', { name: `Back to ${name}` });
}

describe('a page in the panel', () => {
  it('opens over the explorer, takes the focus, and goes back to the row it was opened from', async () => {
    const tree = await shown();
    await press(tree, 'Enter');
    expect(document.activeElement).toBe(back('All models'));
    expect(screen.queryByRole('tree')).toBeNull();
    act(() => back('All models').click());
    expect(screen.queryByRole('button', { name: 'Back to All models' })).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('tree'));
    expect(explorer.state().selected).toBe('model:fraud');
  });

  it('leads from a model to a version and back the same way, by Escape too', async () => {
    await shown();
    act(() => host.openPage({ kind: 'model', name: 'fraud' }));
    act(() => host.openPage({ kind: 'version', name: 'fraud', version: 2 }));
    expect(back('fraud')).toBe(document.activeElement);
    await press(back('fraud'), 'Escape');
    expect(back('All models')).toBe(document.activeElement);
    act(() => host.openPage({ kind: 'version', name: 'fraud', version: 2 }));
    // The page itself links to its model: that is no page more.
    act(() => host.openPage({ kind: 'model', name: 'fraud' }));
    await press(back('All models'), 'Escape');
    expect(screen.getByRole('tree')).toBeTruthy();
  });

  it('leaves the explorer alone meanwhile', async () => {
    await shown();
    const hide = vi.spyOn(explorer, 'hide');
    const show = vi.spyOn(explorer, 'show');
    act(() => host.openPage({ kind: 'model', name: 'fraud' }));
    expect(hide).toHaveBeenCalledOnce();
    expect(show).not.toHaveBeenCalled();
    act(() => host.back());
    expect(show).toHaveBeenCalledOnce();
  });
});

describe('a dialog in the panel', () => {
  it('is there until it is closed, and tells what came of it', async () => {
    await shown();
    let done: boolean | undefined;
    act(() => void host.openDialog({ kind: 'rename', model: 'fraud' }).then(answer => (done = answer)));
    expect(await screen.findByRole('dialog', { hidden: true })).toBeTruthy();
    await act(async () => host.state().dialogs[0]!.close(true));
    expect(done).toBe(true);
    expect(document.querySelector('dialog')).toBeNull();
  });

  it('did nothing when the output goes away', async () => {
    const asked = host.openDialog({ kind: 'rename', model: 'fraud' });
    host.dispose();
    expect(await asked).toBe(false);
  });
});

describe('notifications', () => {
  it('of success go by themselves, of failure when they are closed', async () => {
    await shown();
    vi.useFakeTimers();
    act(() => host.notify({ ok: true, message: 'Deleted fraud' }));
    act(() => host.notify({ ok: false, message: 'It is in use', hint: 'wait' }));
    expect(screen.getByText('Deleted fraud').closest('[role=status]')).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toBe('It is in usewait');
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.queryByText('Deleted fraud')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('are never more than can be read, the newest at the foot', async () => {
    for (let at = 1; at <= 5; at++) {
      host.notify({ ok: false, message: `failure ${at}` });
    }
    expect(host.state().notifications.map(each => each.notification.message)).toEqual([
      'failure 3',
      'failure 4',
      'failure 5'
    ]);
  });
});
