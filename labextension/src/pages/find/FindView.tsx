import * as React from 'react';

import type { Completion } from '../../client/client';
import { asSentence } from '../../components/sentence';
import type { FindTarget } from '../../registry/target';
import { useQuery } from '../../state/query';
import { PlainFrame } from '../PlainFrame';
import { askedOf } from './found';
import { Results } from './Results';

/** What a search finds, as a table. */
export function FindView({ target }: { target: FindTarget }): React.JSX.Element {
  const { filter } = target;
  const asked = useQuery(filter, (client, signal) => askedOf(client, filter, signal));
  return (
    <PlainFrame
      page={target}
      icon="search"
      loaded={asked.value !== null}
      error={asked.error}
      onRetry={asked.retry}
      about={<code className="mreg-find-filter">{filter}</code>}
    >
      {asked.settled && asked.value !== null && (
        <div className="mreg-page-body mreg-find">
          {asked.value.problem === null ? (
            <Results key={filter} filter={filter} asked={asked.value} />
          ) : (
            <Problem problem={asked.value.problem} />
          )}
        </div>
      )}
    </PlainFrame>
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
