import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError, type Version } from '../../src/client/client';
import { durationText, shareText, summaryText } from '../../src/pages/evaluation/said';
import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';
import { evaluation, said, summary, trace } from '../support/runs';

const HOSTILE = '<b onclick="x">bold</b>';
const REFERENCE = 'prod.ml.fraud/1';

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model('prod.ml.fraud', 1);
  change({ logged_model_id: 'm-1' });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const change = (facts: Partial<Version>): void => {
  const [version] = client.versions.get('prod.ml.fraud') ?? [];
  client.versions.set('prod.ml.fraud', [{ ...version!, ...facts }]);
};
const open = async (): ReturnType<typeof showPage> => {
  const host = await showPage(client, REFERENCE);
  await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Evaluation' })));
  await answered();
  return host;
};
/** Wait for the answers, which are asked for a moment after the click. */
const answered = async (): Promise<void> => {
  await waitFor(() => expect(screen.queryByText('Asking MLflow…')).toBeNull());
  await settle(() => undefined);
};
const rows = (table: string): string[] =>
  within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .map(row => [...row.children].map(each => each.textContent).join(' | '));

describe('the evaluation of a version', () => {
  it('is asked for when somebody wants to see it', async () => {
    await showPage(client, REFERENCE);
    const asked = (): string[] => client.calls.map(each => each.op);
    expect(asked()).not.toContain('tracking.trace_summary');
    await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Evaluation' })));
    await answered();
    expect(asked()).toContain('tracking.evaluations');
    expect(asked()).toContain('tracking.trace_summary');
    expect(asked()).not.toContain('tracking.traces');
    expect(screen.getByText('Not evaluated yet')).toBeTruthy();
    expect(screen.getByText(/^None yet/)).toBeTruthy();
  });

  it('shows metrics by dataset and run, and the tables that were logged', async () => {
    client.quality.evaluations.push(
      evaluation({ tables: [{ path: 'eval_results_table.json', url: 'https://mlflow.org/a' }] }),
      evaluation({
        run_id: 'r0',
        run_name: null,
        datasets: [HOSTILE],
        metrics: { auc: 0.5 },
        problem: 'the run is gone'
      })
    );
    const host = await open();
    expect(rows('Evaluations')).toEqual([
      'Metric | Value | Dataset | Run',
      'auc | 0.91 | holdout | check just now',
      'recall | 0.5 | holdout | check just now',
      `auc | 0.5 | ${HOSTILE} | r0 the run is gone`
    ]);
    expect(screen.getByRole('link', { name: 'eval_results_table.json' }).getAttribute('href')).toBe(
      'https://mlflow.org/a'
    );
    await settle(() => fireEvent.click(screen.getAllByRole('button', { name: 'check' })[0]!));
    expect(host.opened).toEqual(['run:r1']);
    expect(document.querySelector('b')).toBeNull();
  });

  it('shows what was said of all traces, and the newest, page by page', async () => {
    client.quality.traces.push(
      trace(26, {
        state: 'ERROR',
        request: HOSTILE,
        url: 'https://mlflow.org/t',
        assessments: [said({}), said({ name: 'score', value: 0.5 }), said({ name: 'safe', error: 'no answer' })]
      })
    );
    for (let at = 25; at > 0; at--) {
      client.quality.traces.push(trace(at));
    }
    client.quality.summary = summary({
      traces: 1000,
      errors: 1,
      cut: true,
      url: 'javascript:alert(1)',
      assessments: [{ name: 'correct', kind: 'feedback', count: 4, share: 0.75, mean: 0.75 }]
    });
    await open();
    expect(screen.getByText('1,000+')).toBeTruthy();
    expect(screen.getByText('These are of the newest 1,000')).toBeTruthy();
    const all = within(screen.getByRole('list', { name: 'What was said of the traces' }));
    expect(all.getAllByRole('listitem').map(each => each.textContent)).toEqual([
      '1+ with errors',
      'correct 75 % true of 4'
    ]);
    await screen.findByRole('table', { name: 'Traces' });
    const [, first] = rows('Traces');
    expect(first).toContain('12 mserror');
    expect(first).toContain(`${HOSTILE}answer 26 | correct=truescore=0.5safe failed`);
    expect(screen.getByText('correct=true').closest('li')?.title).toBe(
      'correct=true\nfeedback by HUMAN ana\nread it twice'
    );
    expect(screen.getAllByRole('link').map(each => each.getAttribute('href'))).toEqual(['https://mlflow.org/t']);
    expect(rows('Traces')).toHaveLength(21);
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Show more' })));
    await waitFor(() => expect(rows('Traces')).toHaveLength(27));
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('says why there is nothing', async () => {
    client.quality.summary = summary({ note: 'sqlite:///x knows no logged model m-1' });
    await open();
    expect(screen.getByText('sqlite:///x knows no logged model m-1')).toBeTruthy();
    cleanup();
    change({ logged_model_id: null });
    client.calls.length = 0;
    await open();
    expect(screen.getByText(/^This version comes from no logged model/)).toBeTruthy();
    expect(client.calls.map(each => each.op)).not.toContain('tracking.evaluations');
  });

  it('says once that the server is away, and asks again', async () => {
    client.quality.summary = new RegistryError('SOURCE_UNAVAILABLE', 'http://x does not answer', 'check that it runs');
    await open();
    expect(screen.getAllByText(/does not answer/)).toHaveLength(1);
    client.quality.summary = summary({ traces: 0 });
    await settle(() => fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
    await answered();
    expect(screen.getByText(/^None yet/)).toBeTruthy();
  });
});

describe('what is said of traces', () => {
  it('never rounds to all or to nothing', () => {
    expect([0, 0.001, 0.125, 0.5, 0.999, 1].map(shareText)).toEqual([
      '0 %',
      '< 1 %',
      '13 %',
      '50 %',
      '> 99 %',
      '100 %'
    ]);
  });

  it('reads well for each kind of feedback', () => {
    const told = { name: 'x', kind: 'feedback', count: 1200, share: null, mean: null } as const;
    expect(summaryText({ ...told, mean: 2.5 })).toBe('x 2.5 on average of 1,200');
    expect(summaryText(told)).toBe('x 1,200 times');
    expect(summaryText({ ...told, kind: 'expectation' })).toBe('x 1,200');
    expect([12, 1540, null].map(duration => durationText(trace(1, { duration })))).toEqual(['12 ms', '1.5 s', '']);
  });
});
