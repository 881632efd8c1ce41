import { Notification, showErrorMessage } from '@jupyterlab/apputils';

import type { Notification as HostNotification } from '../host/host';

/** Milliseconds a notification of success stays; one of failure stays until it is read. */
const SUCCESS_MS = 4000;
/** Milliseconds it stays when there is something to choose in it. */
const ACTION_MS = 10_000;
/** JupyterLab cuts a longer one. */
const MOST_CHARACTERS = 140;

/** Tell the person what came of something, in a notification at the corner. */
export function notify({ ok, message, hint, actions = [] }: HostNotification): void {
  if (ok) {
    const buttons = actions.map(({ label, run }) => ({ label, callback: run }));
    Notification.success(cut(message), { autoClose: buttons.length > 0 ? ACTION_MS : SUCCESS_MS, actions: buttons });
    return;
  }
  const whole = hint ? `${message}\n${hint}` : message;
  const details = {
    label: 'Details',
    callback: () => void showErrorMessage('Model registry', whole)
  };
  Notification.error(cut(whole), { autoClose: false, ...(whole.length > MOST_CHARACTERS && { actions: [details] }) });
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
