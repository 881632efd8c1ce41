import * as React from 'react';

import { asRegistryError, type RegistryError } from '../../client/client';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import { useHost } from '../../host/host';
import { ownZone, localTime } from '../../registry/format';
import type { Clock } from './Clocked';

/** Asks for the moment that a page is to show: written as people write it, or picked. */
export function MomentPicker({ clock, onClose }: { clock: Clock; onClose: () => void }): React.JSX.Element {
  const { client } = useHost();
  const [text, setText] = React.useState(clock.moment === null ? '' : localTime(clock.moment));
  const [busy, setBusy] = React.useState(false);
  const [error, setError] = React.useState<RegistryError | null>(null);
  const field = React.useRef<HTMLInputElement>(null);
  const id = React.useId();
  React.useEffect(() => field.current?.focus(), []);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const moment = await client.call('history.read_time', { text, zone: ownZone() });
      // Asked before the page goes there, so that what is wrong with it is said where it was written.
      await client.at(moment).call('history.last', {});
      onClose();
      clock.show(moment);
    } catch (failure) {
      setError(asRegistryError(failure));
      setBusy(false);
      field.current?.focus();
    }
  };
  return (
    <form
      className="mreg-moment"
      aria-label="Show the past"
      onSubmit={event => {
        event.preventDefault();
        if (!busy && text.trim() !== '') {
          void go();
        }
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <label htmlFor={id}>Show as of</label>
      <span className="mreg-moment-fields">
        <input
          ref={field}
          id={id}
          type="text"
          className="mreg-input"
          placeholder="2026-03-01 14:00, yesterday, -7d"
          autoComplete="off"
          spellCheck={false}
          value={text}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : `${id} error`}
          onChange={event => setText(event.target.value)}
        />
        <input
          type="datetime-local"
          className="mreg-input mreg-moment-picked"
          aria-label="Date and time"
          step={1}
          max={local(Date.now())}
          value={picked(text)}
          onChange={event => setText(event.target.value.slice(0, 19).replace('T', ' '))}
        />
      </span>
      <button type="submit" className="mreg-action" aria-disabled={busy || text.trim() === ''}>
        {busy ? 'Looking…' : 'Show'}
      </button>
      <button type="button" className="mreg-button" aria-label="Close" title="Close" onClick={onClose}>
        <Icon name="clear" />
      </button>
      {error !== null && (
        <p id={`${id} error`} className="mreg-moment-error" role="alert">
          {asSentence(error.message)}.{error.hint && <span className="mreg-quiet"> {asSentence(error.hint)}</span>}
        </p>
      )}
    </form>
  );
}

/** A moment as a field for date and time has it. */
function local(moment: number): string {
  return localTime(moment).replace(' ', 'T');
}

/** What the field for date and time shows of what is written. */
function picked(text: string): string {
  const found = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/.exec(text.trim());
  return found ? `${found[1]}T${found[2]}` : '';
}
