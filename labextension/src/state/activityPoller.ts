import { asRegistryError, type Client, type Event, type RegistryError } from '../client/client';
import { DEFAULT_SETTINGS } from '../host/settings';

/** With more events than this since the last poll, reading everything again is simpler and no slower. */
const MANY_EVENTS = 200;

/** What happened since the last poll; `all` when that cannot be told, as at the first one. */
export type ActivityChanges = readonly Event[] | 'all';

/** Follows the activity log, and only between `start` and `stop`. */
export class ActivityPoller {
  /** Why the last poll failed; null when it did not. */
  connectionError: RegistryError | null = null;

  /** Where the registry has moved to; null when it has not. */
  movedTo: string | null = null;

  private interval = DEFAULT_SETTINGS.refreshSeconds;
  private seen: Event | null | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private polling: Promise<void> | null = null;
  private unsubscribe: (() => void) | null = null;

  /**
   * @param apply called with what happened; when it rejects, the same is offered again at the next poll
   * @param settled called after each poll that changed `connectionError` or `movedTo`
   */
  constructor(
    private readonly client: Client,
    private readonly apply: (changes: ActivityChanges) => Promise<void>,
    private readonly settled: () => void
  ) {}

  /** Poll now, then again and again. */
  start(): void {
    if (!this.running) {
      this.running = true;
      // One's own change is looked for as soon as it is made.
      this.unsubscribe = this.client.onWrite(({ answer }) => {
        answer.then(
          () => this.pollAgain(),
          () => undefined
        );
      });
      void this.tick();
    }
  }

  /** Seconds between two polls, from now on. */
  set intervalSeconds(seconds: number) {
    if (seconds !== this.interval) {
      this.interval = seconds;
      this.plan();
    }
  }

  stop(): void {
    this.running = false;
    this.unsubscribe?.();
    this.unsubscribe = null;
    clearTimeout(this.timer);
  }

  /** Poll once; resolves when that is done, well or not. A poll on its way is not doubled. */
  poll(): Promise<void> {
    this.polling ??= this.once().finally(() => (this.polling = null));
    return this.polling;
  }

  /** Poll once, and not with an answer that is on its way already: it may be older than what is looked for. */
  async pollAgain(): Promise<void> {
    await this.polling;
    await this.poll();
  }

  /** Poll once and take everything for changed. */
  async refresh(): Promise<void> {
    await this.polling;
    this.seen = undefined;
    await this.poll();
  }

  /** What was known is of another registry: forget it, and read that one where somebody looks. */
  async startOver(): Promise<void> {
    await this.polling;
    this.seen = undefined;
    this.connectionError = null;
    this.movedTo = null;
    if (this.running) {
      await this.poll();
    }
  }

  private async tick(): Promise<void> {
    // A browser tab in the background has nobody looking at it either.
    if (!document.hidden) {
      await this.poll();
    }
    this.plan();
  }

  private plan(): void {
    clearTimeout(this.timer);
    // What was does not change; only what could not be read is asked for again.
    if (this.running && (this.client.moment === null || this.connectionError !== null)) {
      this.timer = setTimeout(() => void this.tick(), this.interval * 1000);
    }
  }

  private async once(): Promise<void> {
    let failure: RegistryError | null = null;
    let { movedTo } = this;
    try {
      const last = await this.client.call('history.last', {});
      const changes = await this.since(last);
      if (changes === 'all' || changes.length > 0 || this.connectionError !== null) {
        await this.apply(this.connectionError !== null ? 'all' : changes);
      }
      this.seen = last;
      movedTo = movedBy(last);
    } catch (error) {
      failure = asRegistryError(error);
    }
    if (failure !== this.connectionError || movedTo !== this.movedTo) {
      this.connectionError = failure;
      this.movedTo = movedTo;
      this.settled();
    }
  }

  private async since(last: Event | null): Promise<ActivityChanges> {
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

/** Where a registry has moved to by its last event: nothing happens in it after that, until it is opened again. */
function movedBy(last: Event | null): string | null {
  const to = last?.action === 'registry.moved' ? last.after?.['moved_to'] : null;
  return typeof to === 'string' ? to : null;
}
