import { type Operations, WRITES } from './operations';

type OperationName = keyof Operations;
type Params<K extends OperationName> = Operations[K]['params'];
type Result<K extends OperationName> = Operations[K]['result'];

/** A change that was asked for: `answer` settles as the call does, `unit` with what undoes it, or null. */
export type Write = {
  readonly [K in OperationName]: {
    readonly op: K;
    readonly params: Params<K>;
    readonly answer: Promise<Result<K>>;
    readonly unit: Promise<number | null>;
  };
}[OperationName];

type Listener = (write: Write) => void;

/** Tells views of the changes that are asked for through a client, as they begin. */
export class WriteNews {
  private readonly listeners = new Set<Listener>();

  /** Call `listener` for every change from now on; returns how to stop. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Tell of a call, if it is one that changes something. */
  tell<K extends OperationName>(
    op: K,
    params: Params<K>,
    answer: Promise<Result<K>>,
    outcome: Promise<{ readonly unit: number | null }>
  ): void {
    if (WRITES.has(op)) {
      const unit = outcome.then(
        each => each.unit,
        () => null
      );
      // That the four belong together is said by the signature; TypeScript cannot follow it into the union.
      const write = { op, params, answer, unit } as unknown as Write;
      this.listeners.forEach(each => each(write));
    }
  }
}
