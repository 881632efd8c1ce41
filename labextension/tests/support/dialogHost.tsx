import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { vi } from 'vitest';

import { RegistryError } from '../../src/client/client';
import type { FakeClient } from './fakeClient';
import type { DialogRequest } from '../../src/host/dialogRequest';
import { DialogView } from '../../src/dialogs/DialogView';
import { type Host, HostProvider, type Notification, type Opener } from '../../src/host/host';
import type { Settings } from '../../src/host/settings';
import { FakeHost } from './fakeHost';

export const AWAY = new RegistryError(
  'UNREACHABLE',
  'The Jupyter server does not answer',
  'Check that it is still running.'
);

// jsdom has no layout, and so nowhere to scroll to.
Element.prototype.scrollIntoView = () => undefined;
// jsdom has no modal dialogs: open and closed is all of them that it can show.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

/** A dialog on screen, what was told, and what it was closed with. */
export interface Opened {
  readonly told: Notification[];
  readonly closed: boolean[];
  readonly host: FakeHost;
}

/** Open a dialog and wait until it has read what it needs. Timers are faked by the test. */
export async function open(
  client: FakeClient,
  request: DialogRequest,
  settings: Partial<Settings> = {},
  opener: Partial<Opener> = {},
  transfers: Host['transfers'] = null,
  registries: Host['registries'] = null
): Promise<Opened> {
  const host = new FakeHost(client);
  host.opener = host.opener && { ...host.opener, ...opener };
  host.transfers = transfers;
  host.registries = registries;
  host.settings = { ...host.settings, ...settings };
  const closed: boolean[] = [];
  render(<Shown host={host} request={request} closed={closed} />);
  await wait(300);
  return { told: host.told, closed, host };
}

/** Takes the dialog away when it is closed, as every host does. */
function Shown(props: { host: FakeHost; request: DialogRequest; closed: boolean[] }): React.JSX.Element {
  const { host, request, closed } = props;
  const [there, setThere] = React.useState(true);
  const onClose = React.useCallback(
    (done: boolean): void => {
      closed.push(done);
      setThere(false);
    },
    [closed]
  );
  return <HostProvider value={host}>{there && <DialogView request={request} onClose={onClose} />}</HostProvider>;
}

/** Let `ms` milliseconds pass, and answers arrive. */
export async function wait(ms = 0): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

/** Type `text` into the field called `label`, in place of what it holds. */
export async function type(label: string | RegExp, text: string): Promise<void> {
  fireEvent.input(field(label), { target: { value: text } });
  await wait(300);
}

/** Press the button called `name`. */
export async function press(name: string | RegExp): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name }));
  await wait(300);
}

/** Choose one of a few, by its text. */
export async function choose(name: string): Promise<void> {
  fireEvent.click(screen.getByRole('radio', { name }));
  await wait(300);
}

export function field(label: string | RegExp): HTMLInputElement {
  return screen.getByLabelText(label);
}

/** What is said to be wrong, and everything else that is an alert. */
export function alerts(): string[] {
  return screen.queryAllByRole('alert').map(each => each.textContent);
}

/** The line shown for copying. */
export function shownLine(): string {
  return screen.getByRole('group', { name: 'The same as a line' }).textContent;
}
