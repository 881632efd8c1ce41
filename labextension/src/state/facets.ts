import * as React from 'react';

import type { Client, Facet } from '../client/client';
import { useQuery } from './query';

/** Of a field of which more values are wanted, so many are shown. */
const MORE = 50;

/** What is known of the values of what a filter finds. */
export interface FacetsView {
  readonly facets: readonly Facet[];
  /** Ask for more values of a field. */
  readonly more: (field: string) => void;
}

/** The most frequent values of the models or versions that `filter` finds; null asks for nothing. */
export function useFacets(kind: 'model' | 'version', filter: string | null): FacetsView {
  const [wide, setWide] = React.useState<readonly string[]>([]);
  const key = filter === null ? null : JSON.stringify([kind, filter, wide]);
  const found = useQuery(key, (client, signal) => facetsOf(client, kind, filter ?? '', wide, signal));
  return { facets: found.value ?? [], more: field => setWide(old => [...old, field]) };
}

async function facetsOf(
  client: Client,
  kind: 'model' | 'version',
  filter: string,
  wide: readonly string[],
  signal: AbortSignal
): Promise<Facet[]> {
  const ask = (params: { filter: string; fields?: string[]; limit?: number }): Promise<Facet[]> =>
    kind === 'model' ? client.call('models.facets', params, signal) : client.call('versions.facets', params, signal);
  const [usual, more] = await Promise.all([
    ask({ filter }),
    wide.length === 0 ? [] : ask({ filter, fields: [...wide], limit: MORE })
  ]);
  return usual.map(each => more.find(other => other.field === each.field) ?? each);
}
