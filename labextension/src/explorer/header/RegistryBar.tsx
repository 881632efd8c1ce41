import * as React from 'react';

import { Icon } from '../../components/Icon';
import { copy } from '../../actions/actions';
import type { MenuItem } from '../../actions/Menu';
import { useMenu } from '../../actions/useMenu';
import type { ExplorerState } from '../explorerStore';
import { switchTo } from '../../host/connecting';
import { type Host, useHost } from '../../host/host';
import { waitingText } from '../../registry/governance/requests';
import { connectLine } from '../../registry/commandLine';
import { registryName } from '../../registry/registryName';
import { useQuery } from '../../state/query';
import { careItems } from './careItems';
import { switchItems } from './switching';

/** Which registry is shown, and on whose behalf; a click offers others, and its URI to copy. */
export function RegistryBar({ state }: { state: ExplorerState }): React.JSX.Element {
  const host = useHost();
  const { registries } = host;
  const shown = React.useSyncExternalStore(registries?.subscribe ?? nothing, () => registries?.uri ?? null);
  // Nothing is asked before somebody looks.
  const awake = state.loaded || state.connectionError !== null;
  const identity = useQuery(awake ? `registry ${shown}` : null, client => client.call('registry.identity', {}));
  const { open, isOpen, menu } = useMenu();
  const [going, setGoing] = React.useState<string | null>(null);
  const uri = identity.value?.uri ?? shown ?? registries?.own ?? null;
  const { error, retry } = identity;
  const connected = state.connectionError === null;
  React.useEffect(() => {
    // What did not answer does again.
    if (connected && error !== null) {
      retry();
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [connected]);
  const actor = identity.value?.actor;
  const name = uri === null ? 'Registry' : registryName(uri);
  const go = (to: string): void => {
    setGoing(registryName(to));
    void switchTo(host, to).finally(() => setGoing(null));
  };
  const show = (event: React.MouseEvent): void => {
    const { currentTarget } = event;
    void switchItems(host, uri, go).then(items => {
      const { left, bottom } = currentTarget.getBoundingClientRect();
      const all = [...items, ...careItems(host), ...copyItems(host, uri)];
      open({ items: all, label: `Registry ${name}` }, { x: left, y: bottom });
    });
  };
  return (
    <div className="mreg-registry">
      <button
        type="button"
        className="mreg-registry-name"
        aria-label={`Registry ${name}`}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title={uri ?? undefined}
        onClick={show}
      >
        <Icon name="registry" />
        <bdi>{name}</bdi>
        <Icon name="down" />
      </button>
      {going !== null ? (
        <span className="mreg-registry-actor" role="status">
          connecting to <bdi>{going}</bdi>…
        </span>
      ) : (
        actor !== undefined && (
          <span className="mreg-registry-actor" title={`What you change is logged as done by ${actor}`}>
            as <bdi>{actor}</bdi>
            {identity.value?.read_only && ', read-only'}
          </span>
        )
      )}
      <InboxButton waiting={state.requests} />
      {menu}
    </div>
  );
}

/** Leads to the requests, and says how many wait for whoever is looking. */
function InboxButton({ waiting }: { waiting: number }): React.JSX.Element {
  const host = useHost();
  const label = waiting === 0 ? 'Requests' : `Requests: ${waitingText(waiting)}`;
  return (
    <button
      type="button"
      className="mreg-button mreg-inbox"
      aria-label={label}
      title={label}
      onClick={() => host.openPage({ kind: 'requests' })}
    >
      <Icon name="requests" />
      {waiting > 0 && <span className="mreg-inbox-count">{waiting > 99 ? '99+' : waiting}</span>}
    </button>
  );
}

function copyItems(host: Host, uri: string | null): MenuItem[] {
  if (uri === null) {
    return [];
  }
  const line = connectLine(uri);
  return [
    { id: 'uri', label: 'Copy URI', icon: 'copy', group: 'copy', run: () => copy(host, uri, `Copied ${uri}`) },
    {
      id: 'line',
      label: 'Copy %modelreg connect line',
      icon: 'line',
      group: 'copy',
      run: () => copy(host, line, 'Copied the line: run it in a notebook to work on this registry there')
    }
  ];
}

function nothing(): () => void {
  return () => undefined;
}
