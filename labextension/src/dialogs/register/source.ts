import type { LoggedModelInfo, RunInfo } from '../../client/client';
import { type Problem, sourceProblem, strip } from '../../registry/validation';

export type SourceKind = 'logged' | 'run' | 'uri';

/** Where a version comes from, as far as it has been said. */
export interface SourceChoice {
  readonly kind: SourceKind;
  /** What was typed, for each kind. */
  readonly typed: Readonly<Record<SourceKind, string>>;
  readonly logged: LoggedModelInfo | null;
  /** The run picked, by its id; and which of its logged models. */
  readonly run: Pick<RunInfo, 'run_id' | 'name'> | null;
  readonly ofRun: LoggedModelInfo | null;
}

const RUN_ID = /^[0-9a-f]{32}$/;
const MODEL_ID = /^m-[0-9a-f]{32}$/;

/** What to begin with: the source asked for, in the field it belongs to. */
export function sourceAt(source: string): SourceChoice {
  const kind = source === '' || /^models:\/+m-/.test(source) ? 'logged' : source.startsWith('runs:/') ? 'run' : 'uri';
  return { kind, typed: { logged: '', run: '', uri: '', [kind]: source }, logged: null, run: null, ofRun: null };
}

/** `choice` with what needs no asking: of a run that logged one model, that one. */
export function completed(choice: SourceChoice, ofRun: readonly LoggedModelInfo[] | null): SourceChoice {
  const only = ofRun?.length === 1 ? ofRun[0] : undefined;
  return choice.ofRun === null && only ? { ...choice, ofRun: only } : choice;
}

/** What to register, as a URI or a folder; empty while it is not said. */
export function sourceOf(choice: SourceChoice): string {
  const typed = strip(choice.typed[choice.kind]);
  switch (choice.kind) {
    case 'logged':
      return (
        choice.logged?.uri ?? (MODEL_ID.test(typed) ? `models:/${typed}` : typed.startsWith('models:/') ? typed : '')
      );
    case 'run':
      return choice.ofRun?.uri ?? (choice.run === null && /^runs:\/+./.test(typed) ? typed : '');
    case 'uri':
      return typed;
  }
}

/** The run whose logged models are wanted: picked, or typed by its id; null for none. */
export function runOf(choice: SourceChoice): Pick<RunInfo, 'run_id' | 'name'> | null {
  const typed = strip(choice.typed.run);
  return choice.run ?? (RUN_ID.test(typed) ? { run_id: typed, name: typed } : null);
}

/** Why there is nothing to register yet; null when there is. */
export function choiceProblem(choice: SourceChoice): Problem | null {
  const source = sourceOf(choice);
  if (source !== '' || choice.kind === 'uri') {
    return sourceProblem(source);
  }
  return choice.kind === 'logged'
    ? { message: 'no logged model is picked', hint: 'pick one from the list, or write its id or URI' }
    : runOf(choice)
      ? { message: 'no model of the run is picked', hint: 'pick one from the list, or write runs:/ID/path' }
      : { message: 'no run is picked', hint: 'pick one from the list, or write its id, or runs:/ID/path' };
}
