import * as React from 'react';

import type { Deprecation } from '../../client/client';
import { Icon } from '../../components/Icon';
import { When } from '../../components/When';
import { useHost } from '../../host/host';
import { type PageTarget, pageTarget, referenceTo } from '../../registry/target';

/** That what the page is about, or its model, is not to be used any more, why, and what to use instead. */
export function DeprecationBanner(props: { target: PageTarget; told: Deprecation | null }): React.JSX.Element | null {
  const { target, told } = props;
  const host = useHost();
  if (told === null) {
    return null;
  }
  const { name, reason, in_favour_of, by, at } = told;
  return (
    <div className="mreg-page-note mreg-mod-deprecated" role="note" aria-label="Deprecated">
      <Icon name="deprecated" />
      <div>
        <strong>{name === referenceTo(target) ? 'Deprecated' : 'Its model is deprecated'}:</strong>{' '}
        <bdi>{reason.trim().replace(/\.$/, '')}</bdi>.
        {in_favour_of !== null && (
          <>
            {' Use '}
            <button type="button" className="mreg-link" onClick={() => host.openPage(pageTarget(in_favour_of))}>
              <bdi>{in_favour_of}</bdi>
            </button>
            {' instead.'}
          </>
        )}{' '}
        <span className="mreg-quiet">
          <When time={at} by={by} />
        </span>
      </div>
    </div>
  );
}
