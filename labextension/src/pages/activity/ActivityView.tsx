import * as React from 'react';

import type { Event } from '../../client/client';
import { ErrorMessage } from '../../components/ErrorBanner';
import { When } from '../../components/When';
import { type PagePlace, useHost } from '../../host/host';
import { eventText, worthTelling } from '../../registry/eventText';
import type { PagedState } from '../../state/pagedList';
import { type Act, actsOf, actText } from './acts';
import { ActivityBar } from './ActivityBar';
import { type Rollback, rollbackOf } from './rollback';
import { type ActivityFilter, EVERYTHING, isNarrowing, matches } from './filter';

/** With fewer events than this one sees them all anyway. */
const FEW = 5;

interface Props {
  activity: PagedState<Event>;
  /** The model it is about. */
  model: string;
  /** The version whose page this is on; null on that of a model. */
  about: number | null;
  /** What to look for: a new object each time somebody asks for it. */
  place?: PagePlace | null;
  /** Fetch more, or once more what failed. */
  onMore: () => void;
  /** Fetch everything. */
  onAll: () => void;
}

/** Who did what and when, newest first. */
export function ActivityView(props: Props): React.JSX.Element | null {
  const { activity, model, about, place = null, onMore, onAll } = props;
  const { items, more, loaded, busy, error } = activity;
  const [filter, setFilter] = React.useState<ActivityFilter>(EVERYTHING);
  React.useEffect(() => {
    if (place !== null) {
      setFilter({ ...EVERYTHING, alias: place.alias });
    }
  }, [place]);
  const narrowing = isNarrowing(filter);
  React.useEffect(() => {
    // What is looked for may be on any page.
    if (narrowing && loaded && more && !busy && error === null) {
      onAll();
    }
  });
  const told = React.useMemo(() => worthTelling(items), [items]);
  const found = React.useMemo(() => told.filter(each => matches(each, filter)), [told, filter]);
  if (!loaded) {
    return error && <ErrorMessage error={error} onRetry={onMore} />;
  }
  return (
    <div className="mreg-page-body">
      {(told.length > FEW || narrowing) && (
        <ActivityBar events={told} filter={filter} onChange={setFilter} found={narrowing ? found.length : null} />
      )}
      {found.length === 0 && (
        <p className="mreg-quiet">
          {items.length === 0 ? 'Nothing has happened yet' : busy ? 'Looking…' : 'No such event'}
        </p>
      )}
      <ol className="mreg-activity" aria-label="Activity">
        {actsOf(found).map(act => (
          <ActLine key={act[0].seq} act={act} model={model} about={about} rollback={rollbackOf(act[0], told, about)} />
        ))}
      </ol>
      {error && <p className="mreg-quiet">{error.message}</p>}
      {((more && !narrowing) || error) && (
        <button type="button" className="mreg-link" disabled={busy} onClick={onMore}>
          {error ? 'Retry' : busy ? 'Loading…' : 'Show more'}
        </button>
      )}
    </div>
  );
}

interface LineProps {
  act: Act;
  model: string;
  about: number | null;
  /** How to take an alias back to where it was before; null where the line is about none. */
  rollback: Rollback | null;
}

/** One act; several changes in one are a line that unfolds. */
const ActLine = React.memo(function ActLine({ act, model, about, rollback }: LineProps): React.JSX.Element {
  const [first] = act;
  const [all, setAll] = React.useState(false);
  return (
    <li className={`mreg-event mreg-mod-${first.action.split('.')[0]}`}>
      <div className="mreg-event-text">
        <bdi className="mreg-strong">{first.actor}</bdi>{' '}
        {act.length === 1 ? (
          <Sentence event={first} model={model} about={about} />
        ) : (
          <>
            {actText(act)}
            {first.version !== null && first.version !== about && (
              <>
                {' on '}
                <VersionLink model={model} version={first.version} />
              </>
            )}{' '}
            <button type="button" className="mreg-link" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? 'Show less' : 'Show them'}
            </button>
          </>
        )}
        {rollback && <RollbackButton model={model} rollback={rollback} />}
        {all && (
          <ul className="mreg-event-parts">
            {act.map(each => (
              <li key={each.seq}>
                <Sentence event={each} model={model} about={each.version} />
              </li>
            ))}
          </ul>
        )}
        {first.reason && (
          <div className="mreg-reason">
            “<bdi>{first.reason}</bdi>”
          </div>
        )}
      </div>
      <span className="mreg-event-when mreg-quiet">
        <When time={first.time} />
      </span>
    </li>
  );
});

function RollbackButton({ model, rollback }: { model: string; rollback: Rollback }): React.JSX.Element {
  const host = useHost();
  const { alias, version, blocked } = rollback;
  return (
    <>
      {' '}
      <button
        type="button"
        className="mreg-link mreg-event-action"
        aria-disabled={blocked !== null}
        aria-label={`Roll back @${alias} to v${version}…`}
        title={blocked ?? `Move @${alias} back to v${version}`}
        onClick={() => blocked === null && void host.openDialog({ kind: 'rollback', model, alias, version })}
      >
        Roll back
      </button>
    </>
  );
}

/** What an event did; the versions in it lead to their pages. */
function Sentence({ event, model, about }: { event: Event; model: string; about: number | null }): React.JSX.Element {
  return (
    <>
      {eventText(event, about).map((part, at) =>
        typeof part === 'string' ? (
          <React.Fragment key={at}>{withLinks(part, model, about)}</React.Fragment>
        ) : (
          <bdi key={at} className="mreg-quoted">
            {part.quoted}
          </bdi>
        )
      )}
    </>
  );
}

/** Our own words of a sentence, in which `v3` can mean a version only. */
function withLinks(text: string, model: string, about: number | null): React.ReactNode[] {
  return text.split(/\bv(\d+)\b/).map((part, at) => {
    const version = Number(part);
    if (at % 2 === 0) {
      return part;
    }
    return version === about ? `v${part}` : <VersionLink key={at} model={model} version={version} />;
  });
}

function VersionLink({ model, version }: { model: string; version: number }): React.JSX.Element {
  const host = useHost();
  return (
    <button
      type="button"
      className="mreg-link"
      onClick={() => host.openPage({ kind: 'version', name: model, version })}
    >
      v{version}
    </button>
  );
}
