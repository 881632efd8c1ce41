import { Notification, showErrorMessage } from '@jupyterlab/apputils';

import type { Outcome } from '../host/host';

/** Milliseconds a note of success stays; one of failure stays until it is read. */
const SUCCESS_MS = 4000;
/** JupyterLab cuts a longer note. */
const MOST_CHARACTERS = 140;

/** Tell the person what came of something, in a note at the corner. */
export function tell({ ok, message, hint }: Outcome): void {
  if (ok) {
    Notification.success(cut(message), { autoClose: SUCCESS_MS });
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
