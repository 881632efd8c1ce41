import {
  asRegistryError,
  type Client,
  type Event,
  type Model,
  type RegistryError,
  type Version
} from '../client/client';
import type { Settings } from '../host/settings';
import { LiveStore } from '../state/liveStore';
import { type PagedState, PagedList } from '../state/pagedList';
import type { PageTarget } from '../registry/target';
import type { ActivityChanges } from '../state/activityPoller';
import { explainAbsence, type Gone } from './gone';

/** All a view needs to draw a page; a new object after every change. */
export interface PageState<T> {
  /** The model or version, as it was when it was last read. */
  readonly item: T | null;
  /** What became of it when it is not there any more; null while it is. */
  readonly gone: Gone | null;
  /** Why the registry cannot be read just now; null while it can. */
  readonly connectionError: RegistryError | null;
  readonly activity: PagedState<Event>;
}

/** What the page of a model or version shows. */
export abstract class PageStore<T extends Model | Version, S extends PageState<T>> extends LiveStore<S> {
  protected readonly activity: PagedList<Event>;
  /** Whether somebody has asked for the activity. */
  private following = false;
  private item: T | null = null;
  private gone: Gone | null = null;
  private readonly stopped = new AbortController();

  constructor(
    client: Client,
    readonly target: PageTarget
  ) {
    super(client);
    this.activity = new PagedList<Event>(
      (limit, page_token, signal) =>
        client.call('history.recent', { reference: this.reference(), limit, page_token }, signal),
      event => event.seq,
      () => this.changed()
    );
  }

  override configure(settings: Pick<Settings, 'pageSize' | 'refreshSeconds'>): void {
    super.configure(settings);
    this.activity.pageSize = settings.pageSize;
  }

  /** Fetch the activity, and keep it up to date from now on. */
  openActivity(): void {
    this.following = true;
    this.opened(this.activity);
  }

  /** Fetch the next page of the activity, or once more what failed. */
  moreActivity(): void {
    void (this.activity.state.error ? this.activity.reload() : this.activity.more());
  }

  /** Fetch all of the activity. */
  allActivity(): void {
    void this.activity.all();
  }

  override dispose(): void {
    this.stopped.abort();
    this.lists().forEach(each => each.stop());
    super.dispose();
  }

  /** Read the model or version. */
  protected abstract read(signal: AbortSignal): Promise<T>;

  /** Bring what the page shows beside `item` up to date; errors land where that is drawn. */
  protected abstract follow(changes: ActivityChanges): Promise<void>;

  /** Whether `event`, which is about this model, changes what this page shows. */
  protected abstract touches(event: Event): boolean;

  /** What is `known` of every page, with what this one shows beside it. */
  protected abstract drawn(known: PageState<T>): S;

  /** The lists on this page; when one cannot be read, the registry cannot. */
  protected lists(): { stop(): void; state: { error: RegistryError | null } }[] {
    return [this.activity];
  }

  /** Fetch a list that somebody has asked for; the first poll of all fetches it with the rest. */
  protected opened(list: { open(): Promise<void> }): void {
    if (this.item !== null) {
      void list.open();
    }
  }

  protected draw(): S {
    return this.drawn(this.known());
  }

  private known(): PageState<T> {
    const { item, gone } = this;
    return { item, gone, connectionError: this.poller.connectionError, activity: this.activity.state };
  }

  private reference(): string {
    const { target } = this;
    return target.kind === 'version' ? `${target.name}/${target.version}` : target.name;
  }

  protected async apply(changes: ActivityChanges): Promise<void> {
    const mine =
      changes === 'all' ? 'all' : changes.filter(each => isAbout(each, this.target.name) && this.touches(each));
    if (mine !== 'all' && mine.length === 0) {
      return;
    }
    const others = Promise.all([this.follow(mine), this.following ? this.activity.reload() : undefined]);
    await this.readItem();
    await others;
    const failed = this.gone ? undefined : this.lists().find(each => each.state.error !== null);
    if (failed?.state.error) {
      throw failed.state.error;
    }
  }

  private async readItem(): Promise<void> {
    const { signal } = this.stopped;
    try {
      this.item = await this.read(signal);
      this.gone = null;
    } catch (error) {
      if (asRegistryError(error).code !== 'NOT_FOUND') {
        throw error;
      }
      this.gone = await explainAbsence(this.client, this.target, signal);
    }
    this.changed();
  }
}

/** Whether `event` is about the model called `name` now, or until this event. */
function isAbout(event: Event, name: string): boolean {
  return event.subject === 'model' && (event.name === name || event.before?.['name'] === name);
}
