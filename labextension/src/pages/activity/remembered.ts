import * as React from 'react';

import type { PagePlace } from '../../host/host';
import { type ActivityFilter, EVERYTHING } from './filter';

/** What a person looks for in the activity of a page, whatever tab of it and whatever moment is shown meanwhile. */
interface Remembered {
  readonly filter: ActivityFilter;
  readonly setFilter: (filter: ActivityFilter) => void;
  /** The place whose alias has been looked for already. */
  readonly seen: React.MutableRefObject<PagePlace | null>;
}

const FilterContext = React.createContext<Remembered | null>(null);

/** Keeps the filter for the views below it. */
export const FilterProvider = FilterContext.Provider;

/** A filter to be kept for as long as the view is there. */
export function useRememberedFilter(): Remembered {
  const [filter, setFilter] = React.useState<ActivityFilter>(EVERYTHING);
  const seen = React.useRef<PagePlace | null>(null);
  return React.useMemo(() => ({ filter, setFilter, seen }), [filter]);
}

/** The filter of this page, and how to change it; an alias that `place` asks for is looked for once. */
export function useFilter(place: PagePlace | null): Pick<Remembered, 'filter' | 'setFilter'> {
  const remembered = React.useContext(FilterContext);
  if (remembered === null) {
    throw new Error('this view is on no page');
  }
  const { seen, setFilter } = remembered;
  React.useEffect(() => {
    if (place?.alias !== undefined && place !== seen.current) {
      seen.current = place;
      setFilter({ ...EVERYTHING, alias: place.alias });
    }
  }, [place, seen, setFilter]);
  return remembered;
}
