import {
  isAnswer,
  type OperationName,
  type Outcome,
  outcomeOf,
  type Params,
  type Progress,
  progressIn,
  RegistryError
} from './client';
import { type Sending, TellingClient } from './telling';

/** What of a widget's model the client needs: custom messages, both ways. */
export interface Channel {
  send(content: unknown): void;
  on(event: 'msg:custom', listener: (content: unknown) => void): void;
  off(event: 'msg:custom', listener: (content: unknown) => void): void;
}

/** Milliseconds to wait for an answer: the kernel itself says after 30 s that the registry's file is in use. */
export const PATIENCE_MS = 35_000;
/** Milliseconds for what tells its progress, such as copying files: renewed by each word of it. */
export const LONG_PATIENCE_MS = 600_000;

interface Waiting {
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
  progressed(progress: Progress): void;
}

/** Talks to the registry through a widget's comm. Several may share one channel: each knows its own messages by id. */
export class CommClient extends TellingClient {
  private readonly waiting = new Map<string, Waiting>();
  // Not crypto.randomUUID(): browsers have that only on https and localhost.
  private readonly prefix = Math.random().toString(36).slice(2);
  private count = 0;
  private live = true;

  constructor(private readonly channel: Channel) {
    super();
    channel.on('msg:custom', this.received);
  }

  /** Whether the kernel still knows the widget; once it does not, no answer is waited for. */
  set connected(live: boolean) {
    this.live = live;
    if (!live) {
      this.waiting.forEach(each => each.reject(gone()));
    }
  }

  protected async answer<K extends OperationName>(op: K, params: Params<K>, sending: Sending): Promise<Outcome<K>> {
    sending.signal?.throwIfAborted();
    if (!this.live) {
      throw gone();
    }
    const answer = await this.ask(op, params, sending);
    if (!isAnswer(answer)) {
      throw new RegistryError(
        'BAD_ANSWER',
        'The kernel answered with something the explorer cannot read',
        'Restart the kernel and run the cell again.'
      );
    }
    return outcomeOf<K>(answer);
  }

  /** Stop listening. Whatever is still awaited is rejected. */
  dispose(): void {
    this.channel.off('msg:custom', this.received);
    this.waiting.forEach(each => each.reject(silence('The explorer was closed')));
    this.waiting.clear();
  }

  private async ask(op: string, params: unknown, { signal, onProgress, moment }: Sending): Promise<unknown> {
    const id = `${this.prefix}-${++this.count}`;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let aborted: (() => void) | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        const wait = (): void => {
          clearTimeout(timer);
          const patience = onProgress ? LONG_PATIENCE_MS : PATIENCE_MS;
          timer = setTimeout(() => reject(silence('The kernel does not answer: it is busy or gone')), patience);
        };
        const progressed = (progress: Progress): void => {
          wait();
          onProgress?.(progress);
        };
        this.waiting.set(id, { resolve, reject, progressed });
        wait();
        // What `signal` was aborted with is whatever its owner chose.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        aborted = () => reject(signal?.reason);
        signal?.addEventListener('abort', aborted);
        this.send({ id, op, params, ...(moment !== null && { as_of: moment }) });
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
      if (aborted) {
        signal?.removeEventListener('abort', aborted);
      }
    }
  }

  private send(message: unknown): void {
    try {
      this.channel.send(message);
    } catch {
      // Jupyter's own words here (“Cannot send”) help nobody.
      throw gone();
    }
  }

  private readonly received = (content: unknown): void => {
    const id = typeof content === 'object' && content !== null && 'id' in content ? content.id : undefined;
    const waiting = typeof id === 'string' ? this.waiting.get(id) : undefined;
    const progress = progressIn(content);
    if (progress !== null) {
      waiting?.progressed(progress);
    } else {
      waiting?.resolve(content);
    }
  };
}

function gone(): RegistryError {
  return silence('The kernel this output belongs to was restarted or is gone', 'Run the cell of this output again.');
}

function silence(message: string, hint = 'Wait for the running cell, or run this one again.'): RegistryError {
  return new RegistryError('UNREACHABLE', message, hint);
}
