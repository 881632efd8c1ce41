import type { Client, OperationName, Outcome, Params, Progress, Result } from './client';
import { WriteNews } from './writes';

/** A call on its way: who may stop it, who hears of it, and the moment its answer is of, null for now. */
export interface Sending {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly moment: number | null;
}

/** A client that tells views of the changes asked for through it; each kind of client says how a call gets its answer. */
export abstract class TellingClient implements Client {
  private readonly news = new WriteNews();
  readonly onWrite = this.news.subscribe;
  readonly moment = null;

  call<K extends OperationName>(
    op: K,
    params: Params<K>,
    signal?: AbortSignal,
    onProgress?: (progress: Progress) => void
  ): Promise<Result<K>> {
    const outcome = this.answer(op, params, { signal, onProgress, moment: null });
    const answer = outcome.then(each => each.result);
    this.news.tell(op, params, answer, outcome);
    return answer;
  }

  at(moment: number): Client {
    return {
      moment,
      at: other => this.at(other),
      // Nothing changes in the past.
      onWrite: () => () => undefined,
      call: async (op, params, signal, onProgress) =>
        (await this.answer(op, params, { signal, onProgress, moment })).result
    };
  }

  /** See `Client.call`; says what undoes it, too. */
  protected abstract answer<K extends OperationName>(op: K, params: Params<K>, sending: Sending): Promise<Outcome<K>>;
}
