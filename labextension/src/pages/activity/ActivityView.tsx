import * as React from 'react';

import type { Model, ToldEvent } from '../../client/client';
import { ErrorMessage } from '../../host/ErrorBanner';
import type { PagePlace } from '../../host/host';
import { worthTelling } from '../../registry/events';
import type { LoggedTarget } from '../../registry/target';
import type { PagedState } from '../../state/pagedList';
import { ActivityBar } from './ActivityBar';
import { ActLine } from './ActLine';
import { actsOf } from './acts';
import { type ActivityQuery, isNarrowing } from './filter';
import { useFilter } from './remembered';
import { rollbackOf } from './rollback';
import { useActivityQuery } from './useActivityQuery';

/** With fewer events than this one sees them all anyway. */
const FEW = 5;

interface Props {
  /** What the page is of. */
  target: LoggedTarget;
  activity: PagedState<ToldEvent>;
  /** The model, on its own page, which says where its aliases point now. */
  model?: Model | null;
  /** What to look for: a new object each time somebody asks for it. */
  place?: PagePlace | null;
  /** Look for what meets `query`. */
  onQuery: (query: ActivityQuery) => void;
  /** Fetch more, or once more what failed. */
  onMore: () => void;
}

/** Who did what and when, newest first. */
export function ActivityView(props: Props): React.JSX.Element | null {
  const { target, activity, model = null, place = null, onQuery, onMore } = props;
  const { items, more, loaded, busy, error } = activity;
  const { filter, setFilter } = useFilter(place);
  const wrong = useActivityQuery(filter, onQuery);
  const known = useKnown(items);
  const told = React.useMemo(() => worthTelling(items), [items]);
  if (!loaded) {
    return error && <ErrorMessage error={error} onRetry={onMore} />;
  }
  const narrowing = isNarrowing(filter);
  return (
    <div className="mreg-page-body">
      {(known.length > FEW || narrowing) && (
        <ActivityBar
          target={target}
          aliases={Object.keys(model?.aliases ?? {})}
          events={known}
          filter={filter}
          wrong={wrong}
          onChange={setFilter}
        />
      )}
      {told.length === 0 && (
        <p className="mreg-quiet" role="status">
          {busy ? 'Looking…' : narrowing ? 'Nothing in the activity is like that' : 'Nothing has happened yet'}
        </p>
      )}
      <ol className="mreg-activity" aria-label="Activity" aria-busy={busy}>
        {actsOf(told).map(act => (
          <ActLine key={act[0].seq} act={act} target={target} rollback={model && rollbackOf(act[0], model)} />
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

/** All events that were seen so far, whatever is looked for now: they say what else there is to look for. */
function useKnown(items: readonly ToldEvent[]): readonly ToldEvent[] {
  const seen = React.useRef(new Map<number, ToldEvent>());
  return React.useMemo(() => {
    items.forEach(each => seen.current.set(each.seq, each));
    return [...seen.current.values()];
  }, [items]);
}
