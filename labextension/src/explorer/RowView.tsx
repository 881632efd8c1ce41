import * as React from 'react';

import type { ExplorerStore } from './explorerStore';
import { Icon, type IconName } from '../components/Icon';
import { isPrompt } from '../registry/tags';
import { foundName, namespaceOf, shortName, type TreeNode } from './nodes';
import type { Row } from './rows';
import type { Font } from '../components/fitting';
import type { AliasOrder } from '../registry/aliases';
import { ago, countedText, countText, dateTime } from '../registry/format';
import { firstLine } from '../registry/markdown';
import { type Badge, badgesOf, fitRow, type RowFit } from './rowBadges';

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
  /** How wide the tree is, in pixels, and its font: they say which badges have room. */
  width: number;
  font: Font;
  aliasOrder: AliasOrder;
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

function Content(props: Props): React.JSX.Element {
  const { explorer, row } = props;
  switch (row.type) {
    case 'node':
      return <NodeContent {...props} row={row} />;
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

function NodeContent(props: Props & { row: Row & { type: 'node' } }): React.JSX.Element {
  const { explorer, row, width, font, aliasOrder, searching } = props;
  const { node, expanded, depth } = row;
  const found = searching && depth === 0;
  const namespace = found ? namespaceOf(node) : null;
  const name = found ? foundName(node) : shortName(node);
  const badges = badgesOf(node, aliasOrder);
  // A row is counted when it comes into sight, and again once its count may be another one.
  React.useEffect(() => explorer.wantCount(node.key), [explorer, node.key, row]);
  const aside = asideOf(node, explorer.count(node.key));
  const fit = fitRow({ width, depth, font, name, namespace, badges, when: aside?.text ?? null });
  return (
    <>
      <span className={`mreg-caret${expanded ? ' mreg-mod-open' : ''}`}>
        {expanded !== null && <Icon name="caret" />}
      </span>
      <Icon name={iconOf(node)} />
      <span className="mreg-label" title={title(node)}>
        <bdi>{name}</bdi>
      </span>
      {namespace !== null && (
        <span className="mreg-namespace" title={namespace}>
          {namespace}
        </span>
      )}
      <Badges badges={badges} fit={fit} />
      {aside && fit.when && (
        <span className="mreg-when" title={aside.title}>
          {/* So that it is a word of its own where the text alone is taken. */} {aside.text}
        </span>
      )}
    </>
  );
}

/** What stands quietly at the end of a row: how much is in it, or how old a version is; null while that is not known. */
function asideOf(node: TreeNode, count: number | null): { text: string; title: string } | null {
  if (node.kind === 'version') {
    const { created_at, created_by } = node.item;
    return { text: ago(created_at), title: `${dateTime(created_at)} by ${created_by}` };
  }
  const noun = node.kind === 'model' ? 'version' : node.kind === 'prompts' ? 'prompt' : 'model';
  return count === null ? null : { text: countText(count), title: countedText(count, noun) };
}

/** Those of `badges` that have room, whole, and how many more there are. */
function Badges({ badges, fit }: { badges: readonly Badge[]; fit: RowFit }): React.JSX.Element | null {
  const rest = badges.slice(fit.badges);
  return badges.length === 0 ? null : (
    <span className="mreg-badges" title={rest.map(each => each.title).join('\n')}>
      {badges.slice(0, fit.badges).map(each => (
        <span
          key={`${each.kind} ${each.text}`}
          className={`mreg-badge mreg-mod-${each.kind}`}
          draggable={each.alias !== null}
          data-alias={each.alias ?? undefined}
          title={each.title}
        >
          {fit.brief ? each.brief : each.text}
        </span>
      ))}
      {fit.count && <span className="mreg-badges-rest">+{rest.length}</span>}
    </span>
  );
}

/** A model that one may only see is told by an eye. */
function iconOf(node: TreeNode): IconName {
  if (node.kind !== 'model') {
    return node.kind;
  }
  return node.item.browse_only ? 'eye' : isPrompt(node.item) ? 'prompts' : 'model';
}

function title(node: TreeNode): string {
  if (!('item' in node)) {
    return node.kind === 'prompts'
      ? 'MLflow’s prompts, versioned as models are'
      : 'Models without a catalog and schema, as in open-source MLflow';
  }
  const name = node.kind === 'version' ? `${node.item.name}/${node.item.version}` : node.item.name;
  const line = firstLine(node.item.description ?? '');
  const text = line === '' ? name : `${name}\n${line}`;
  return text.length > MOST_TITLE ? `${text.slice(0, MOST_TITLE)}…` : text;
}
