import * as React from 'react';

import type { Facet, FacetValue } from '../../client/client';
import { aliasText, countText, tagText } from '../../registry/format';

const TITLES: Readonly<Record<string, string>> = {
  catalog: 'Catalog',
  owner: 'Owner',
  alias: 'Alias',
  flavor: 'Flavor',
  tags: 'Tag'
};

/** The values of what was found, with counts: a click asks for one as well, another click no longer does. */
export function Facets(props: {
  facets: readonly Facet[];
  /** Called with the filter that a value leads to. */
  onPick: (filter: string) => void;
  /** Called with the field of which more values are wanted. */
  onMore: (field: string) => void;
}): React.JSX.Element | null {
  const { facets, onPick, onMore } = props;
  const some = facets.filter(each => each.values.length > 0);
  return some.length === 0 ? null : (
    <div className="mreg-facets" role="group" aria-label="Narrow the search">
      {some.map(facet => (
        <div key={facet.field} className="mreg-facet" role="group" aria-label={titleOf(facet)}>
          <span className="mreg-facet-title">{titleOf(facet)}</span>
          <span className="mreg-facet-values">
            {facet.values.map(each => (
              <Value key={`${each.key}=${each.value}`} field={facet.field} value={each} onPick={onPick} />
            ))}
            {facet.more && (
              <button type="button" className="mreg-link" onClick={() => onMore(facet.field)}>
                more
              </button>
            )}
          </span>
        </div>
      ))}
    </div>
  );
}

function Value(props: { field: string; value: FacetValue; onPick: (filter: string) => void }): React.JSX.Element {
  const { field, value, onPick } = props;
  const label = labelOf(field, value);
  return (
    <button
      type="button"
      className={`mreg-facet-value${value.chosen ? ' mreg-mod-on' : ''}`}
      aria-pressed={value.chosen}
      title={value.chosen ? `${label}: click to take it out` : `${label}: ${countText(value.count)}`}
      onClick={() => onPick(value.filter)}
    >
      <bdi>{label}</bdi> <span className="mreg-facet-count">{countText(value.count)}</span>
    </button>
  );
}

function titleOf({ field }: Facet): string {
  return TITLES[field] ?? field;
}

function labelOf(field: string, { key, value }: FacetValue): string {
  return field === 'alias' ? aliasText(value) : key === '' ? value : tagText(key, value);
}
