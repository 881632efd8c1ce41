import * as React from 'react';

import type { Version } from '../client/client';
import { ago } from '../registry/format';
import { Icon } from './Icon';

/** Who pinned a version, when and why. */
export interface Pin {
  readonly actor: string;
  readonly time: number;
  readonly reason: string | null;
}

/** The stage of a workspace version; nothing for one that is in none. */
export function Stage({ stage }: { stage: string }): React.JSX.Element | null {
  return stage === 'None' ? null : <span className="mreg-badge mreg-mod-stage">{stage}</span>;
}

/** That a version is pinned; nothing for one that is not. */
export function Pinned({ version, pin }: { version: Version; pin: Pin | null }): React.JSX.Element | null {
  return version.pinned ? (
    <span className="mreg-badge" title={pinTitle(pin)}>
      Pinned
    </span>
  ) : null;
}

/** What a pin means, and who set it, as far as that is known. */
export function pinTitle(pin: Pin | null): string {
  const means = 'Prune leaves it, and it is deleted by force only';
  if (pin === null) {
    return `Pinned. ${means}`;
  }
  const why = pin.reason === null ? '' : `: “${pin.reason}”`;
  return `Pinned by ${pin.actor}, ${ago(pin.time)}${why}. ${means}`;
}

/** That something is not to be used any more; nothing of what is. */
export function DeprecatedBadge({ of }: { of: Pick<Version, 'deprecated'> }): React.JSX.Element | null {
  return of.deprecated === null ? null : (
    <span className="mreg-badge mreg-mod-deprecated" title={deprecatedTitle(of)}>
      Deprecated
    </span>
  );
}

/** That something is deprecated, and why. */
export function deprecatedTitle({ deprecated }: Pick<Version, 'deprecated'>): string {
  const reason = deprecated?.['reason'];
  return typeof reason === 'string' ? `Deprecated: ${reason}` : 'Deprecated';
}

/** Where something is deployed, as far as it says so. */
export function endpointsOf({ links }: Pick<Version, 'links'>): string[] {
  return Object.keys(links).filter(url => links[url] === 'endpoint');
}

/** Where a version is deployed, and what that means. */
export function endpointTitle(version: Pick<Version, 'links'>): string {
  return `Deployed at ${endpointsOf(version).join(', ')}. Prune leaves it, and it is deleted by force only`;
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
