import * as React from 'react';

import { asRegistryError, type Client, type Progress, type RegistryError } from '../../client/client';
import { Recorder } from '../../client/recorder';
import { useHost } from '../../host/host';
import type { Problem } from '../../registry/validation';
import { type Done, doneNotification } from './done';

/** What is wrong, by the name of the field; null where nothing is. */
export type Problems = Readonly<Record<string, Problem | null>>;

/** What is looked up while the fields are filled in. */
export interface LookUp {
  /** Whether it is still to come for what the fields hold now. */
  readonly awaited: boolean;
  /** Look it up at once, and wait for no pause of the typing. */
  readonly now: () => void;
}

/** What is said of a change before it is made. */
export interface ToRead extends LookUp {
  /** Whether there is anything to read. */
  readonly some: boolean;
}

type Stoppable = boolean | ((progress: Progress | null) => boolean);

/** What a dialog is to do, as its fields stand now. */
export interface Plan {
  readonly problems: Problems;
  /** What decides what is wrong, or what is to be done. */
  readonly pending?: readonly LookUp[];
  /** What the person must have seen before it is done. */
  readonly toRead?: ToRead;
  /**
   * Do it through `client`, so that it can be undone; resolves with what was done, or with null when the dialog stays
   * open and shows it itself.
   *
   * Rejects as `Client.call` does. `signal` is aborted when it is stopped, where that can be done.
   */
  readonly act: Submit;
  /**
   * Whether it can be stopped half-way, with nothing half-done, as far as it has come; it is also stopped when the
   * dialog goes.
   */
  readonly stoppable?: Stoppable;
  /** Called once, with true when it was done. */
  readonly onClose: (done: boolean) => void;
}

/** The state of a dialog that does not depend on what its fields are. */
export interface Form {
  readonly reason: string;
  readonly setReason: (reason: string) => void;
  /** The reason as the registry wants it: null for none. */
  readonly why: string | null;
  readonly busy: boolean;
  /** Whether it was submitted and goes on as soon as what is being looked up is known, and there is nothing to read. */
  readonly waiting: boolean;
  /** How often it did not go on after that, for the person to read first. */
  readonly held: number;
  readonly progress: Progress | null;
  readonly error: RegistryError | null;
  /** Whether every field is as it must be. */
  readonly valid: boolean;
  /** Whether anything was typed or picked. */
  readonly changed: boolean;
  /** How often somebody has tried to submit. */
  readonly attempts: number;
  /** What to say is wrong with a field: nothing before it was touched. */
  readonly problem: (field: string) => Problem | null;
  readonly touch: (field: string) => void;
  readonly submit: () => void;
  readonly close: () => void;
  /** Stops what is being done; null when nothing is, or when it cannot be stopped. */
  readonly stop: (() => void) | null;
}

interface Submission {
  readonly busy: boolean;
  readonly progress: Progress | null;
  readonly error: RegistryError | null;
}

const RESTING: Submission = { busy: false, progress: null, error: null };

/** Follow what is typed and submitted in a dialog; `reason` stands in its field at first. */
export function useForm(plan: Plan, reason = ''): Form {
  const [why, setReason] = React.useState(reason);
  const [touched, setTouched] = React.useState<ReadonlySet<string>>(new Set());
  const [attempts, setAttempts] = React.useState(0);
  const [submission, close, run, stop] = useSubmission(plan.onClose, plan.stoppable ?? false);
  const valid = Object.values(plan.problems).every(problem => problem === null);
  const gate = useGate(plan, valid, () => {
    setAttempts(count => count + 1);
    if (valid) {
      void run(plan.act, why.trim() || null);
    }
  });
  return {
    ...submission,
    ...gate,
    reason: why,
    setReason,
    why: why.trim() || null,
    valid,
    changed: touched.size > 0,
    attempts,
    problem: field => (attempts > 0 || touched.has(field) ? (plan.problems[field] ?? null) : null),
    touch: field => setTouched(old => (old.has(field) ? old : new Set(old).add(field))),
    close: () => close(false),
    stop
  };
}

