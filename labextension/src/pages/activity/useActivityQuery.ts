import * as React from 'react';

import type { RegistryError } from '../../client/client';
import { ownZone } from '../../registry/format';
import { type QueryView, useQuery } from '../../state/query';
import { type ActivityFilter, type ActivityQuery, ALL_EVENTS, KINDS } from './filter';

/** What is wrong with the times of a filter, as the registry says it. */
export interface WrongTimes {
  readonly since: RegistryError | null;
  readonly until: RegistryError | null;
}

/** Ask `onQuery` for what `filter` says, as soon as its times have been read; returns what is wrong with them. */
export function useActivityQuery(filter: ActivityFilter, onQuery: (query: ActivityQuery) => void): WrongTimes {
  const since = useMoment(filter.since, false);
  const until = useMoment(filter.until, true);
  const known = [since, until].every(each => !each.awaited && each.error === null);
  const query: ActivityQuery = {
    alias: filter.alias,
    actor: filter.actor.trim() || null,
    actions: filter.kind === null ? [] : KINDS[filter.kind].actions,
    since: since.value,
    until: until.value
  };
  const key = JSON.stringify(query);
  const asked = React.useRef(JSON.stringify(ALL_EVENTS));
  React.useEffect(() => {
    if (known && key !== asked.current) {
      asked.current = key;
      onQuery(JSON.parse(key) as ActivityQuery);
    }
  });
  return { since: since.error, until: until.error };
}

/** The moment that a text means, in epoch milliseconds; null for no text. */
function useMoment(text: string, end: boolean): QueryView<number> {
  const written = text.trim();
  return useQuery(written === '' ? null : written, (client, signal) =>
    client.call('history.read_time', { text: written, end, zone: ownZone() }, signal)
  );
}
