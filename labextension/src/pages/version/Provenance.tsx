import * as React from 'react';

import type { RunInfo, Version } from '../../client/client';
import { useHost } from '../../host/host';
import { When } from '../../components/When';
import { sizeText } from '../../registry/format';
import { pageTarget } from '../../registry/target';
import type { QueryState } from '../../state/query';
import { Facts, Section, WebLink } from '../parts';
import { Value } from '../Table';

/** Begins the URI of a model in a registry. */
const SCHEME = 'models:/';

/** Where a version comes from, who registered it, and where its files are. */
export function Provenance({
  version,
  run,
  onRetry
}: {
  version: Version;
  run: QueryState<RunInfo>;
  onRetry: () => void;
}): React.JSX.Element {
  const { notebook, source_name, git_commit } = run.value ?? { notebook: null, source_name: null, git_commit: null };
  const made = notebook ?? source_name;
  return (
    <Section title="About this version">
      <Facts
        facts={[
          ['Registered', <When time={version.created_at} by={version.created_by} />],
          version.updated_at === version.created_at
            ? null
            : ['Updated', <When time={version.updated_at} by={version.updated_by} />],
          version.source === null ? null : ['Source', <Source text={version.source} />],
          version.run_id === null
            ? null
            : ['Run', <Run version={version} id={version.run_id} run={run} onRetry={onRetry} />],
          run.value === null ? null : ['Experiment', <bdi>{run.value.experiment}</bdi>],
          made === null ? null : [notebook === null ? 'Made by' : 'Notebook', <Mono text={made} />],
          git_commit === null ? null : ['Commit', <Mono text={git_commit.slice(0, 12)} title={git_commit} />],
          version.logged_model_id === null ? null : ['Logged model', <Mono text={version.logged_model_id} />],
          ['Files', version.managed ? 'Kept by the registry' : 'Left at the source'],
          version.size === null ? null : ['Size', sizeText(version.size)]
        ]}
      />
    </Section>
  );
}

/** What was registered; a version of this registry can be opened. */
function Source({ text }: { text: string }): React.JSX.Element {
  const host = useHost();
  const target = text.startsWith(SCHEME) ? pageTarget(text.slice(SCHEME.length)) : null;
  return target?.kind === 'version' ? (
    <button type="button" className="mreg-link" onClick={() => host.openPage(target)}>
      <Mono text={text} />
    </button>
  ) : (
    <Mono text={text} />
  );
}

/** The run: its name once the tracking server has told it, its id until then, and why when it cannot. */
function Run(props: {
  version: Version;
  id: string;
  run: QueryState<RunInfo>;
  onRetry: () => void;
}): React.JSX.Element {
  const { version, id, run, onRetry } = props;
  return (
    <>
      <WebLink href={run.value?.url ?? version.run_link}>
        {run.value ? <bdi>{run.value.name}</bdi> : <Mono text={id} />}
      </WebLink>
      {run.value && <RunState run={run.value} />}
      {run.error && (
        <div className="mreg-quiet">
          {run.error.message}{' '}
          <button type="button" className="mreg-link" onClick={onRetry}>
            Retry
          </button>
        </div>
      )}
    </>
  );
}

function RunState({ run }: { run: RunInfo }): React.JSX.Element {
  return (
    <div className="mreg-quiet">
      {run.status.toLowerCase()}
      {run.start_time !== null && (
        <>
          {', started '}
          <When time={run.start_time} {...(run.user !== null && { by: run.user })} />
        </>
      )}
    </div>
  );
}

function Mono({ text, title }: { text: string; title?: string }): React.JSX.Element {
  return (
    <span className="mreg-mono" title={title}>
      <Value text={text} />
    </span>
  );
}
