import type { Assessment, AssessmentSummary, Evaluation, TraceInfo, TraceSummary } from '../../client/client';
import { countedText, countText, numberText, plain } from '../../registry/format';

/** One metric of one evaluation. */
export interface Measured {
  readonly metric: string;
  readonly value: Evaluation['metrics'][string];
  readonly of: Evaluation;
}

/** What was measured, a row each: the newest evaluation first, its metrics by name. */
export function measuredIn(evaluations: readonly Evaluation[]): Measured[] {
  return evaluations.flatMap(of =>
    Object.entries(of.metrics)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([metric, value]) => ({ metric, value, of }))
  );
}

/** How many traces there are: `1,234`, and `1,000+` where counting was given up. */
export function tracesText({ traces, cut }: TraceSummary): string {
  return `${countText(traces)}${cut ? '+' : ''}`;
}

/** What was said under one name: `correct 75 % true of 4`. */
export function summaryText({ name, kind, count, share, mean }: AssessmentSummary): string {
  if (kind !== 'feedback') {
    return `${name} ${countText(count)}`;
  }
  if (share !== null) {
    return `${name} ${shareText(Number(share))} true of ${countText(count)}`;
  }
  return mean === null
    ? `${name} ${countedText(count, 'time')}`
    : `${name} ${numberText(mean)} on average of ${countText(count)}`;
}

/** `75 %`; what is not quite all, or not quite nothing, never reads as that. */
export function shareText(share: number): string {
  const percent = Math.round(100 * share);
  if (percent === 100 && share < 1) {
    return '> 99 %';
  }
  return percent === 0 && share > 0 ? '< 1 %' : `${percent} %`;
}

/** What was said of one trace: `correct=true`, and the name alone of an issue. */
export function saidText({ name, kind, value, error }: Assessment): string {
  if (error !== null) {
    return `${name} failed`;
  }
  if (kind === 'issue') {
    return name;
  }
  return `${name}=${typeof value === 'number' ? numberText(value) : plain(value)}`;
}

/** All there is to know of it, a line each: what and by whom, and why. */
export function saidWhole(said: Assessment): string {
  const { kind, source, rationale, error } = said;
  return [saidText(said), source === null ? kind : `${kind} by ${source}`, error ?? rationale ?? '']
    .filter(line => line !== '')
    .join('\n');
}

/** How long a trace took: `12 ms`, `1.5 s`; nothing while it runs. */
export function durationText({ duration }: TraceInfo): string {
  if (duration === null) {
    return '';
  }
  return duration < 1000 ? `${duration} ms` : `${numberText(Math.round(duration / 100) / 10)} s`;
}
