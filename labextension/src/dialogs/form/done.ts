import { copyReference } from '../../actions/actions';
import { undoActions } from '../../actions/undo';
import type { Host, Notification } from '../../host/host';
import type { PageTarget } from '../../registry/target';

/** What was done: in one sentence, and where it can be looked at. */
export interface Done {
  readonly message: string;
  readonly target: PageTarget;
}

/** A notification that leads to what was made, if anything was, and takes back the `units` that it took. */
export function doneNotification(host: Host, done: string | Done, units: readonly number[]): Notification {
  const undo = undoActions(host, units);
  if (typeof done === 'string') {
    return { ok: true, message: done, actions: undo };
  }
  const { message, target } = done;
  const open = { label: 'Open', run: () => host.openPage(target) };
  const copy = { label: 'Copy reference', run: () => copyReference(host, target) };
  return { ok: true, message, actions: [open, copy, ...undo] };
}
