import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Lineage, LineageGraph } from '../../src/client/client';
import { FakeClient, node } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const HOSTILE = '<b onclick="x">bold</b>';

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model('prod.ml.fraud', 1);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const GRAPH: LineageGraph = {
  root: 'v',
  nodes: [
    node('d', 'dataset', 'loans', { detail: 'd1' }),
    node('c', 'code', 'train.ipynb', { row: 1, path: '/home/train.ipynb', cell: 'c-1' }),
    node('r', 'run', 'first', { layer: 1, row: 0.5, run_id: 'r1', detail: 'cards' }),
    node('v', 'version', 'prod.ml.fraud/1', { layer: 2, row: 0.5 }),
    node('k', 'version', 'prod.ml.copy/2', { layer: 3 }),
    node('l', 'link', 'https://x.org/a', { layer: 3, row: 1, url: 'https://x.org/a', link: 'endpoint' }),
    node('b', 'link', 'javascript:alert(1)', { layer: 3, row: 2, url: 'javascript:alert(1)', link: 'app' })
  ],
  edges: [
    { source: 'd', target: 'r', label: 'training' },
    { source: 'c', target: 'r', label: 'ran' },
    { source: 'r', target: 'v', label: 'made' },
    { source: 'v', target: 'k', label: 'copied' },
    { source: 'v', target: 'l', label: 'endpoint' },
    { source: 'v', target: 'b', label: 'app' }
  ],
  left_out: 7,
  layers: 4,
  height: 3
};
const PLACE = { template: null, session: null, python: '3.11.7', kind: 'notebook' as const };
const KNOWN: Lineage = {
  datasets: [
    {
      name: 'loans',
      digest: 'd1',
      source: HOSTILE,
      source_type: 'duckdb',
      snapshot: null,
      context: 'training',
      schema: null,
      rows: 1200,
      metrics: ['auc']
    }
  ],
  training: {
    experiment: 'cards',
    experiment_id: '1',
    run_name: 'first',
    place: {
      ...PLACE,
      path: '/home/train.ipynb',
      cell: 'c-1',
      source: `fit("${HOSTILE}")`,
      git: { commit: '0123456789abcdef', branch: 'work', remote: null, dirty: true }
    }
  },
  registered: null,
  copied_from: null,
  came_from: { registry: 'modelreg:///laptop.duckdb', model: 'prod.ml.fraud', version: 7 },
  requirements: [],
  flavors: [],
  environment: { python: '3.11.7', conda: ['cudatoolkit=11.8'], installed: { pandas: '3.1.0' } }
};

describe('the lineage of a version', () => {
  const shown = async (): ReturnType<typeof showPage> => {
    const host = await showPage(client, 'prod.ml.fraud/1');
    await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Lineage' })));
    return host;
  };

  it('is asked for when somebody wants to see it', async () => {
    await showPage(client, 'prod.ml.fraud/1');
    expect(client.calls.map(each => each.op)).not.toContain('lineage.graph');
    await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Lineage' })));
    expect(client.calls.map(each => each.op)).toContain('lineage.graph');
    expect(screen.getByText(/^Nothing is known of where it comes from/)).toBeTruthy();
  });

  it('opens what a node stands for', async () => {
    client.lineages.set('prod.ml.fraud/1', { graph: GRAPH, known: KNOWN });
    const host = await shown();
    const graph = within(screen.getByRole('group', { name: 'Lineage of prod.ml.fraud/1' }));
    for (const name of [/copy\/2/, /^first/, /^train/]) {
      await settle(() => fireEvent.click(graph.getByRole('button', { name })));
    }
    expect(host.opened).toEqual(['prod.ml.copy/2', 'run:r1', '/home/train.ipynb#c-1']);
    expect(graph.queryByRole('button', { name: /fraud/ })).toBeNull();
    expect(graph.getAllByRole('link').map(each => each.getAttribute('href'))).toEqual(['https://x.org/a']);
    expect(screen.getByText('7 more are not shown')).toBeTruthy();
  });

  it('says what is known of datasets and code, as text', async () => {
    client.lineages.set('prod.ml.fraud/1', { graph: GRAPH, known: KNOWN });
    await shown();
    const datasets = screen.getByText('Datasets').closest('section');
    expect([...(datasets?.querySelectorAll('dd') ?? [])].map(each => each.textContent)).toEqual([
      'training',
      'd1',
      (1200).toLocaleString(),
      'auc',
      HOSTILE
    ]);
    expect(screen.getByText(`fit("${HOSTILE}")`)).toBeTruthy();
    expect(screen.getByText('Trained in').closest('section')?.textContent).toContain('on work, with changes');
    const runs = screen.getByText('Runs in').closest('section');
    expect(runs?.textContent).toBe('Runs inPython3.11.7From condacudatoolkit=11.8Installed thenpandas 3.1.0');
    const elsewhere = screen.getByText('Came from').closest('section');
    expect(elsewhere?.textContent).toBe('Came fromVersion thereprod.ml.fraud/7Registrymodelreg:///laptop.duckdb');
    expect(document.querySelector('b')).toBeNull();
  });
});
