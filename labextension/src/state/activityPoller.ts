import { asRegistryError, type Client, type Event, type RegistryError } from '../client/client';
import { DEFAULT_SETTINGS } from '../host/host';

/** With more events than this since the last look, reading everything again is simpler and no slower. */
const MANY_EVENTS = 200;

/** What happened since the last look; `all` when that cannot be told, as at the first one. */
export type Changes = readonly Event[] | 'all';

/** Follows the activity log, and only while somebody looks. */
export class Watch {
  /** Why the last look failed; null when it did not. */
  trouble: RegistryError | null = null;

  private interval = DEFAULT_SETTINGS.refreshMs;
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

  /** Look now, then again and again. */
  start(): void {
    if (!this.watching) {
      this.watching = true;
      void this.tick();
    }
  }

  /** Milliseconds between two looks, from now on. */
  set intervalMs(ms: number) {
    if (ms !== this.interval) {
      this.interval = ms;
      this.plan();
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
    this.plan();
  }

  private plan(): void {
    clearTimeout(this.timer);
    if (this.watching) {
      this.timer = setTimeout(() => void this.tick(), this.interval);
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
