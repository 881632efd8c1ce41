import * as React from 'react';

import type { Completion } from '../../client/client';
import { Facets } from '../../components/facets/Facets';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import type { FindTarget } from '../../registry/target';
import { useFacets } from '../../state/facets';
import { useQuery } from '../../state/query';
import { PlainFrame } from '../PlainFrame';
import { askedOf, type Kind } from './found';
import { Results } from './Results';

/** What a search finds, as a table; the search can be changed there, and narrowed by what it finds. */
export function FindView({ target }: { target: FindTarget }): React.JSX.Element {
  const [filter, setFilter] = React.useState(target.filter);
  const [chosen, setChosen] = React.useState<Kind | null>(null);
  React.useEffect(() => setFilter(target.filter), [target.filter]);
  const asked = useQuery(filter, (client, signal) => askedOf(client, filter, signal));
  const kind = chosen ?? asked.value?.kind ?? 'model';
  const sound = asked.settled && asked.value?.problem === null;
  const { facets, more } = useFacets(kind, sound ? filter : null);
  return (
    <PlainFrame
      page={{ ...target, filter }}
      icon="search"
      loaded={asked.value !== null}
      error={asked.error}
      onRetry={asked.retry}
      about={
        <>
          <FilterField filter={filter} onSearch={setFilter} />
          {sound && (
            <Facets
              facets={facets}
              onPick={next => {
                // What is narrowed stays what it is.
                setChosen(kind);
                setFilter(next);
              }}
              onMore={more}
            />
          )}
        </>
      }
    >
      {asked.settled && asked.value !== null && (
        <div className="mreg-page-body mreg-find">
          {asked.value.problem === null ? (
            <Results key={filter} filter={filter} fields={asked.value.fields} kind={kind} onKind={setChosen} />
          ) : (
            <Problem problem={asked.value.problem} />
          )}
        </div>
      )}
    </PlainFrame>
  );
}

/** The search, to be changed: Enter looks for what is written there. */
function FilterField({ filter, onSearch }: { filter: string; onSearch: (filter: string) => void }): React.JSX.Element {
  const [text, setText] = React.useState(filter);
  React.useEffect(() => setText(filter), [filter]);
  return (
    <form
      className="mreg-search mreg-find-filter"
      role="search"
      onSubmit={event => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <Icon name="search" />
      <input
        type="text"
        aria-label="Filter"
        placeholder="All of them; write words or a filter, and press Enter"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={event => setText(event.target.value)}
      />
    </form>
  );
}

/** Why the filter cannot be read. */
function Problem({ problem }: { problem: NonNullable<Completion['problem']> }): React.JSX.Element {
  return (
    <p role="alert">
      {asSentence(problem.message)}.{' '}
      {problem.advice !== null && <span className="mreg-quiet">{asSentence(problem.advice)}</span>}
    </p>
  );
}
