import * as React from 'react';

import { When } from '../../components/When';
import { Tabs } from '../../components/Tabs';
import { type PagePlace, useHost } from '../../host/host';
import { securableOf } from '../../registry/access/securable';
import { countedText } from '../../registry/format';
import type { ContainerTarget } from '../../registry/target';
import { ActivityView } from '../activity/ActivityView';
import { Frame } from '../Frame';
import { TagPoliciesView } from '../permissions/TagPoliciesView';
import { PermissionsView } from '../permissions/PermissionsView';
import { Description, Facts, Section } from '../parts';
import { PoliciesView } from '../policies/PoliciesView';
import { usePage, useTab } from '../usePage';
import { type Container, ContainerStore, type Wide } from './containerStore';

const TABS = [
  { id: 'activity', label: 'Activity' },
  { id: 'details', label: 'Details' },
  { id: 'policies', label: 'Policies' },
  { id: 'permissions', label: 'Permissions' },
  { id: 'tags', label: 'Governed tags' }
] as const;
/** What only the registry has, and what it has not. */
const OF_REGISTRY = ['tags'];
const NOT_OF_REGISTRY = ['details'];

/** The page of a catalog, a schema or the registry: what happened in it, and what is said of it. It reads only while `visible`. */
export function ContainerView(props: { target: Wide; visible: boolean; place: PagePlace | null }): React.JSX.Element {
  const { target, visible, place } = props;
  const { client } = useHost();
  const [page, state] = usePage(() => new ContainerStore(client, target), visible);
  const [tab, open] = useTab(target, ['activity', 'details', 'policies', 'permissions', 'tags'], place);
  React.useEffect(() => page.openActivity(), [page]);
  React.useEffect(() => {
    if (tab === 'permissions') {
      page.openPermissions();
    }
  }, [page, tab]);
  const { item } = state;
  const activity = (
    <ActivityView
      target={target}
      activity={state.activity}
      onQuery={query => page.findActivity(query)}
      onMore={() => page.moreActivity()}
    />
  );
  return (
    <Frame
      target={target}
      state={state}
      about={item && <p className="mreg-quiet">{countedText(item.models, 'model')}</p>}
      onRetry={() => void page.refresh()}
    >
      <Tabs
        label={target.kind === 'registry' ? 'Page of the registry' : `Page of ${target.name}`}
        tabs={TABS.filter(each => !(target.kind === 'registry' ? NOT_OF_REGISTRY : OF_REGISTRY).includes(each.id))}
        open={tab}
        onOpen={open}
      >
        {tab === 'activity' && activity}
        {tab === 'details' && item && target.kind !== 'registry' && <Details target={target} item={item} />}
        {tab === 'policies' && visible && <PoliciesView on={securableOf(target)} />}
        {tab === 'tags' && visible && <TagPoliciesView />}
        {tab === 'permissions' && (
          <PermissionsView
            on={securableOf(target)}
            permissions={state.permissions}
            onRetry={() => page.retryPermissions()}
          />
        )}
      </Tabs>
    </Frame>
  );
}

function Details({ target, item }: { target: ContainerTarget; item: Container }): React.JSX.Element | null {
  const { securable, models } = item;
  return (
    securable && (
      <div className="mreg-page-body mreg-mod-columns">
        <div>
          <Description text={securable.description} target={target} />
        </div>
        <aside>
          <Section title={`About this ${target.kind}`}>
            <Facts
              facts={[
                ['Owner', <bdi>{securable.owner}</bdi>],
                ['Models', String(models)],
                ['Created', <When time={securable.created_at} by={securable.created_by} />],
                ['Updated', <When time={securable.updated_at} by={securable.updated_by} />]
              ]}
            />
          </Section>
        </aside>
      </div>
    )
  );
}
