import * as React from 'react';

import type { Client } from '../../client/client';
import { ErrorMessage } from '../../host/ErrorBanner';
import { Icon } from '../../components/Icon';
import { Choice } from '../../dialogs/form/Field';
import { useHost } from '../../host/host';
import { countText } from '../../registry/format';
import { FEWEST_COMPARED, MOST_COMPARED, pageTarget } from '../../registry/target';
import { PagedList } from '../../state/pagedList';
import {
  columnsFor,
  type Found,
  type FoundColumn,
  isVersion,
  type Kind,
  type Order,
  pageOf,
  referenceOf,
  sortedBy
} from './found';

/** What a filter finds, as a table that can be sorted; versions can be ticked and compared. */
export function Results(props: {
  filter: string;
  /** Those that the filter names. */
  fields: readonly string[];
  kind: Kind;
  onKind: (kind: Kind) => void;
}): React.JSX.Element {
  const { filter, fields, kind, onKind } = props;
  const host = useHost();
  const [order, setOrder] = React.useState<Order | null>(null);
  const [ticked, setTicked] = React.useState<readonly string[]>([]);
  const found = useFound(host.client, kind, filter, order, host.settings.pageSize);
  const { items, more, loaded, busy, error } = found.state;
  const columns = columnsFor(kind, fields).filter(
    (each, at) => at === 0 || each.field !== null || items.some(found => each.text(found) !== '')
  );
  const tick = (reference: string, on: boolean): void =>
    setTicked(old => (on ? [...old, reference] : old.filter(each => each !== reference)));
  if (error !== null && !loaded) {
    return <ErrorMessage error={error} onRetry={() => void found.reload()} />;
  }
  return (
    <div aria-busy={busy}>
      <div className="mreg-find-bar">
        <Choice
          label="What to find"
          value={kind}
          options={[
            ['model', 'Models'],
            ['version', 'Versions']
          ]}
          onChange={next => {
            onKind(next);
            setOrder(null);
            setTicked([]);
          }}
        />
        <span className="mreg-quiet" role="status">
          {loaded ? `${countText(items.length)}${more ? '+' : ''} found` : 'Looking…'}
        </span>
        {ticked.length >= FEWEST_COMPARED && (
          <button
            type="button"
            className="mreg-link"
            disabled={ticked.length > MOST_COMPARED}
            title={ticked.length > MOST_COMPARED ? `Up to ${MOST_COMPARED} versions can be compared` : undefined}
            onClick={() => host.openPage({ kind: 'compare', references: ticked })}
          >
            Compare
          </button>
        )}
      </div>
      {items.length > 0 && (
        <div className="mreg-find-scroll" role="region" aria-label="What was found" tabIndex={0}>
          <table className="mreg-table mreg-mod-fitting" aria-label="What was found">
            <thead>
              <tr>
                {columns.map(each => (
                  <Heading
                    key={each.title}
                    column={each}
                    order={order}
                    onSort={() => setOrder(sortedBy(each, order))}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map(each => (
                <Row
                  key={referenceOf(each)}
                  found={each}
                  columns={columns}
                  ticked={ticked.includes(referenceOf(each))}
                  onTick={tick}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {loaded && items.length === 0 && <p className="mreg-quiet">Nothing is like that</p>}
      {(more || error !== null) && (
        <button
          type="button"
          className="mreg-link"
          disabled={busy}
          onClick={() => void (error !== null ? found.reload() : found.more())}
        >
          {error !== null ? `${error.message}. Retry` : busy ? 'Loading…' : 'Show more'}
        </button>
      )}
    </div>
  );
}

/** What is found, read afresh when anything of it is asked otherwise. */
function useFound(client: Client, kind: Kind, filter: string, order: Order | null, pageSize: number): PagedList<Found> {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const list = React.useMemo(() => {
    const made = new PagedList<Found>(
      (limit, token, signal) => pageOf(client, kind, filter, order, limit, token, signal),
      referenceOf,
      redraw
    );
    made.pageSize = pageSize;
    return made;
  }, [client, kind, filter, order, pageSize]);
  React.useEffect(() => {
    void list.open();
    return () => list.stop();
  }, [list]);
  return list;
}

function Heading(props: { column: FoundColumn; order: Order | null; onSort: () => void }): React.JSX.Element {
  const { column, order, onSort } = props;
  const sorted = column.field !== null && order?.field === column.field ? order : null;
  const sort = sorted === null ? 'none' : sorted.descending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      aria-sort={column.field === null ? undefined : sort}
      className={`mreg-mod-${column.number ? 'number' : 'text'}`}
    >
      {column.field === null ? (
        column.title
      ) : (
        <button
          type="button"
          className={`mreg-sort${sorted ? ` mreg-mod-${sorted.descending ? 'down' : 'up'}` : ''}`}
          title={`Sort by ${column.title}`}
          onClick={onSort}
        >
          <bdi>{column.title}</bdi>
          <Icon name="caret" />
        </button>
      )}
    </th>
  );
}

function Row(props: {
  found: Found;
  columns: readonly FoundColumn[];
  ticked: boolean;
  onTick: (reference: string, on: boolean) => void;
}): React.JSX.Element {
  const { found, columns, ticked, onTick } = props;
  const host = useHost();
  const reference = referenceOf(found);
  return (
    <tr>
      {columns.map((each, at) => (
        <td key={each.title} className={`mreg-mod-${each.number ? 'number' : 'text'}`} title={each.whole?.(found)}>
          {at === 0 ? (
            <span className="mreg-find-name">
              {isVersion(found) && (
                <input
                  type="checkbox"
                  className="mreg-tick"
                  aria-label={`Select ${reference}`}
                  checked={ticked}
                  onChange={event => onTick(reference, event.target.checked)}
                />
              )}
              <button type="button" className="mreg-link" onClick={() => host.openPage(pageTarget(reference))}>
                <bdi>{reference}</bdi>
              </button>
            </span>
          ) : (
            <bdi>{each.text(found)}</bdi>
          )}
        </td>
      ))}
    </tr>
  );
}
