import * as React from 'react';

import type { RegistryError } from '../client/client';
import type { Explorer, Snapshot } from './explorer';
import { Icon, type IconName } from './icons';
import { Tree } from './Tree';

/** The catalog explorer: a search box, and the tree or what was found. */
export function ExplorerView({ explorer }: { explorer: Explorer }): React.JSX.Element {
  const state = React.useSyncExternalStore(explorer.subscribe, explorer.state);
  const tree = React.useRef<HTMLDivElement>(null);
  return (
    <div className="mreg-root mreg-explorer">
      <Header explorer={explorer} state={state} onLeave={() => tree.current?.focus()} />
      {state.loaded && state.trouble && <Trouble explorer={explorer} error={state.trouble} />}
      <Body explorer={explorer} state={state} focusRef={tree} />
    </div>
  );
}

function Header(props: { explorer: Explorer; state: Snapshot; onLeave: () => void }): React.JSX.Element {
  const { explorer, state, onLeave } = props;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      onLeave();
    } else if (event.key === 'Escape' && state.query !== '') {
      event.preventDefault();
      event.stopPropagation();
      explorer.search('');
    }
  };
  return (
    <div className="mreg-header">
      <div className="mreg-search" role="search">
        <Icon name="search" />
        <input
          type="text"
          aria-label="Search models by name"
          placeholder="Search models"
          spellCheck={false}
          autoComplete="off"
          value={state.query}
          onChange={event => explorer.search(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {state.query !== '' && <Button icon="clear" label="Clear search" onClick={() => explorer.search('')} />}
      </div>
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

function Body(props: {
  explorer: Explorer;
  state: Snapshot;
  focusRef: React.RefObject<HTMLDivElement>;
}): React.JSX.Element | null {
  const { explorer, state } = props;
  if (!state.loaded) {
    return state.trouble ? <Failed explorer={explorer} error={state.trouble} /> : null;
  }
  return state.empty && state.found === null ? <Empty /> : <Tree {...props} />;
}

/** The registry could be read before and cannot now: what was read stays, and this says so. */
function Trouble({ explorer, error }: { explorer: Explorer; error: RegistryError }): React.JSX.Element {
  return (
    <div className="mreg-trouble" role="alert">
      <Icon name="trouble" />
      <div>
        <div>{error.message}</div>
        {error.hint && <div className="mreg-quiet mreg-hint">{error.hint}</div>}
      </div>
      <button type="button" className="mreg-link" onClick={() => void explorer.refresh()}>
        Retry
      </button>
    </div>
  );
}

function Failed({ explorer, error }: { explorer: Explorer; error: RegistryError }): React.JSX.Element {
  return (
    <div className="mreg-message" role="alert">
      <Icon name="trouble" className="mreg-mod-large" />
      <p>{error.message}</p>
      {error.hint && <p className="mreg-quiet mreg-hint">{error.hint}</p>}
      <button type="button" className="mreg-action" onClick={() => void explorer.refresh()}>
        Retry
      </button>
    </div>
  );
}

function Empty(): React.JSX.Element {
  return (
    <div className="mreg-message">
      <Icon name="model" className="mreg-mod-large" />
      <p>No models yet</p>
      <p className="mreg-quiet">Register one from a notebook, and it appears here:</p>
      <pre>
        <div>%load_ext jupyter_modelreg</div>
        <div>%modelreg register SOURCE prod.team.model</div>
      </pre>
      <p className="mreg-quiet">
        SOURCE is a logged model’s URI or a folder. <code>mlflow.register_model</code> works too.
      </p>
    </div>
  );
}

function foundText({ found }: Snapshot): string {
  if (found === null || found.count === 0) {
    return '';
  }
  return `${found.count}${found.more ? '+' : ''} ${found.count === 1 && !found.more ? 'model' : 'models'}`;
}
