import { asRegistryError, type RegistryError } from '../client/client';

/** What is known of something that is fetched in one go. */
export interface Once<T> {
  readonly value: T | null;
  readonly error: RegistryError | null;
}

/** One thing that is fetched when it is needed, and again when it may have changed. */
export class Fetched<T> {
  state: Once<T> = { value: null, error: null };

  private what: string | null = null;
  private running: AbortController | null = null;

  /** @param changed called after every change of `state` */
  constructor(
    private readonly fetch: (what: string, signal: AbortSignal) => Promise<T>,
    private readonly changed: () => void
  ) {}

  /** Fetch `what` unless that is there or on its way; null stands for nothing to fetch. */
  async want(what: string | null): Promise<void> {
    if (what !== this.what) {
      this.what = what;
      this.state = { value: null, error: null };
      await this.reload();
    }
  }

  /** Fetch it again; what there is stays until the new answer arrives. Errors land in the state. */
  async reload(): Promise<void> {
    this.running?.abort();
    if (this.what === null) {
      return;
    }
    const { signal } = (this.running = new AbortController());
    try {
      const value = await this.fetch(this.what, signal);
      if (!signal.aborted) {
        this.put({ value, error: null });
      }
    } catch (error) {
      // An aborted fetch was replaced by another one, which now answers for the thing.
      if (!signal.aborted) {
        this.put({ ...this.state, error: asRegistryError(error) });
      }
    }
  }

  /** Give up what is on its way. */
  stop(): void {
    this.running?.abort();
  }

  private put(state: Once<T>): void {
    this.state = state;
    this.changed();
  }
}
