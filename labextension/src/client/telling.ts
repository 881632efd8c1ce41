import type { Client, OperationName, Outcome, Params, Progress, Result } from './client';
import { WriteNews } from './writes';

/** A client that tells views of the changes asked for through it; each kind of client says how a call gets its answer. */
export abstract class TellingClient implements Client {
  private readonly news = new WriteNews();
  readonly onWrite = this.news.subscribe;

  call<K extends OperationName>(
    op: K,
    params: Params<K>,
    signal?: AbortSignal,
    onProgress?: (progress: Progress) => void
  ): Promise<Result<K>> {
    const outcome = this.answer(op, params, signal, onProgress);
    const answer = outcome.then(each => each.result);
    this.news.tell(op, params, answer, outcome);
    return answer;
  }

  /** See `Client.call`; says what undoes it, too. */
  protected abstract answer<K extends OperationName>(
    op: K,
    params: Params<K>,
    signal?: AbortSignal,
    onProgress?: (progress: Progress) => void
  ): Promise<Outcome<K>>;
}