/** Lets a submission `go` on once all is known that decides on it, and the person has had a chance to read what is to be read. */
function useGate(plan: Plan, valid: boolean, go: () => void): Pick<Form, 'waiting' | 'held' | 'submit'> {
  const { pending = [], toRead } = plan;
  const awaited = [...pending, ...(toRead ? [toRead] : [])].filter(each => each.awaited);
  const looking = awaited.length > 0;
  const unread = toRead?.awaited ?? false;
  const [waiting, setWaiting] = React.useState(false);
  const [held, setHeld] = React.useState(0);
  // The same at once: a state may be drawn once more as it was, and that must not submit twice.
  const click = React.useRef<{ unread: boolean } | null>(null);
  const submit = (): void => {
    // A click that comes before an answer is not lost, nor judged by what was known before.
    click.current = looking ? { unread } : null;
    setWaiting(looking);
    if (looking) {
      awaited.forEach(each => each.now());
    } else {
      go();
    }
  };
  const decide = (): void => {
    if (click.current === null) {
      return;
    }
    click.current.unread ||= unread;
    if (looking) {
      // One answer may lead to the next question.
      awaited.forEach(each => each.now());
      return;
    }
    if (valid && toRead?.some && click.current.unread) {
      // What has only just come nobody has read: the next click goes on.
      click.current = null;
      setWaiting(false);
      setHeld(count => count + 1);
    } else {
      submit();
    }
  };
  React.useEffect(() => decide());
  return { waiting, held, submit };
}

type Submit = (
  reason: string | null,
  client: Client,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal
) => Promise<string | Done | null>;

/** How the submission goes, how to close, how to submit, never twice at a time, and how to stop it. */
function useSubmission(
  onClose: (done: boolean) => void,
  stoppable: Stoppable
): [Submission, (done: boolean) => void, (act: Submit, reason: string | null) => Promise<void>, (() => void) | null] {
  const host = useHost();
  const [submission, setSubmission] = React.useState(RESTING);
  // What an attempt that failed has changed all the same is undone with the rest.
  const [recorder] = React.useState(() => new Recorder(host.client));
  const running = React.useRef(false);
  const closed = React.useRef(false);
  const controller = React.useRef(new AbortController());
  const mayStop = React.useRef(false);
  mayStop.current = typeof stoppable === 'boolean' ? stoppable : stoppable(submission.progress);
  React.useEffect(() => {
    closed.current = false;
    return () => {
      closed.current = true;
      if (mayStop.current) {
        controller.current.abort();
      }
    };
  }, []);
  const close = (done: boolean): void => {
    if (!closed.current) {
      closed.current = true;
      onClose(done);
    }
  };
  const run = async (act: Submit, reason: string | null): Promise<void> => {
    if (running.current) {
      return;
    }
    running.current = true;
    setSubmission({ ...RESTING, busy: true });
    controller.current = new AbortController();
    const { signal } = controller.current;
    try {
      const onProgress = (progress: Progress): void => setSubmission({ busy: true, progress, error: null });
      const done = await act(reason, recorder.client, onProgress, signal);
      if (done === null) {
        setSubmission(RESTING);
        return;
      }
      host.notify(doneNotification(host, done, await recorder.undoable()));
      close(true);
    } catch (error) {
      if (signal.aborted) {
        setSubmission(RESTING);
        return;
      }
      const failure = asRegistryError(error);
      setSubmission({ ...RESTING, error: failure });
      // Whoever closed the dialog meanwhile would not see it there.
      if (closed.current) {
        host.notify({ ok: false, message: failure.message, hint: failure.hint });
      }
    } finally {
      running.current = false;
    }
  };
  return [submission, close, run, submission.busy && mayStop.current ? () => controller.current.abort() : null];
}
