import * as React from 'react';

import type { LineageEdge, LineageGraph, LineageNode } from '../../client/client';
import { type Host, useHost } from '../../host/host';
import { pageTarget } from '../../registry/target';

/** Pixels: a node, and what is between two of them. */
const WIDTH = 176;
const HEIGHT = 40;
const ACROSS = 56;
const DOWN = 12;
const MARGIN = 4;

/** The picture of a lineage: what something comes from stands to the left of it. Places are those of the graph. */
export function GraphView({ name, graph }: { name: string; graph: LineageGraph }): React.JSX.Element {
  const nodes = new Map(graph.nodes.map(node => [node.id, node]));
  const ref = React.useRef<HTMLDivElement>(null);
  const root = nodes.get(graph.root);
  // What the page is about is in sight where there is no room for everything.
  React.useLayoutEffect(() => {
    const view = ref.current;
    if (view && root) {
      view.scrollLeft = left(root) - (view.clientWidth - WIDTH) / 2;
      view.scrollTop = top(root) - (view.clientHeight - HEIGHT) / 2;
    }
    // Only when it is shown, and not when something has been added meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [graph.root]);
  const width = graph.layers * (WIDTH + ACROSS) - ACROSS + 2 * MARGIN;
  const height = Number(graph.height) * (HEIGHT + DOWN) - DOWN + 2 * MARGIN;
  return (
    <div ref={ref} className="mreg-lineage" role="group" aria-label={`Lineage of ${name}`} tabIndex={0}>
      <div style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {graph.edges.map(edge => (
            <Edge key={`${edge.source}\n${edge.target}`} edge={edge} nodes={nodes} />
          ))}
        </svg>
        <ul>
          {graph.nodes.map(node => (
            <li key={node.id} style={{ left: left(node), top: top(node), width: WIDTH, height: HEIGHT }}>
              <Node node={node} root={node.id === graph.root} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function left(node: LineageNode): number {
  return MARGIN + node.layer * (WIDTH + ACROSS);
}

function top(node: LineageNode): number {
  return MARGIN + Number(node.row) * (HEIGHT + DOWN);
}

function Edge({
  edge,
  nodes
}: {
  edge: LineageEdge;
  nodes: ReadonlyMap<string, LineageNode>;
}): React.JSX.Element | null {
  const source = nodes.get(edge.source);
  const target = nodes.get(edge.target);
  if (!source || !target) {
    return null;
  }
  const [x, y] = [left(source) + WIDTH, top(source) + HEIGHT / 2];
  const [toX, toY] = [left(target), top(target) + HEIGHT / 2];
  const bend = Math.max((toX - x) / 2, ACROSS / 2);
  return (
    <g>
      <path d={`M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX - 6} ${toY}`} fill="none" />
      <path d={`M${toX} ${toY}l-7 -3.5v7z`} />
    </g>
  );
}

function Node({ node, root }: { node: LineageNode; root: boolean }): React.JSX.Element {
  const host = useHost();
  const open = root ? null : opening(host, node);
  const word = node.link ?? (node.kind === 'more' ? '' : node.kind);
  const [called, detail] = named(node);
  const below = [word, detail].filter(Boolean).join(' · ');
  const content = (
    <>
      <bdi className="mreg-lineage-title">{called}</bdi>
      {below && <span className="mreg-lineage-about">{below}</span>}
    </>
  );
  const about = {
    className: `mreg-lineage-node mreg-mod-${node.kind}${root ? ' mreg-mod-root' : ''}`,
    title: [node.title, node.detail, node.path].filter(Boolean).join('\n')
  };
  if (node.url !== null && /^https?:\/\//i.test(node.url)) {
    return (
      <a {...about} href={node.url} target="_blank" rel="noopener noreferrer">
        {content}
      </a>
    );
  }
  return open ? (
    <button type="button" {...about} onClick={open}>
      {content}
    </button>
  ) : (
    <div {...about} aria-current={root ? 'true' : undefined}>
      {content}
    </div>
  );
}

/** What is shown of a title, and below it: of a URL what comes behind its scheme, of a long name its end first. */
function named(node: LineageNode): [called: string, detail: string] {
  if (node.kind === 'link') {
    return [node.title.replace(/^\w+:\/\//, ''), ''];
  }
  const dot = node.title.lastIndexOf('.');
  return node.kind === 'version' && dot > 0
    ? [node.title.slice(dot + 1), node.title.slice(0, dot)]
    : [node.title, node.detail];
}

/** What a click on a node opens; null where there is nothing to open. */
function opening(host: Host, node: LineageNode): (() => void) | null {
  const { opener } = host;
  const { path, cell, run_id } = node;
  if (node.kind === 'version' && node.reference !== null) {
    const target = pageTarget(node.reference);
    return () => host.openPage(target);
  }
  if (node.kind === 'run' && run_id !== null) {
    return () => host.openPage({ kind: 'run', run_id, name: node.title });
  }
  if ((node.kind === 'code' || node.kind === 'user') && path !== null && path.endsWith('.ipynb') && opener !== null) {
    return () => opener.openNotebook(path, cell);
  }
  return null;
}
