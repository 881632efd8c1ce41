import { asRegistryError, type Client, type Event, type RegistryError } from '../client/client';

/** Milliseconds between two looks at the activity log. */
const INTERVAL_MS = 2000;
/** With more events than this since the last look, reading everything again is simpler and no slower. */
const MANY_EVENTS = 200;

/** What happened since the last look; `all` when that cannot be told, as at the first one. */
export type Changes = readonly Event[] | 'all';

/** Follows the activity log, and only while somebody looks. */
export class Watch {
  /** Why the last look failed; null when it did not. */
  trouble: RegistryError | null = null;

  private seen: Event | null | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watching = false;
  private looking: Promise<void> | null = null;

  /**
   * @param apply called with what happened; when it rejects, the same is offered again at the next look
   * @param settled called after each look that changed `trouble`
   */
  constructor(
    private readonly client: Client,
    private readonly apply: (changes: Changes) => Promise<void>,
    private readonly settled: () => void
  ) {}

  /** Look now, then every two seconds. */
  start(): void {
    if (!this.watching) {
      this.watching = true;
      void this.tick();
    }
  }

  stop(): void {
    this.watching = false;
    clearTimeout(this.timer);
  }

  /** Look once; resolves when that is done, well or not. A look on its way is not doubled. */
  look(): Promise<void> {
    this.looking ??= this.once().finally(() => (this.looking = null));
    return this.looking;
  }

  /** Look once and take everything for changed. */
  async lookAfresh(): Promise<void> {
    await this.looking;
    this.seen = undefined;
    await this.look();
  }

  private async tick(): Promise<void> {
    // A browser tab in the background has nobody looking at it either.
    if (!document.hidden) {
      await this.look();
    }
    if (this.watching) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.tick(), INTERVAL_MS);
    }
  }

  private async once(): Promise<void> {
    let trouble: RegistryError | null = null;
    try {
      const last = await this.client.call('history.last', {});
      const changes = await this.since(last);
      if (changes === 'all' || changes.length > 0 || this.trouble !== null) {
        await this.apply(this.trouble !== null ? 'all' : changes);
      }
      this.seen = last;
    } catch (error) {
      trouble = asRegistryError(error);
    }
    if (trouble !== this.trouble) {
      this.trouble = trouble;
      this.settled();
    }
  }

  private async since(last: Event | null): Promise<Changes> {
    const seen = this.seen;
    if (seen === undefined || (seen !== null && (last === null || last.seq < seen.seq))) {
      return 'all';
    }
    if (last?.seq === seen?.seq) {
      // The same number and another hash: another registry took the place of this one.
      return last?.hash === seen?.hash ? [] : 'all';
    }
    const events = await this.client.call('history.list', { after: seen?.seq ?? 0, limit: MANY_EVENTS + 1 });
    return events.length > MANY_EVENTS ? 'all' : events;
  }
}
