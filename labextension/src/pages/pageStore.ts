import {
  asRegistryError,
  type Client,
  type Event,
  type Params,
  type RegistryError,
  type ToldEvent
} from '../client/client';
import { rightsOf } from '../host/rights';
import { securableOf } from '../registry/access/securable';
import type { Settings } from '../host/settings';
import { LiveStore } from '../state/liveStore';
import { type PagedState, PagedList } from '../state/pagedList';
import { Query, type QueryState } from '../state/query';
import { type LoggedTarget, type PageTarget, referenceTo } from '../registry/target';
import type { ActivityChanges } from '../state/activityPoller';
import { type ActivityQuery, ALL_EVENTS } from './activity/filter';
import { explainAbsence, type Gone } from './gone';
import { isAboutRights, type Permissions, permissionsOf } from './permissions/permissions';

/** All a view needs to draw a page; a new object after every change. */
export interface PageState<T> {
  /** What it is about, as it was when it was last read. */
  readonly item: T | null;
  /** What became of it when it is not there any more; null while it is. */
  readonly gone: Gone | null;
  /** Why the registry cannot be read just now; null while it can. */
  readonly connectionError: RegistryError | null;
  readonly activity: PagedState<ToldEvent>;
  /** Who may do what, once somebody has asked for it. */
  readonly permissions: QueryState<Permissions>;
}

/** What the page of something in the registry shows, of one moment or of now. */
export abstract class PageStore<T, S extends PageState<T>, P extends LoggedTarget = PageTarget> extends LiveStore<S> {
  protected readonly activity: PagedList<ToldEvent>;
  private readonly permissions = new Query<Permissions>(() => this.changed());
  private query = ALL_EVENTS;
  /** Whether somebody has asked for the activity. */
  private following = false;
  private item: T | null = null;
  private gone: Gone | null = null;
  private readonly stopped = new AbortController();

  constructor(
    client: Client,
    readonly target: P
  ) {
    super(client);
    this.activity = new PagedList<ToldEvent>(
      (limit, page_token, signal) => client.call('history.told', { ...this.asked(), limit, page_token }, signal),
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

  /** Look for what meets `query` in the activity from now on; what was there stays until it is found. */
  findActivity(query: ActivityQuery): void {
    this.query = query;
    if (this.following && this.item !== null) {
      void this.activity.first();
    }
  }

  /** Fetch the next page of the activity, or once more what failed. */
  moreActivity(): void {
    void (this.activity.state.error ? this.activity.reload() : this.activity.more());
  }

  /** Fetch who may do what, and keep it up to date from now on. */
  openPermissions(): void {
    const on = securableOf(this.target);
    void this.permissions.want('permissions', signal => permissionsOf(this.client, on, signal));
  }

  /** Fetch once more who may do what. */
  retryPermissions(): void {
    void this.permissions.reload();
  }

  override dispose(): void {
    this.stopped.abort();
    this.permissions.stop();
    this.lists().forEach(each => each.stop());
    super.dispose();
  }

  /** Read what the page is about. */
  protected abstract read(signal: AbortSignal): Promise<T>;

  /** Bring what the page shows beside `item` up to date; errors land where that is drawn. */
  protected abstract follow(changes: ActivityChanges): Promise<void>;

  /** Whether `event`, which is about this or in it, changes what this page shows. */
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
    return {
      item,
      gone,
      connectionError: this.poller.connectionError,
      activity: this.activity.state,
      permissions: this.permissions.state
    };
  }

  private asked(): Params<'history.told'> {
    const { alias, actor, actions, since, until } = this.query;
    const of = this.target.kind === 'registry' ? null : referenceTo(this.target);
    return {
      ...(of !== null && { reference: alias === null ? of : `${of}@${alias}` }),
      ...(actor !== null && { actor }),
      ...(actions.length > 0 && { actions: [...actions] }),
      ...(since !== null && { since }),
      ...(until !== null && { until })
    };
  }

  protected async apply(changes: ActivityChanges): Promise<void> {
    if (changes === 'all' || changes.some(isAboutRights)) {
      rightsOf(this.client).forget();
      void this.permissions.reload();
    }
    const mine = changes === 'all' ? 'all' : changes.filter(each => isAbout(each, this.target) && this.touches(each));
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
      // What may not be done is known by the time when it is offered.
      const [item] = await Promise.all([this.read(signal), rightsOf(this.client).want(securableOf(this.target))]);
      this.item = item;
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

/** Whether `event` is about `target`, by the name it has now or had until this event, or about something in it. */
function isAbout(event: Event, target: LoggedTarget): boolean {
  const names = [event.name, event.before?.['name']];
  switch (target.kind) {
    case 'registry':
      return true;
    case 'catalog':
    case 'schema':
      return names.some(each => typeof each === 'string' && `${each}.`.startsWith(`${target.name}.`));
    default:
      return event.subject === 'model' && names.includes(target.name);
  }
}
