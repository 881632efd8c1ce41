import * as React from 'react';

import type { ExplorerStore, ExplorerState } from './explorerStore';
import { type Host, useHost } from '../host/host';
import { careItems } from './header/careItems';
import { Header } from './header/Header';
import { Icon } from '../components/Icon';
import { countText } from '../registry/format';
import type { Point } from '../actions/Menu';
import { type MenuContent, targetMenu, useMenu } from '../actions/useMenu';
import { Tree } from './Tree';
import { ErrorMessage, ErrorBanner } from '../host/ErrorBanner';
import { MovedBanner } from './header/MovedBanner';

/** The catalog explorer: a search box, and the tree or what was found. With `nativeMenu` the host shows the context menu. */
export function ExplorerView(props: { explorer: ExplorerStore; nativeMenu?: boolean }): React.JSX.Element {
  const { explorer, nativeMenu = false } = props;
  const state = React.useSyncExternalStore(explorer.subscribe, explorer.state);
  const tree = React.useRef<HTMLDivElement>(null);
  const host = useHost();
  const { open, menu } = useMenu();
  const onMenu = (at: Point): void => {
    const target = explorer.selection();
    if (target !== null) {
      open(targetMenu(host, target), at);
    }
  };
  const onAreaMenu = (event: React.MouseEvent): void => open(areaMenu(host, explorer), event);
  return (
    <div className="mreg-root mreg-explorer">
      <Header explorer={explorer} state={state} onLeave={() => tree.current?.focus()} />
      {state.loaded && state.connectionError && (
        <ErrorBanner error={state.connectionError} onRetry={() => void explorer.refresh()} />
      )}
      {state.loaded && state.movedTo !== null && <MovedBanner to={state.movedTo} />}
      <Body
        explorer={explorer}
        state={state}
        focusRef={tree}
        onAreaMenu={onAreaMenu}
        {...(!nativeMenu && { onMenu })}
      />
      {state.loaded && state.trash > 0 && (
        <button type="button" className="mreg-foot" onClick={() => host.openPage({ kind: 'trash' })}>
          <Icon name="delete" />
          Trash ({countText(state.trash)})
        </button>
      )}
      {menu}
    </div>
  );
}

function Body(props: {
  explorer: ExplorerStore;
  state: ExplorerState;
  focusRef: React.RefObject<HTMLDivElement>;
  onMenu?: (at: Point) => void;
  onAreaMenu: (event: React.MouseEvent) => void;
}): React.JSX.Element | null {
  const { explorer, state } = props;
  if (!state.loaded) {
    return state.connectionError ? (
      <ErrorMessage error={state.connectionError} onRetry={() => void explorer.refresh()} />
    ) : null;
  }
  return state.empty && state.found === null ? <Empty /> : <Tree {...props} />;
}

/** What can be done with the registry as a whole. */
function areaMenu(host: Host, explorer: ExplorerStore): MenuContent {
  return {
    label: 'Actions for the registry',
    items: [
      {
        id: 'register',
        label: 'Register a model…',
        icon: 'register',
        group: 'change',
        run: () => void host.openDialog({ kind: 'register' })
      },
      ...careItems(host),
      { id: 'collapse', label: 'Collapse all', icon: 'collapse', group: 'view', run: () => explorer.collapseAll() },
      { id: 'refresh', label: 'Refresh', icon: 'refresh', group: 'view', run: () => void explorer.refresh() }
    ]
  };
}

function Empty(): React.JSX.Element {
  const host = useHost();
  return (
    <div className="mreg-message">
      <Icon name="model" className="mreg-mod-large" />
      <p>No models yet</p>
      <button type="button" className="mreg-action" onClick={() => void host.openDialog({ kind: 'register' })}>
        Register a model
      </button>
      <p className="mreg-quiet">Or register one from a notebook, and it appears here:</p>
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
