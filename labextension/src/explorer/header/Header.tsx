import * as React from 'react';

import type { ExplorerStore, ExplorerState } from '../explorerStore';
import { useHost } from '../../host/host';
import { useMenu } from '../../actions/useMenu';
import { newItems } from './newItems';
import { Icon, type IconName } from '../../components/Icon';
import { SearchBox, SearchMistake } from '../search/SearchBox';
import { Facets } from '../../components/facets/Facets';
import { useFacets } from '../../state/facets';
import { searchText } from '../nodes';
import { RegistryBar } from './RegistryBar';

/** Which registry it is, a search box, and what can be done without choosing anything first. */
export function Header(props: {
  explorer: ExplorerStore;
  state: ExplorerState;
  onLeave: () => void;
}): React.JSX.Element {
  const { explorer, state, onLeave } = props;
  const host = useHost();
  const { open, isOpen, menu } = useMenu();
  const filter = state.query.trim();
  const [narrowing, setNarrowing] = React.useState(false);
  const settled = state.found !== null && filter !== '' && state.completion?.problem === null;
  const saved = settled && filter.startsWith('@') ? filter.slice(1) : null;
  const keeps = settled && saved === null;
  return (
    <div className="mreg-header">
      <RegistryBar state={state} />
      <SearchBox explorer={explorer} state={state} onLeave={onLeave}>
        {keeps && (
          <Button
            icon="bookmark"
            label="Save search…"
            onClick={() => void host.openDialog({ kind: 'save-search', filter })}
          />
        )}
        {saved !== null && (
          <Button
            icon="delete"
            label={`Delete the saved search ${filter}…`}
            onClick={() =>
              void host
                .openDialog({ kind: 'delete-search', name: saved })
                .then(deleted => deleted && explorer.leaveSearch())
            }
          />
        )}
        {keeps && (
          <Button icon="columns" label="Show as a table" onClick={() => host.openPage({ kind: 'find', filter })} />
        )}
        {state.query !== '' && <Button icon="clear" label="Clear search" onClick={() => explorer.leaveSearch()} />}
      </SearchBox>
      <button
        type="button"
        className="mreg-button"
        aria-label="New"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title="New"
        onClick={event => open({ items: newItems(host, explorer.selection()), label: 'New' }, event)}
      >
        <Icon name="register" />
      </button>
      {menu}
      <Button icon="collapse" label="Collapse all" onClick={() => explorer.collapseAll()} />
      <Button icon="refresh" label="Refresh" onClick={() => void explorer.refresh()} />
      <SearchMistake state={state} />
      <div className={`mreg-progress${state.busy ? ' mreg-mod-busy' : ''}`} aria-hidden="true" />
      <div className="mreg-count">
        <span role="status">{foundText(state)}</span>
        {settled && (
          <button
            type="button"
            className="mreg-link"
            aria-label="Narrow the search"
            aria-expanded={narrowing}
            onClick={() => setNarrowing(old => !old)}
          >
            {narrowing ? 'Hide values' : 'Narrow…'}
          </button>
        )}
      </div>
      {settled && narrowing && <Narrowing explorer={explorer} state={state} />}
    </div>
  );
}

/** The values of what was found, each of which narrows the search. */
function Narrowing({ explorer, state }: { explorer: ExplorerStore; state: ExplorerState }): React.JSX.Element {
  const { facets, more } = useFacets(state.found?.noun ?? 'model', searchText(state.query));
  return <Facets facets={facets} onPick={filter => explorer.search(filter)} onMore={more} />;
}

function Button(props: { icon: IconName; label: string; onClick: () => void }): React.JSX.Element {
  return (
    <button type="button" className="mreg-button" aria-label={props.label} title={props.label} onClick={props.onClick}>
      <Icon name={props.icon} />
    </button>
  );
}

function foundText({ found }: ExplorerState): string {
  if (found === null || found.count === 0) {
    return '';
  }
  const { noun, count, more } = found;
  return `${count}${more ? '+' : ''} ${count === 1 && !more ? noun : `${noun}s`}`;
}
