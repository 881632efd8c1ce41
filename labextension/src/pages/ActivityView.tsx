import * as React from 'react';

import type { Event } from '../client/client';
import { ErrorMessage } from '../components/ErrorBanner';
import { When } from '../components/When';
import type { PagedState } from '../state/pagedList';
import { eventText, worthTelling } from '../registry/eventText';

interface Props {
  activity: PagedState<Event>;
  /** The version whose page this is on; null on that of a model. */
  about: number | null;
  /** Fetch more, or once more what failed. */
  onMore: () => void;
}

/** Who did what and when, newest first. */
export function ActivityView({ activity, about, onMore }: Props): React.JSX.Element | null {
  const { items, more, loaded, busy, error } = activity;
  if (!loaded) {
    return error && <ErrorMessage error={error} onRetry={onMore} />;
  }
  return (
    <div className="mreg-page-body">
      {items.length === 0 && <p className="mreg-quiet">Nothing has happened yet</p>}
      <ol className="mreg-activity" aria-label="Activity">
        {worthTelling(items).map(event => (
          <Line key={event.seq} event={event} about={about} />
        ))}
      </ol>
      {error && <p className="mreg-quiet">{error.message}</p>}
      {(more || error) && (
        <button type="button" className="mreg-link" disabled={busy} onClick={onMore}>
          {error ? 'Retry' : busy ? 'Loading…' : 'Show more'}
        </button>
      )}
    </div>
  );
}

const Line = React.memo(function Line({ event, about }: { event: Event; about: number | null }): React.JSX.Element {
  return (
    <li className={`mreg-event mreg-mod-${event.action.split('.')[0]}`}>
      <div className="mreg-event-text">
        <bdi className="mreg-strong">{event.actor}</bdi>{' '}
        {eventText(event, about).map((part, at) =>
          typeof part === 'string' ? (
            <React.Fragment key={at}>{part}</React.Fragment>
          ) : (
            <bdi key={at} className="mreg-quoted">
              {part.quoted}
            </bdi>
          )
        )}
        {event.reason && (
          <div className="mreg-reason">
            “<bdi>{event.reason}</bdi>”
          </div>
        )}
      </div>
      <span className="mreg-event-when mreg-quiet">
        <When time={event.time} />
      </span>
    </li>
  );
});
