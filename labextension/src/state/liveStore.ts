import type { Client } from '../client/client';
import type { Settings } from '../host/host';
import { type Changes, Watch } from './activityPoller';

/**
 * What a view shows of the registry and how that changes, without a word about how it looks.
 *
 * It reads only while somebody looks: between `show` and `hide`.
 */
export abstract class Live<S> {
  protected readonly watch: Watch;
  private readonly listeners = new Set<() => void>();
  private snapshot: S | null = null;

  constructor(protected readonly client: Client) {
    this.watch = new Watch(
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

  /** Fetch and look as `settings` say from now on. */
  configure(settings: Pick<Settings, 'pageSize' | 'refreshMs'>): void {
    this.watch.intervalMs = settings.refreshMs;
  }

  /** Somebody looks: read now, then follow the activity log. */
  show(): void {
    this.watch.start();
  }

  /** Nobody looks: ask for nothing any more. */
  hide(): void {
    this.watch.stop();
  }

  /** Read everything on screen again; resolves when that is done, well or not. */
  refresh(): Promise<void> {
    return this.watch.lookAfresh();
  }

  /** Stop for good. */
  dispose(): void {
    this.watch.stop();
    this.listeners.clear();
  }

  /** Bring what is on screen up to date; rejects when that failed, so that it is tried again. */
  protected abstract apply(changes: Changes): Promise<void>;

  protected abstract draw(): S;

  protected changed(): void {
    this.snapshot = null;
    this.listeners.forEach(each => each());
  }
}
