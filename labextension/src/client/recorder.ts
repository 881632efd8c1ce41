import type { Client } from './client';

/** Follows what one piece of work changes through a client, so that it can be undone as one. */
export class Recorder {
  /** The client to work with. */
  readonly client: Client;
  private readonly units: Promise<number | null>[] = [];

  constructor(inner: Client) {
    this.client = {
      onWrite: inner.onWrite,
      moment: inner.moment,
      at: moment => inner.at(moment),
      call: (op, params, signal, onProgress) => {
        // A write is told of before its call returns, so this hears of that one alone.
        const stop = inner.onWrite(({ unit }) => this.units.push(unit));
        try {
          return inner.call(op, params, signal, onProgress);
        } finally {
          stop();
        }
      }
    };
  }

  /** What `history.undo` takes to take all of it back, in that order: the last change first. */
  async undoable(): Promise<number[]> {
    const units = await Promise.all(this.units);
    return units.filter(each => each !== null).reverse();
  }
}
