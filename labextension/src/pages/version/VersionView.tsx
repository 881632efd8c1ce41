import * as React from 'react';

import type { Metric, Version } from '../../client/client';
import { type PagePlace, useHost } from '../../host/host';
import { Icon } from '../../components/Icon';
import { defaultAlias, versionAliases } from '../../registry/aliases';
import { loadCode } from '../../registry/commandLine';
import { isPrompt } from '../../registry/tags';
import { numberText } from '../../registry/format';
import { type PageTarget, targetOfVersion } from '../../registry/target';
import { AliasChips } from '../../actions/AliasChip';
import { ActivityView } from '../activity/ActivityView';
import { DeprecatedBadge, type Pin, Pinned, Stage, Status } from '../../components/badges';
import { CommentsView, commentCount } from '../comments/CommentsView';
import { EvaluationView } from '../evaluation/EvaluationView';
import { LineageView } from '../lineage/LineageView';
import { DeprecationBanner } from '../marks/DeprecationBanner';
import { FilesSection } from './FilesSection';
import { Frame } from '../Frame';
import { Code, Description, Section } from '../parts';
import { Missing } from '../policies/Missing';
import { LinksSection } from './LinksSection';
import { Provenance } from './Provenance';
import { SignatureSections } from './SignatureSections';
import { type Column, TableSection } from '../Table';
import { TagSection } from '../TagSection';
import { Tabs } from '../../components/Tabs';
import { UsedBy } from '../usage/UsedBy';
import { RequestBanner } from '../requests/RequestBanner';
import { usePage, useTab } from '../usePage';
import { VersionStore, type VersionState } from './versionStore';

const STEP: Column<Metric> = { title: 'Step', text: each => String(each.step), as: 'number' };

/** The page of a version. It reads only while `visible`. */
export function VersionView(props: {
  target: PageTarget & { kind: 'version' };
  visible: boolean;
  place: PagePlace | null;
}): React.JSX.Element {
  const { target, visible, place } = props;
  const { client } = useHost();
  const [page, state] = usePage(() => new VersionStore(client, target), visible);
  const [tab, open] = useTab(target, ['overview', 'lineage', 'evaluation', 'comments', 'activity'], place);
  React.useEffect(() => {
    if (tab === 'activity') {
      page.openActivity();
    } else if (tab === 'lineage') {
      page.openLineage();
    }
  }, [page, tab]);
  const { item } = state;
  return (
    <Frame
      target={item ? targetOfVersion(item) : target}
      state={state}
      about={
        item && (
          <>
            <About version={item} pin={state.pins.value?.get(item.version) ?? null} />
            <DeprecationBanner target={target} told={state.deprecation.value} />
            <RequestBanner requests={state.discussion.requests} />
          </>
        )
      }
      onRetry={() => void page.refresh()}
    >
      <Tabs
        label={`Page of v${target.version} of ${target.name}`}
        tabs={[
          { id: 'overview', label: 'Overview' },
          { id: 'lineage', label: 'Lineage' },
          { id: 'evaluation', label: 'Evaluation' },
          { id: 'comments', label: 'Comments', count: commentCount(state.discussion) },
          { id: 'activity', label: 'Activity' }
        ]}
        open={tab}
        onOpen={open}
      >
        {tab === 'overview' && item && <Overview target={target} version={item} state={state} page={page} />}
        {tab === 'lineage' && (
          <LineageView
            name={`${target.name}/${target.version}`}
            traced={state.lineage}
            onRetry={() => page.retryLineage()}
          />
        )}
        {tab === 'evaluation' && item && <EvaluationView version={item} />}
        {tab === 'comments' && item && <CommentsView target={target} discussion={page.discussion} mayWrite />}
        {tab === 'activity' && (
          <ActivityView
            target={target}
            activity={state.activity}
            onQuery={query => page.findActivity(query)}
            onMore={() => page.moreActivity()}
          />
        )}
      </Tabs>
    </Frame>
  );
}

/** What stands below the name: aliases, stage, status, and why it failed. */
function About({ version, pin }: { version: Version; pin: Pin | null }): React.JSX.Element {
  const { aliasOrder } = useHost().settings;
  const aliases = versionAliases(version, aliasOrder);
  return (
    <>
      <span className="mreg-page-badges">
        <Status version={version} />
        <Stage stage={version.stage} />
        <DeprecatedBadge of={version} />
        <Pinned version={version} pin={pin} />
        {aliases.length > 0 && (
          <AliasChips
            model={version.name}
            prompt={isPrompt(version)}
            aliases={aliases.map(each => [each, version.version] as const)}
            order={aliasOrder}
          />
        )}
      </span>
      {version.status === 'FAILED_REGISTRATION' && (
        <div className="mreg-page-note" role="note">
          <Icon name="warning" />
          <bdi>{version.status_message ?? 'It could not be registered.'}</bdi>
        </div>
      )}
    </>
  );
}

interface OverviewProps {
  target: PageTarget;
  version: Version;
  state: VersionState;
  page: VersionStore;
}

function Overview({ target, version, state, page }: OverviewProps): React.JSX.Element {
  const params = Object.entries(version.params ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const metrics = version.metrics ?? [];
  return (
    <div className="mreg-page-body mreg-mod-columns">
      <div>
        <Description text={version.description} target={target} />
        {version.status === 'READY' && <Load version={version} />}
        <TableSection
          title="Metrics"
          rows={metrics}
          columns={[
            { title: 'Name', text: each => each.key },
            { title: 'Value', text: each => numberText(each.value), whole: each => String(each.value), as: 'number' },
            ...(metrics.some(each => each.step !== 0) ? [STEP] : [])
          ]}
        />
        <TableSection
          title="Parameters"
          rows={params}
          columns={[
            { title: 'Name', text: ([name]) => name },
            { title: 'Value', text: ([, value]) => value, as: 'code' }
          ]}
        />
        <SignatureSections version={version} inFiles={state.signature} />
        <FilesSection version={version} files={state.files} onRetry={() => page.retryFiles()} />
        <UsedBy target={target} usage={state.usage} />
      </div>
      <aside>
        <Missing version={version} />
        <Provenance
          version={version}
          run={state.run}
          loggedModel={state.loggedModel}
          lastUse={state.usage.value?.used[0] ?? null}
          onRetry={() => page.retryRun()}
        />
        <LinksSection version={version} />
        <TagSection tags={version.tags} target={target} />
      </aside>
    </div>
  );
}

function Load({ version }: { version: Version }): React.JSX.Element {
  const { client, settings } = useHost();
  // Where an alias pointed then says nothing of where it points when code is run.
  const alias = client.moment === null ? defaultAlias(version, settings.aliasOrder) : null;
  const exact = `${version.name}/${version.version}`;
  return (
    <Section title="Use it">
      <Code text={loadCode(alias === null ? exact : `${version.name}@${alias}`, isPrompt(version))} />
      {alias !== null && (
        <p className="mreg-quiet">
          This follows <bdi>@{alias}</bdi> when it moves; <code>models:/{exact}</code> stays with this version.
        </p>
      )}
    </Section>
  );
}
