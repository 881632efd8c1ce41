import type { RunInfo } from '../../src/client/client';

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
