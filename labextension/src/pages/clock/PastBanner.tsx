import * as React from 'react';

import { Icon } from '../../components/Icon';
import { useHost } from '../../host/host';
import { ago, dateTime, isoTime, localTime } from '../../registry/format';
import { useClock } from './Clocked';

/** Says that a page shows what was, of when, and leads back; nothing where it shows what is. */
export function PastBanner({ name }: { name: string }): React.JSX.Element | null {
  const clock = useClock();
  const { moment } = useHost().client;
  if (clock === null || moment === null) {
    return null;
  }
  const { name: today } = clock.today;
  return <PastNote moment={moment} called={today === name ? null : today} onBack={() => clock.show(null)} />;
}

/** Says of when what is shown is, what it is `called` now if that is known to be something else, and leads back. */
export function PastNote(props: { moment: number; called?: string | null; onBack: () => void }): React.JSX.Element {
  const { moment, called = null, onBack } = props;
  return (
    <div className="mreg-past" role="note" aria-label="The past">
      <Icon name="history" />
      <span className="mreg-past-text">
        As of{' '}
        <time className="mreg-strong" dateTime={isoTime(moment)} title={dateTime(moment)}>
          {localTime(moment)}
        </time>
        , {ago(moment)} · read-only
        {called !== null && (
          <>
            {' '}
            · called <bdi>{called}</bdi> now
          </>
        )}
      </span>
      <button type="button" className="mreg-action mreg-past-back" onClick={onBack}>
        Back to now
      </button>
    </div>
  );
}
