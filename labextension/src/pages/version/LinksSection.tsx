import * as React from 'react';

import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import type { Version } from '../../client/client';
import { Icon } from '../../components/Icon';
import { WebLink } from '../../components/WebLink';
import { useHost } from '../../host/host';
import { targetOfVersion } from '../../registry/target';
import { Section } from '../parts';

/** Where a version is deployed or used, with the way to say so, and to take it back. */
export function LinksSection({ version }: { version: Version }): React.JSX.Element {
  const host = useHost();
  const { name: model, version: number } = version;
  const links = Object.entries(version.links);
  return (
    <Section
      title="Links"
      count={links.length > 0 ? String(links.length) : undefined}
      action={{ id: 'link', target: targetOfVersion(version), label: 'Add' }}
    >
      {links.length === 0 ? (
        <p className="mreg-quiet">Not said to be deployed or used anywhere</p>
      ) : (
        <ul className="mreg-links" aria-label="Links">
          {links.map(([url, kind]) => (
            <li key={url}>
              <span className={`mreg-badge mreg-mod-${kind === 'endpoint' ? 'live' : 'stage'}`}>{kind}</span>
              <bdi className="mreg-links-url" title={url}>
                <WebLink href={url}>{url}</WebLink>
              </bdi>
              {host.client.moment === null && (
                <ActButton
                  need={need('versions.unlink', model)}
                  className="mreg-button"
                  aria-label={`Remove the link to ${url}`}
                  title="Remove this link"
                  onClick={() => void host.openDialog({ kind: 'unlink', model, version: number, url })}
                >
                  <Icon name="clear" />
                </ActButton>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
