import * as React from 'react';

import type { LoggedModelInfo, RunInfo, Used, Version } from '../../client/client';
import { CopyButton, ShortId, shortId } from '../../components/CopyButton';
import { useHost } from '../../host/host';
import { WebLink } from '../../components/WebLink';
import { When } from '../../components/When';
import { sizeText } from '../../registry/format';
import { type AnyPage, pageTarget } from '../../registry/target';
import type { QueryState } from '../../state/query';
import { Facts, Section } from '../parts';
import { RunState } from '../run/RunState';
import { Value } from '../Table';

/** Begins the URI of a model in a registry. */
const SCHEME = 'models:/';

interface Props {
  version: Version;
  run: QueryState<RunInfo>;
  loggedModel: QueryState<LoggedModelInfo>;
  /** Who loaded it last; null where nobody is known to have. */
  lastUse: Used | null;
  onRetry: () => void;
}

/** Where a version comes from, who registered it, and where its files are; whatever has a page leads there. */
export function Provenance({ version, run, loggedModel, lastUse, onRetry }: Props): React.JSX.Element {
  const { source, logged_model_id } = version;
  // The same id once more would say nothing new.
  const elsewhere = source !== null && source !== `${SCHEME}${logged_model_id}` ? source : null;
  return (
    <Section title="About this version">
      <Facts
        facts={[
          ['Registered', <When time={version.created_at} by={version.created_by} />],
          version.updated_at === version.created_at
            ? null
            : ['Updated', <When time={version.updated_at} by={version.updated_by} />],
          lastUse === null ? null : ['Last used', <LastUse used={lastUse} />],
          elsewhere === null ? null : ['Source', <Source text={elsewhere} />],
          version.run_id === null
            ? null
            : ['Run', <Run version={version} id={version.run_id} run={run} onRetry={onRetry} />],
          ...(run.value === null ? [] : madeBy(run.value)),
          logged_model_id === null
            ? null
            : ['Logged model', <LoggedModel id={logged_model_id} known={loggedModel.value} />],
          ['Files', version.managed ? 'In the registry' : 'At the source'],
          version.size === null ? null : ['Size', sizeText(version.size)]
        ]}
      />
    </Section>
  );
}

/** Who loaded the version last, and from which notebook. */
function LastUse({ used }: { used: Used }): React.JSX.Element {
  return (
    <>
      <When time={used.last_used_at} by={used.actor} />
      {used.notebook !== null && (
        <>
          {' in '}
          <Notebook path={used.notebook} cell={null} />
        </>
      )}
    </>
  );
}

/** What a run says of the place it was made in. */
export function madeBy(run: RunInfo): ([name: string, value: React.ReactNode] | null)[] {
  const { notebook, source_name, git_commit } = run;
  return [
    [
      'Experiment',
      <Tracked url={run.experiment_url} page={{ kind: 'experiment', id: run.experiment_id, name: run.experiment }}>
        <bdi>{run.experiment}</bdi>
      </Tracked>
    ],
    notebook !== null
      ? ['Notebook', <Notebook path={notebook} cell={run.cell} />]
      : source_name !== null
        ? ['Made by', <Path path={source_name} />]
        : null,
    git_commit === null ? null : ['Commit', <ShortId id={git_commit} what="commit" url={run.commit_url} />]
  ];
}

/** The notebook, which opens where the host can do that. */
export function Notebook({ path, cell }: { path: string; cell: string | null }): React.JSX.Element {
  const { opener } = useHost();
  return opener === null ? <Path path={path} /> : <Path path={path} onOpen={() => opener.openNotebook(path, cell)} />;
}

/** The end of a path, which tells it from its neighbours, and a button that copies all of it. */
function Path({ path, onOpen }: { path: string; onOpen?: () => void }): React.JSX.Element {
  const end = path.split(/[\\/]/).slice(-2).join('/');
  return (
    <span className="mreg-copied">
      {onOpen ? (
        <button type="button" className="mreg-link" title={`Open ${path}`} onClick={onOpen}>
          <bdi>{end}</bdi>
        </button>
      ) : (
        <bdi title={path}>{end}</bdi>
      )}
      <CopyButton text={path} what="path" />
    </span>
  );
}

/** What was registered; a version of this registry can be opened. */
function Source({ text }: { text: string }): React.JSX.Element {
  const host = useHost();
  const target = text.startsWith(SCHEME) ? pageTarget(text.slice(SCHEME.length)) : null;
  return (
    <span className="mreg-copied">
      {target?.kind === 'version' ? (
        <button type="button" className="mreg-link" onClick={() => host.openPage(target)}>
          <Mono text={text} />
        </button>
      ) : (
        <Mono text={text} />
      )}
      <CopyButton text={text} what="source" />
    </span>
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
  const url = run.value?.url ?? version.run_link;
  return (
    <>
      <span className="mreg-copied">
        <Tracked url={url} page={run.value && { kind: 'run', run_id: id, name: run.value.name }}>
          {run.value === null ? <span className="mreg-mono">{shortId(id)}</span> : <bdi>{run.value.name}</bdi>}
        </Tracked>
        <CopyButton text={id} what="id of the run" />
      </span>
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

/** Leads to MLflow's page where somebody serves one, else to ours, if any. */
export function Tracked(props: {
  url: string | null;
  page: AnyPage | null;
  children: React.ReactNode;
}): React.JSX.Element {
  const { url, page, children } = props;
  const host = useHost();
  return url === null && page !== null ? (
    <button type="button" className="mreg-link" onClick={() => host.openPage(page)}>
      {children}
    </button>
  ) : (
    <WebLink href={url}>{children}</WebLink>
  );
}

/** The logged model, which has a page once the tracking server knows it. */
function LoggedModel({ id, known }: { id: string; known: LoggedModelInfo | null }): React.JSX.Element {
  return (
    <span className="mreg-copied">
      <Tracked url={known?.url ?? null} page={known && { kind: 'logged-model', id, name: known.name }}>
        <Mono text={shortId(id)} />
      </Tracked>
      <CopyButton text={id} what="id of the logged model" />
    </span>
  );
}

function Mono({ text }: { text: string }): React.JSX.Element {
  return (
    <span className="mreg-mono">
      <Value text={text} />
    </span>
  );
}
