import * as React from 'react';

import type { Model } from '../../client/client';
import { Icon } from '../../components/Icon';
import { accessRequest } from '../../host/asking';
import { useHost } from '../../host/host';
import { securableOf } from '../../registry/access/securable';
import type { PageTarget } from '../../registry/target';
import { Description, Facts, Section } from '../parts';

/** What somebody sees of a model who may only know that it is there: its owner and description, and how to see more. */
export function BrowseOnly({ target, model }: { target: PageTarget; model: Model }): React.JSX.Element {
  const host = useHost();
  const request = accessRequest({ privilege: 'EXECUTE', on: securableOf(target) });
  return (
    <div className="mreg-page-body mreg-permissions">
      <div className="mreg-page-note mreg-mod-plain" role="note">
        <Icon name="eye" />
        <div>
          You may only see that it is there. To see its versions and load it you need EXECUTE, which{' '}
          <bdi>{model.owner}</bdi> can grant.
          {host.client.moment === null && (
            <div>
              <button type="button" className="mreg-link" onClick={() => void host.openDialog({ ...request })}>
                Request access…
              </button>
            </div>
          )}
        </div>
      </div>
      <Description text={model.description} target={target} />
      <Section title="About this model">
        <Facts facts={[['Owner', <bdi>{model.owner}</bdi>]]} />
      </Section>
    </div>
  );
}
