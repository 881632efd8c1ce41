import * as React from 'react';

import type { Model } from '../../client/client';
import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import { defaultReference, isLive, modelAliases } from '../../registry/aliases';
import { countText } from '../../registry/format';
import { type PagePlace, useHost } from '../../host/host';
import { securableOf } from '../../registry/access/securable';
import { loadCode } from '../../registry/commandLine';
import { isPrompt } from '../../registry/tags';
import type { PageTarget } from '../../registry/target';
import { ActivityView } from '../activity/ActivityView';
import { TimelineView } from '../timeline/TimelineView';
import { CommentsView, commentCount } from '../comments/CommentsView';
import { DeprecationBanner } from '../marks/DeprecationBanner';
import { Frame } from '../Frame';
import { ModelStore, type ModelState } from './modelStore';
import type { PagedState } from '../../state/pagedList';
import { Code, Description, Facts, Section } from '../parts';
import { TagSection } from '../TagSection';
import { When } from '../../components/When';
import { Tabs } from '../../components/Tabs';
import { UsedBy } from '../usage/UsedBy';
import { PoliciesView } from '../policies/PoliciesView';
import { RequestBanner } from '../requests/RequestBanner';
import { PermissionsView } from '../permissions/PermissionsView';
import { usePage, useTab } from '../usePage';
import { BrowseOnly } from './BrowseOnly';
import { SummaryBand } from './SummaryBand';
import { tableKey } from '../versions/useTable';
import { VersionTable } from '../versions/VersionTable';

const TABS = ['versions', 'details', 'comments', 'activity', 'timeline', 'policies', 'permissions'] as const;

/** The page of a model, at a `place` on it if any. It reads only while `visible`. */
export function ModelView(props: { target: PageTarget; visible: boolean; place: PagePlace | null }): React.JSX.Element {
  const { target, visible, place } = props;
  const host = useHost();
  const [page, state] = usePage(() => new ModelStore(host.client, target), visible);
  const [tab, open] = useTab(target, TABS, place);
  React.useEffect(() => {
    // Their number stands on every tab.
    page.openVersions();
    if (tab === 'activity') {
      page.openActivity();
    }
    if (tab === 'details') {
      page.openUsage();
    }
    if (tab === 'timeline') {
      page.openTimeline();
    }
    if (tab === 'permissions') {
      page.openPermissions();
    }
  }, [page, tab]);
  const { item, versions } = state;
  const about = item && (
    <>
      {!item.browse_only && <SummaryBand model={item} versions={countOf(versions)} />}
      <DeprecationBanner target={target} told={state.deprecation.value} />
      <RequestBanner requests={state.discussion.requests} />
    </>
  );
  return (
    <Frame
      target={item ? { ...target, deprecated: item.deprecated !== null } : target}
      state={state}
      about={about}
      onRetry={() => void page.refresh()}
    >
      {item?.browse_only ? (
        <BrowseOnly target={target} model={item} />
      ) : (
        <Tabs
          label={`Page of ${target.name}`}
          tabs={[
            { id: 'versions', label: 'Versions', count: countOf(versions) },
            { id: 'details', label: 'Details' },
            { id: 'comments', label: 'Comments', count: commentCount(state.discussion) },
            { id: 'activity', label: 'Activity' },
            { id: 'timeline', label: 'Timeline' },
            { id: 'policies', label: 'Policies' },
            { id: 'permissions', label: 'Permissions' }
          ]}
          open={tab}
          onOpen={open}
        >
          {tab === 'versions' && <Versions target={target} state={state} page={page} />}
          {tab === 'details' && item && <Details target={target} model={item} state={state} />}
          {tab === 'comments' && item && (
            <CommentsView target={target} discussion={page.discussion} mayWrite={!item.browse_only} />
          )}
          {tab === 'activity' && (
            <ActivityView
              target={target}
              activity={state.activity}
              model={item}
              place={place}
              onQuery={query => page.findActivity(query)}
              onMore={() => page.moreActivity()}
            />
          )}
          {tab === 'timeline' && (
            <TimelineView model={target.name} timeline={state.timeline} onRetry={() => page.retryTimeline()} />
          )}
          {tab === 'policies' && visible && <PoliciesView on={securableOf(target)} />}
          {tab === 'permissions' && (
            <PermissionsView
              on={securableOf(target)}
              permissions={state.permissions}
              onRetry={() => page.retryPermissions()}
            />
          )}
        </Tabs>
      )}
    </Frame>
  );
}

function Versions(props: { target: PageTarget; state: ModelState; page: ModelStore }): React.JSX.Element | null {
  const { target, state, page } = props;
  const { versions, item, ticked } = state;
  const { registries, settings } = useHost();
  const { aliasOrder } = settings;
  if (versions.loaded && versions.items.length === 0) {
    return <NoVersions target={target} />;
  }
  // Until the first page is there, nothing: it comes before one would notice.
  return versions.loaded || versions.error ? (
    <VersionTable
      model={target.name}
      memory={item && tableKey(registries?.uri ?? null, item)}
      versions={versions}
      live={item && (modelAliases(item, aliasOrder).find(([alias]) => isLive(alias, aliasOrder))?.[1] ?? null)}
      ticked={ticked}
      onTick={page.tick}
      onMore={() => page.moreVersions()}
      onAll={() => page.allVersions()}
    />
  ) : null;
}

function NoVersions({ target }: { target: PageTarget }): React.JSX.Element {
  const host = useHost();
  return (
    <div className="mreg-message">
      <p>No versions yet</p>
      {host.client.moment === null && (
        <>
          <p className="mreg-quiet">Register one from a run, a logged model or a folder.</p>
          <ActButton
            need={need('versions.register', target.name)}
            className="mreg-action"
            onClick={() => void host.openDialog({ kind: 'register', model: target.name })}
          >
            Register version
          </ActButton>
        </>
      )}
    </div>
  );
}

function Details(props: { target: PageTarget; model: Model; state: ModelState }): React.JSX.Element {
  const { target, model, state } = props;
  const { versions, usage } = state;
  const { client, settings } = useHost();
  const { aliasOrder } = settings;
  return (
    <div className="mreg-page-body mreg-mod-columns">
      <div>
        <Description text={model.description} target={target} />
        {versions.items.length > 0 && client.moment === null && (
          <Section title="Use it">
            <Code text={loadCode(defaultReference(model, aliasOrder), isPrompt(model))} />
          </Section>
        )}
        <UsedBy target={target} usage={usage} />
        <TagSection tags={model.tags} target={target} />
      </div>
      <aside>
        <Section title="About this model">
          <Facts
            facts={[
              ['Kind', model.schema_id === null ? 'Workspace model' : 'Governed model'],
              ['Owner', <bdi>{model.owner}</bdi>],
              ['Versions', countOf(versions) ?? '…'],
              ['Created', <When time={model.created_at} by={model.created_by} />],
              ['Updated', <When time={model.updated_at} by={model.updated_by} />],
              model.deployment_job_id === null ? null : ['Deployment job', <bdi>{model.deployment_job_id}</bdi>]
            ]}
          />
        </Section>
      </aside>
    </div>
  );
}

/** How many there are as far as that is known: `12`, `100+`. */
function countOf(list: PagedState<unknown>): string | undefined {
  return list.loaded ? `${countText(list.items.length)}${list.more ? '+' : ''}` : undefined;
}
