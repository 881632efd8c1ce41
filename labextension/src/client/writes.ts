import { type Operations, WRITES } from './operations';

type OperationName = keyof Operations;
type Params<K extends OperationName> = Operations[K]['params'];
type Result<K extends OperationName> = Operations[K]['result'];

/** A change that was asked for; `answer` settles as the call does. */
export type Write = {
  readonly [K in OperationName]: { readonly op: K; readonly params: Params<K>; readonly answer: Promise<Result<K>> };
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
  tell<K extends OperationName>(op: K, params: Params<K>, answer: Promise<Result<K>>): void {
    if (WRITES.has(op)) {
      // That the three belong together is said by the signature; TypeScript cannot follow it into the union.
      const write = { op, params, answer } as unknown as Write;
      this.listeners.forEach(each => each(write));
    }
  }
}
