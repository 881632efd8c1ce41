import type { Client } from '../client/client';
import type { Settings } from '../host/settings';
import { type ActivityChanges, ActivityPoller } from './activityPoller';

/**
 * What a view shows of the registry and how that changes, without a word about how it looks.
 *
 * It reads only while somebody looks: between `show` and `hide`.
 */
export abstract class LiveStore<S> {
  protected readonly poller: ActivityPoller;
  private readonly listeners = new Set<() => void>();
  private snapshot: S | null = null;

  constructor(protected readonly client: Client) {
    this.poller = new ActivityPoller(
      client,
      changes => this.apply(changes),
      () => this.changed()
    );
  }

  /** For `useSyncExternalStore`: call `listener` after every change; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What there is to draw: the same object until something changes. */
  readonly state = (): S => (this.snapshot ??= this.draw());

  /** Fetch and poll as `settings` say from now on. */
  configure(settings: Pick<Settings, 'pageSize' | 'refreshSeconds'>): void {
    this.poller.intervalSeconds = settings.refreshSeconds;
  }

  /** Somebody looks: read now, then follow the activity log. */
  show(): void {
    this.poller.start();
  }

  /** Nobody looks: ask for nothing any more. */
  hide(): void {
    this.poller.stop();
  }

  /** Read everything on screen again; resolves when that is done, well or not. */
  refresh(): Promise<void> {
    return this.poller.refresh();
  }

  /** Another registry is asked from now on: forget what this one held, and read that one where somebody looks. */
  startOver(): Promise<void> {
    const over = this.poller.startOver();
    this.changed();
    return over;
  }

  /** Stop for good. */
  dispose(): void {
    this.poller.stop();
    this.listeners.clear();
  }

  /** Bring what is on screen up to date; rejects when that failed, so that it is tried again. */
  protected abstract apply(changes: ActivityChanges): Promise<void>;

  protected abstract draw(): S;

  protected changed(): void {
    this.snapshot = null;
    this.listeners.forEach(each => each());
  }
}
