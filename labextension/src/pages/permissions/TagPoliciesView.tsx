import * as React from 'react';

import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import { ErrorMessage } from '../../host/ErrorBanner';
import { useHost } from '../../host/host';
import { THE_REGISTRY } from '../../registry/access/securable';
import { useLiveQuery } from '../../state/query';
import { Section } from '../parts';
import { Principal } from './Principal';

/** The tags that are governed: which values they may have, and who may set them. */
export function TagPoliciesView(): React.JSX.Element | null {
  const host = useHost();
  const now = host.client.moment === null;
  const { value, error, retry } = useLiveQuery(async client => {
    const [policies, groups, outside] = await Promise.all([
      client.call('tag_policies.list', {}),
      client.call('groups.list', {}),
      client.call('tag_policies.violations', {})
    ]);
    return { policies, groups, outside };
  });
  if (value === null) {
    return error && <ErrorMessage error={error} onRetry={retry} />;
  }
  const { policies, groups, outside } = value;
  return (
    <div className="mreg-page-body mreg-permissions">
      <Section
        title="Governed tags"
        count={policies.length > 0 ? String(policies.length) : undefined}
        aside={
          now && (
            <ActButton
              need={need('tag_policies.create', THE_REGISTRY)}
              className="mreg-link"
              onClick={() => void host.openDialog({ kind: 'tag-policy' })}
            >
              Govern a tag…
            </ActButton>
          )
        }
      >
        {policies.length === 0 ? (
          <p className="mreg-quiet">No tag is governed: whoever may tag can make it anything</p>
        ) : (
          <table className="mreg-table mreg-grants" aria-label="Governed tags">
            <thead>
              <tr>
                <th scope="col">Tag</th>
                <th scope="col">May be</th>
                <th scope="col" className="mreg-mod-place">
                  Set by
                </th>
                {now && (
                  <th scope="col" className="mreg-mod-actions">
                    <span className="mreg-unseen">Actions</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {policies.map(({ key, values, assigners, description }) => (
                <tr key={key}>
                  <td>
                    <bdi className="mreg-strong">{key}</bdi>
                    {description !== null && <div className="mreg-quiet">{description}</div>}
                    <Outside count={outside.filter(each => each.key === key).length} />
                  </td>
                  <td>
                    {values.length === 0 ? (
                      <span className="mreg-quiet">anything</span>
                    ) : (
                      <span className="mreg-rights">
                        {values.map(each => (
                          <span key={each} className="mreg-right">
                            {each}
                          </span>
                        ))}
                      </span>
                    )}
                  </td>
                  <td>
                    {assigners.length === 0 ? (
                      <span className="mreg-quiet">whoever may tag</span>
                    ) : (
                      assigners.map(each => (
                        <div key={each}>
                          <Principal name={each} groups={groups} />
                        </div>
                      ))
                    )}
                  </td>
                  {now && (
                    <td className="mreg-mod-actions">
                      <ActButton
                        need={need('tag_policies.change', THE_REGISTRY)}
                        className="mreg-link"
                        aria-label={`Change the policy of ${key}`}
                        onClick={() => void host.openDialog({ kind: 'tag-policy', key })}
                      >
                        Change…
                      </ActButton>
                      <ActButton
                        need={need('tag_policies.delete', THE_REGISTRY)}
                        className="mreg-link"
                        aria-label={`Delete the policy of ${key}`}
                        onClick={() => void host.openDialog({ kind: 'delete-tag-policy', key })}
                      >
                        Delete…
                      </ActButton>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Section>
    </div>
  );
}

/** How many tags have a value from before there was the policy. */
function Outside({ count }: { count: number }): React.JSX.Element | null {
  return count === 0 ? null : (
    <div className="mreg-quiet">{count === 1 ? 'one has another value' : `${count} have other values`}</div>
  );
}
