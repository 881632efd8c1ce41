import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';
import { run } from '../support/runs';

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const rows = (table: string): string[] =>
  within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .map(row => [...row.children].map(each => each.textContent).join(' | '));

describe('the page of an experiment', () => {
  beforeEach(() => {
    client.experiments.set('7', {
      experiment_id: '7',
      name: 'payments',
      artifact_location: 'file:///data/mlruns/7',
      created_at: null,
      tags: { team: 'risk' },
      url: null
    });
  });

  it('lists its runs with metrics and what was registered from each, page by page', async () => {
    for (let at = 0; at < 130; at++) {
      client.experimentRuns.push({
        run: run({ run_id: `r${at}`, name: `run ${at}`, user: 'ana' }),
        metrics: at === 0 ? {} : { auc: 0.5 },
        versions: at === 1 ? ['prod.ml.fraud/3', 'iris/1', 'iris/2', 'iris/3', 'iris/4'] : []
      });
    }
    const host = await showPage(client, 'experiment:7');
    await settle(() => undefined, 300);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Experiment payments');
    expect(screen.getByText('file:///data/mlruns/7')).toBeTruthy();
    expect(rows('Tags')).toContain('team | risk');
    expect(rows('Runs').slice(0, 3)).toEqual([
      'Run | Started | By | Status | auc | Registered',
      'run 0 |  | ana | finished |  | ',
      'run 1 |  | ana | finished | 0.5 | prod.ml.fraud/3, iris/1, iris/2 and 2 more'
    ]);
    expect(rows('Runs')).toHaveLength(101);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Show more' })));
    expect(rows('Runs')).toHaveLength(131);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'run 1' })));
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'prod.ml.fraud/3' })));
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'and 2 more' })));
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'iris/4' })));
    expect(host.opened).toEqual(['run:r1', 'prod.ml.fraud/3', 'iris/4']);
  });

  it('says that there are no runs, or no such experiment', async () => {
    await showPage(client, 'experiment:7');
    await settle(() => undefined, 300);
    expect(screen.getByText('No runs yet')).toBeTruthy();
    cleanup();
    await showPage(client, 'experiment:8');
    await settle(() => undefined, 300);
    expect(document.body.textContent).toContain('no experiment 8');
  });
});

describe('the page of a logged model', () => {
  it('shows what was noted of it, and where it was registered', async () => {
    client.loggedModelDetails.set('m-1', {
      model: {
        uri: 'models:/m-1',
        name: 'fraud',
        model_id: 'm-1',
        run_id: 'r1',
        run_name: 'nightly',
        experiment: 'payments',
        created_at: 1,
        has_signature: true,
        flavors: ['sklearn'],
        metrics: { auc: 0.9 },
        url: null
      },
      params: { depth: '3' },
      tags: {},
      versions: ['iris/3']
    });
    const host = await showPage(client, 'logged-model:m-1');
    await settle(() => undefined, 300);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Logged model fraud');
    expect(rows('Metrics')).toContain('auc | 0.9');
    expect(rows('Parameters')).toContain('depth | 3');
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'nightly' })));
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'iris/3' })));
    expect(host.opened).toEqual(['run:r1', 'iris/3']);
  });
});
