import {
  type Assessment,
  type Evaluation,
  RegistryError,
  type RunInfo,
  type TraceInfo,
  type TraceSummary
} from '../../src/client/client';
import type { Handlers } from './fakeWrites';

/** A run of which nothing is known but what `facts` say. */
export function run(facts: Partial<RunInfo>): RunInfo {
  return {
    run_id: 'r1',
    name: 'r1',
    experiment: 'e',
    experiment_id: '1',
    status: 'FINISHED',
    user: null,
    start_time: null,
    end_time: null,
    notebook: null,
    cell: null,
    source_name: null,
    git_commit: null,
    commit_url: null,
    url: null,
    experiment_url: null,
    ...facts
  };
}

/** What a tracking server knows of how good a version is, whichever that is. */
export class FakeEvaluations {
  readonly evaluations: Evaluation[] = [];
  /** The newest first. */
  readonly traces: TraceInfo[] = [];
  /** What they come to, or why that is not known. */
  summary: TraceSummary | RegistryError = summary({});

  readonly handlers: Handlers = {
    'tracking.evaluations': () => ({ evaluations: this.evaluations, left_out: 0, note: null }),
    'tracking.trace_summary': () => {
      if (this.summary instanceof RegistryError) {
        throw this.summary;
      }
      return this.summary;
    },
    'tracking.traces': ({ limit, page_token }) => {
      const from = Number(page_token ?? 0);
      const to = from + (limit ?? 100);
      return { items: this.traces.slice(from, to), token: to < this.traces.length ? String(to) : null };
    }
  };
}

/** Traces of which nothing is known but what `facts` say. */
export function summary(facts: Partial<TraceSummary>): TraceSummary {
  return { logged_model_id: 'm-1', traces: 0, errors: 0, assessments: [], cut: false, note: null, url: null, ...facts };
}

/** A trace that took 12 ms and ended well. */
export function trace(at: number, facts: Partial<TraceInfo> = {}): TraceInfo {
  return {
    trace_id: `tr-${at}`,
    name: 'answer',
    state: 'OK',
    started_at: at,
    duration: 12,
    request: `question ${at}`,
    response: `answer ${at}`,
    assessments: [],
    run_id: null,
    url: null,
    ...facts
  };
}

/** That ana says it is correct. */
export function said(facts: Partial<Assessment>): Assessment {
  return {
    name: 'correct',
    kind: 'feedback',
    value: true,
    source: 'HUMAN ana',
    rationale: 'read it twice',
    error: null,
    ...facts
  };
}

/** A run that measured two metrics on a dataset just now. */
export function evaluation(facts: Partial<Evaluation>): Evaluation {
  return {
    run_id: 'r1',
    run_name: 'check',
    evaluated_at: Date.now(),
    datasets: ['holdout'],
    digest: 'd1',
    metrics: { recall: 0.5, auc: 0.91 },
    tables: [],
    problem: null,
    url: null,
    ...facts
  };
}
