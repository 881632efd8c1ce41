import * as React from 'react';

import type { ExplorerStore, ExplorerState } from '../explorerStore';
import { useHost } from '../../host/host';
import { useMenu } from '../../actions/useMenu';
import { newItems } from './newItems';
import { Icon, type IconName } from '../../components/Icon';
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
      <RegistryBar state={state} />
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

function foundText({ found }: ExplorerState): string {
  if (found === null || found.count === 0) {
    return '';
  }
  return `${found.count}${found.more ? '+' : ''} ${found.count === 1 && !found.more ? 'model' : 'models'}`;
}
