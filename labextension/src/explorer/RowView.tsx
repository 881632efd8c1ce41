import * as React from 'react';

import type { ExplorerStore } from './explorerStore';
import { Icon } from '../components/Icon';
import { namespaceOf, shortName, type TreeNode } from './nodes';
import type { Row } from './rows';
import { statusWord } from '../components/badges';
import { modelAliases, versionAliases } from '../registry/aliases';
import { ago, aliasText, dateTime } from '../registry/format';

/** The height of a row in pixels, that of JupyterLab's file browser. */
export const ROW_HEIGHT = 24;
/** Longer tool tips help nobody. */
const MOST_TITLE = 300;

interface Props {
  explorer: ExplorerStore;
  row: Row;
  index: number;
  id: string;
  selected: boolean;
  /** How many aliases are shown before the rest becomes a number. */
  badges: number;
  /** Whether the rows are those of a search, so that a model must say where it is. */
  searching: boolean;
}

/** One row at its place in the tree. */
export const RowView = React.memo(function RowView(props: Props): React.JSX.Element {
  const { row, index, id, selected } = props;
  const node = row.type === 'node' ? row : null;
  return (
    <div
      role="treeitem"
      id={id}
      data-index={index}
      className={`mreg-row mreg-mod-${node?.node.kind ?? row.type}${selected ? ' mreg-mod-selected' : ''}`}
      draggable={node?.node.kind === 'model' || node?.node.kind === 'version'}
      aria-level={row.depth + 1}
      aria-selected={selected}
      aria-expanded={node?.expanded ?? undefined}
      aria-posinset={node?.position}
      aria-setsize={node?.siblings}
      style={{ top: index * ROW_HEIGHT, height: ROW_HEIGHT, '--mreg-depth': row.depth } as React.CSSProperties}
    >
      <Content {...props} />
    </div>
  );
});

function Content({ explorer, row, badges, searching }: Props): React.JSX.Element {
  switch (row.type) {
    case 'node':
      return <NodeContent node={row.node} expanded={row.expanded} badges={badges} searching={searching} />;
    case 'more':
      return <More explorer={explorer} row={row} />;
    case 'none':
      return <span className="mreg-label">{row.text}</span>;
    case 'failed':
      return (
        <>
          <Icon name="warning" />
          <span className="mreg-label" title={[row.error.message, row.error.hint].filter(Boolean).join('\n')}>
            {row.error.message}
          </span>
          <button type="button" className="mreg-link" tabIndex={-1} onClick={() => explorer.fetch(row)}>
            Retry
          </button>
        </>
      );
  }
}

/** Fetches the next page by being shown. */
function More({ explorer, row }: { explorer: ExplorerStore; row: Row }): React.JSX.Element {
  // Every change makes new rows, so a page that arrived without filling the view asks for the next one.
  React.useEffect(() => explorer.fetch(row), [explorer, row]);
  return <span className="mreg-label">Loading…</span>;
}

function NodeContent(props: {
  node: TreeNode;
  expanded: boolean | null;
  badges: number;
  searching: boolean;
}): React.JSX.Element {
  const { node, expanded, badges, searching } = props;
  const namespace = searching && node.kind === 'model' ? namespaceOf(node.item) : null;
  return (
    <>
      <span className={`mreg-caret${expanded ? ' mreg-mod-open' : ''}`}>
        {expanded !== null && <Icon name="caret" />}
      </span>
      <Icon name={node.kind} />
      <span className="mreg-label" title={title(node)}>
        <bdi>{shortName(node)}</bdi>
      </span>
      {namespace !== null && (
        <span className="mreg-namespace" title={namespace}>
          {namespace}
        </span>
      )}
      <Badges node={node} most={badges} />
      {node.kind === 'version' && (
        <span className="mreg-when" title={`${dateTime(node.item.created_at)} by ${node.item.created_by}`}>
          {ago(node.item.created_at)}
        </span>
      )}
    </>
  );
}

function Badges({ node, most }: { node: TreeNode; most: number }): React.JSX.Element | null {
  if (node.kind !== 'model' && node.kind !== 'version') {
    return null;
  }
  const aliases = aliasesOf(node);
  const rest = aliases.slice(most);
  return (
    <span className="mreg-badges">
      {aliases.slice(0, most).map(alias => (
        <span key={alias} className="mreg-badge" draggable data-alias={alias} title={aliasTitle(node, alias)}>
          {aliasText(alias)}
        </span>
      ))}
      {rest.length > 0 && (
        <span className="mreg-badge" title={rest.map(alias => aliasTitle(node, alias)).join('\n')}>
          +{rest.length}
        </span>
      )}
      {node.kind === 'version' && node.item.stage !== 'None' && (
        <span className="mreg-badge mreg-mod-stage">{node.item.stage}</span>
      )}
      {node.kind === 'version' && node.item.status !== 'READY' && (
        <span className="mreg-badge mreg-mod-status" title={node.item.status_message ?? undefined}>
          {statusWord(node.item.status)}
        </span>
      )}
    </span>
  );
}

function aliasesOf(node: TreeNode & { kind: 'model' | 'version' }): string[] {
  return node.kind === 'version' ? versionAliases(node.item) : modelAliases(node.item).map(([alias]) => alias);
}

function aliasTitle(node: TreeNode & { kind: 'model' | 'version' }, alias: string): string {
  return aliasText(alias, node.kind === 'model' ? node.item.aliases[alias] : null);
}

function title(node: TreeNode): string {
  if (node.kind === 'workspace') {
    return 'Models without a catalog and schema, as in open-source MLflow';
  }
  const name = node.kind === 'version' ? `${node.item.name}/${node.item.version}` : node.item.name;
  const text = node.item.description ? `${name}\n${node.item.description}` : name;
  return text.length > MOST_TITLE ? `${text.slice(0, MOST_TITLE)}…` : text;
}
