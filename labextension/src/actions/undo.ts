import type { ToldEvent } from '../client/client';
import { Recorder } from '../client/recorder';
import type { Host, NotificationAction } from '../host/host';
import { notifyingFailure } from '../host/notifying';
import { sentenceText, subjectReference, worthTelling } from '../registry/events';

/** More changes than this are counted, and not told one by one. */
const MOST = 2;

/**
 * A button that takes back `units`, in that order; none when there is nothing to take back.
 *
 * @param again what is done again by that; null where it is undone
 */
export function undoActions(host: Host, units: readonly number[], again: string | null = null): NotificationAction[] {
  const registry = host.registries?.uri ?? null;
  const run = (): void => void undo(host, units, again, registry);
  return units.length === 0 ? [] : [{ label: again === null ? 'Undo' : 'Redo', run }];
}

/** Take back `units` of the registry at that URI, and tell what was taken back, or why not. */
async function undo(
  host: Host,
  units: readonly number[],
  again: string | null,
  registry: string | null
): Promise<void> {
  if ((host.registries?.uri ?? null) !== registry) {
    host.notify({
      ok: false,
      message: 'Another registry is shown now, so nothing was undone',
      hint: 'Switch back to the one that was changed, and undo it in its history.'
    });
    return;
  }
  await notifyingFailure(host, async () => {
    const recorder = new Recorder(host.client);
    const events: ToldEvent[] = [];
    for (const event of units) {
      const undone = await recorder.client.call('history.undo', { event });
      events.unshift(...undone.events);
    }
    const what = again ?? changesText(events);
    host.notify({
      ok: true,
      message: `${again === null ? 'Undone' : 'Done again'}: ${what}`,
      actions: undoActions(host, await recorder.undoable(), again === null ? what : null)
    });
  });
}

/** What `events`, oldest first, have done, in one sentence. */
export function changesText(events: readonly ToldEvent[]): string {
  const told = worthTelling(events).map(changeText);
  const shown = told.length > MOST ? told.slice(0, 1) : told;
  const rest = told.length - shown.length;
  return rest === 0 ? shown.join('; ') : `${shown.join('; ')}, and ${rest} more changes`;
}

function changeText(event: ToldEvent): string {
  return `${sentenceText(event)} (${subjectReference(event)})`;
}
