import * as React from 'react';

import { Icon } from '../../components/Icon';
import { switchTo } from '../../host/connecting';
import { useHost } from '../../host/host';
import { connectLine } from '../../registry/commandLine';
import { addressOf } from '../../registry/registryName';

/** The registry has moved to `to`: that it can only be looked at, and the way there. */
export function MovedBanner({ to }: { to: string }): React.JSX.Element {
  const host = useHost();
  return (
    <div className="mreg-error-banner" role="status">
      <Icon name="warning" />
      <div>
        <div>
          This registry has moved to <bdi>{addressOf(to)}</bdi>
        </div>
        <div className="mreg-quiet mreg-hint">
          Nothing can be changed here any more.
          {host.registries === null && (
            <>
              {' '}
              Run <code>{connectLine(to)}</code>.
            </>
          )}
        </div>
        {host.registries !== null && (
          <button type="button" className="mreg-link mreg-banner-way" onClick={() => void switchTo(host, to)}>
            Switch to it
          </button>
        )}
      </div>
    </div>
  );
}
