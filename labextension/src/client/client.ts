import type { Operations } from './operations';
import type { WriteNews } from './writes';

export * from './operations';

/** The name of an operation: `models.list`. */
export type OperationName = keyof Operations;
export type Params<K extends OperationName> = Operations[K]['params'];
export type Result<K extends OperationName> = Operations[K]['result'];

/** The way to a registry. Views know this and nothing of what carries it. */
export interface Client {
  /**
   * Call one operation.
   *
   * Rejects with a `RegistryError` when the registry refuses or cannot be reached, and with the reason of `signal`
   * when that is aborted. `onProgress` hears how far a long one has come.
   */
  call<K extends OperationName>(
    op: K,
    params: Params<K>,
    signal?: AbortSignal,
    onProgress?: (progress: Progress) => void
  ): Promise<Result<K>>;
  /** Call `listener` for every change that is asked for through this client; returns how to stop. */
  readonly onWrite: WriteNews['subscribe'];
  /** The moment, in epoch milliseconds, that all answers are of; null for now. */
  readonly moment: number | null;
  /** The way to the same registry as it was at `moment`; what changes something is refused there. */
  at(moment: number): Client;
}

/** A registry that can be shown: where it is, how it is known, and which notebook connected to it last and when. */
export interface KnownRegistry {
  readonly uri: string;
  readonly origin: 'server' | 'configured' | 'chosen' | 'recent';
  readonly notebook: string | null;
  readonly used_at: number | null;
}

/** The registries one can switch between, and how to come to others. */
export interface Offer {
  /** Those there are, the server's own first. */
  readonly known: readonly KnownRegistry[];
  /** Whether one can connect to others. */
  readonly connects: boolean;
  /** Whether the machine Jupyter runs on has a keyring that can keep a token. */
  readonly keyring: boolean;
}

/** What signs in at a server. It goes to the Jupyter server in the body of a request, and is kept nowhere here. */
export interface SigningIn {
  readonly token: string;
  /** Whether the keyring is to keep it. */
  readonly keep: boolean;
}

/** That a registry is shown now: which one (null for the server's own), on whose behalf, and whether its token is kept. */
export interface Connected {
  readonly uri: string | null;
  readonly own: string;
  readonly actor: string;
  readonly kept: boolean;
}

/** The registries a client can be switched between. */
export interface Registries {
  /** The one that is shown; null for the server's own, and while it is not known which. */
  readonly uri: string | null;
  /** The server's own, that of its settings; null while that is not known. */
  readonly own: string | null;
  /** Resolves once it is known which one is shown. Rejects as `Client.call` does. */
  known(): Promise<void>;
  /** Those there are. Rejects as `Client.call` does. */
  offer(): Promise<Offer>;
  /**
   * Show the registry at `address` from now on, also in pages to come.
   *
   * Rejects as `Client.call` does when that one does not answer or lets nobody in: then the one that is shown stays.
   */
  connect(address: string, signingIn?: SigningIn, signal?: AbortSignal): Promise<Connected>;
  /** Call `listener` after every switch, and after signing in; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** How far an operation has come: what it is doing, and how many of how many are done: bytes, or what `unit` says. */
export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

/** What went wrong, in words for the person in front of the screen. */
export class RegistryError extends Error {
  /**
   * @param code for programs: `NOT_FOUND`, `BUSY`, …; `UNREACHABLE` and `BAD_ANSWER` come from this side of the wire
   * @param message what happened
   * @param hint what to do next; null when there is nothing to say
   */
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string | null = null
  ) {
    super(message);
    this.name = 'RegistryError';
  }
}

/** What travels back over every wire. */
export type Answer =
  | { ok: true; result: unknown; unit?: number }
  | { ok: false; error: { code: string; message: string; hint: string | null } };

/** Whether `value` is an answer, and not what something between us and the registry made up. */
export function isAnswer(value: unknown): value is Answer {
  if (!isRecord(value)) {
    return false;
  }
  if (value['ok'] === true) {
    return 'result' in value;
  }
  const error = value['error'];
  return (
    value['ok'] === false &&
    isRecord(error) &&
    typeof error['code'] === 'string' &&
    typeof error['message'] === 'string' &&
    (typeof error['hint'] === 'string' || error['hint'] === null || error['hint'] === undefined)
  );
}

/** The progress in `value`, a message that comes before the answer; null when it is something else. */
export function progressIn(value: unknown): Progress | null {
  const progress = isRecord(value) ? value['progress'] : undefined;
  if (!isRecord(progress)) {
    return null;
  }
  const { what, done, total, unit } = progress;
  return typeof what === 'string' && typeof done === 'number' && typeof total === 'number' && typeof unit === 'string'
    ? { what, done, total, unit }
    : null;
}

/** The result in `answer`, whatever it is; throws the `RegistryError` it carries instead. */
export function resultIn(answer: Answer): unknown {
  if (!answer.ok) {
    const { code, message, hint } = answer.error;
    throw new RegistryError(code, message, hint ?? null);
  }
  return answer.result;
}

/** The result of an operation, and what `history.undo` takes to take back what it changed; null for nothing. */
export interface Outcome<K extends OperationName> {
  readonly result: Result<K>;
  readonly unit: number | null;
}

/** The outcome of an operation in `answer`; throws the `RegistryError` it carries instead. */
export function outcomeOf<K extends OperationName>(answer: Answer): Outcome<K> {
  // The types are made from the Python side, and its tests hold what travels against them.
  const result = resultIn(answer) as Result<K>;
  return { result, unit: answer.ok ? (answer.unit ?? null) : null };
}

/** `error` as a `RegistryError`, whatever was thrown. */
export function asRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) {
    return error;
  }
  return new RegistryError('UNEXPECTED', error instanceof Error ? error.message : String(error));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
