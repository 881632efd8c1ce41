import * as React from 'react';

import type { Version } from '../client/client';
import { type AliasOrder, isLive } from '../registry/aliases';
import { Icon } from './Icon';

/** More aliases than this are shown only when somebody asks. */
const MOST = 12;

/** The aliases of a version, or of a model with the version each one points at; clicking one may open something. */
export function AliasBadges(props: {
  aliases: readonly (readonly [alias: string, version: number | null])[];
  /** The order they are in, which says which of them is live. */
  order: AliasOrder;
  onOpen?: (version: number) => void;
}): React.JSX.Element | null {
  const { aliases, order, onOpen } = props;
  const [all, setAll] = React.useState(false);
  const shown = all ? aliases : aliases.slice(0, MOST);
  return (
    <span className="mreg-page-badges">
      {shown.map(([alias, version]) => (
        <AliasBadge key={alias} alias={alias} version={version} live={isLive(alias, order)} onOpen={onOpen} />
      ))}
      {shown.length < aliases.length && (
        <button type="button" className="mreg-badge" onClick={() => setAll(true)}>
          +{aliases.length - shown.length}
        </button>
      )}
    </span>
  );
}

function AliasBadge(props: {
  alias: string;
  version: number | null;
  live: boolean;
  onOpen: ((version: number) => void) | undefined;
}): React.JSX.Element {
  const { alias, version, live, onOpen } = props;
  const name = <bdi>@{alias}</bdi>;
  const look = `mreg-badge${live ? ' mreg-mod-live' : ''}`;
  if (version === null || onOpen === undefined) {
    return (
      <span className={look} title={`@${alias}`}>
        {name}
      </span>
    );
  }
  return (
    <button type="button" className={look} title={`Open v${version}`} onClick={() => onOpen(version)}>
      {name} <span className="mreg-badge-version">v{version}</span>
    </button>
  );
}

/** The stage of a workspace version; nothing for one that is in none. */
export function Stage({ stage }: { stage: string }): React.JSX.Element | null {
  return stage === 'None' ? null : <span className="mreg-badge mreg-mod-stage">{stage}</span>;
}

/** How far the registration of a version has come, in a word. */
export function statusWord(status: Version['status']): string {
  switch (status) {
    case 'READY':
      return 'ready';
    case 'PENDING_REGISTRATION':
      return 'pending';
    case 'FAILED_REGISTRATION':
      return 'failed';
  }
}

/** How far the registration of a version has come. */
export function Status({ version }: { version: Version }): React.JSX.Element {
  switch (version.status) {
    case 'READY':
      return (
        <span className="mreg-status mreg-mod-ready">
          <Icon name="check" /> Ready
        </span>
      );
    case 'PENDING_REGISTRATION':
      return <span className="mreg-status mreg-mod-pending">Pending</span>;
    case 'FAILED_REGISTRATION':
      return (
        <span className="mreg-status mreg-mod-bad" title={version.status_message ?? undefined}>
          <Icon name="warning" /> Failed
        </span>
      );
  }
}
