import * as React from 'react';

import type { ExplorerStore, ExplorerState } from '../explorerStore';
import { type Host, useHost } from '../../host/host';
import { Icon, type IconName } from '../../components/Icon';
import { parent } from '../nodes';
import { isGoverned } from '../../registry/validation';
import type { Target } from '../../registry/target';
import { RegistryBar } from './RegistryBar';

/** Which registry it is, a search box, and what can be done without choosing anything first. */
export function Header(props: {
  explorer: ExplorerStore;
  state: ExplorerState;
  onLeave: () => void;
}): React.JSX.Element {
  const { explorer, state, onLeave } = props;
  const host = useHost();
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      onLeave();
    } else if (event.key === 'Escape' && state.query !== '') {
      event.preventDefault();
      event.stopPropagation();
      explorer.leaveSearch();
    }
  };
  return (
    <div className="mreg-header">
      <RegistryBar explorer={explorer} awake={state.loaded || state.connectionError !== null} />
      <div className="mreg-search" role="search">
        <Icon name="search" />
        <input
          type="text"
          aria-label="Search models by name"
          placeholder="Search by name"
          spellCheck={false}
          autoComplete="off"
          value={state.query}
          onChange={event => explorer.search(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {state.query !== '' && <Button icon="clear" label="Clear search" onClick={() => explorer.leaveSearch()} />}
      </div>
      <Button icon="register" label="Register a model" onClick={() => register(host, explorer.selection())} />
      <Button icon="collapse" label="Collapse all" onClick={() => explorer.collapseAll()} />
      <Button icon="refresh" label="Refresh" onClick={() => void explorer.refresh()} />
      <div className={`mreg-progress${state.busy ? ' mreg-mod-busy' : ''}`} aria-hidden="true" />
      <div className="mreg-count" role="status">
        {foundText(state)}
      </div>
    </div>
  );
}

function Button(props: { icon: IconName; label: string; onClick: () => void }): React.JSX.Element {
  return (
    <button type="button" className="mreg-button" aria-label={props.label} title={props.label} onClick={props.onClick}>
      <Icon name={props.icon} />
    </button>
  );
}

/** Register into the schema that is selected, or that of the model that is. */
function register(host: Host, selected: Target | null): void {
  switch (selected?.kind) {
    case 'schema':
      void host.openDialog({ kind: 'register', namespace: selected.name });
      break;
    case 'model':
    case 'version':
      void host.openDialog({
        kind: 'register',
        ...(isGoverned(selected.name) && { namespace: parent(selected.name) })
      });
      break;
    default:
      void host.openDialog({ kind: 'register' });
  }
}

function foundText({ found }: ExplorerState): string {
  if (found === null || found.count === 0) {
    return '';
  }
  return `${found.count}${found.more ? '+' : ''} ${found.count === 1 && !found.more ? 'model' : 'models'}`;
}
