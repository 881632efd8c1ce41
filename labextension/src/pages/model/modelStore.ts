import type { Client, Deprecation, Event, Model, Page, Timeline } from '../../client/client';
import type { Pin } from '../../components/badges';
import type { Settings } from '../../host/settings';
import { exact } from '../../registry/commandLine';
import type { PageTarget } from '../../registry/target';
import type { ActivityChanges } from '../../state/activityPoller';
import { type PagedState, PagedList } from '../../state/pagedList';
import { Query, type QueryState } from '../../state/query';
import { Discussion, type DiscussionState } from '../comments/discussion';
import { aboutDeprecation, deprecationOf } from '../marks/deprecation';
import { type PageState, PageStore } from '../pageStore';
import { pinsOf } from '../marks/pins';
import { type Usage, usageOf } from '../usage/usage';
import type { ListedVersion } from '../versions/columns';

export interface ModelState extends PageState<Model> {
  /** Newest first. */
  readonly versions: PagedState<ListedVersion>;
  /** The versions a person has ticked, to do something with all of them. */
  readonly ticked: ReadonlySet<number>;
  /** What the aliases pointed at over time, once somebody has asked for it. */
  readonly timeline: QueryState<Timeline>;
  /** That it is not to be used any more. */
  readonly deprecation: QueryState<Deprecation | null>;
  /** Who loads it, once somebody has asked for that. */
  readonly usage: QueryState<Usage>;
  /** What people say about it, and ask of it. */
  readonly discussion: DiscussionState;
}

/** What the page of a model shows. */
export class ModelStore extends PageStore<Model, ModelState> {
  private readonly versions: PagedList<ListedVersion>;
  private readonly timeline = new Query<Timeline>(() => this.changed());
  private readonly deprecation = new Query<Deprecation | null>(() => this.changed());
  private readonly usage = new Query<Usage>(() => this.changed());
  readonly discussion: Discussion;
  private listing = false;
  private ticked: ReadonlySet<number> = new Set();

  constructor(client: Client, target: PageTarget) {
    super(client, target);
    this.discussion = new Discussion(client, target.name, () => this.changed());
    this.versions = new PagedList<ListedVersion>(
      (limit, page_token, signal) => listed(client, target.name, limit, page_token, signal),
      version => version.version,
      () => this.changed()
    );
  }

  override configure(settings: Pick<Settings, 'pageSize' | 'refreshSeconds'>): void {
    super.configure(settings);
    this.versions.pageSize = settings.pageSize;
  }

  /** Fetch the versions, and keep them up to date from now on. */
  openVersions(): void {
    this.listing = true;
    this.opened(this.versions);
  }

  /** Fetch the timeline, and keep it up to date from now on. */
  openTimeline(): void {
    const { client, target } = this;
    // What was still to come at the moment that is shown is no part of it.
    const until = client.moment === null ? {} : { until: client.moment };
    void this.timeline.want('timeline', signal =>
      client.call('history.timeline', { reference: exact(target.name), ...until }, signal)
    );
  }

  /** Fetch who loads it, and keep that up to date from now on. */
  openUsage(): void {
    const { client, target } = this;
    void this.usage.want('usage', signal => usageOf(client, target.name, signal));
  }

  /** Fetch the timeline once more. */
  retryTimeline(): void {
    void this.timeline.reload();
  }

  /** Fetch the next page of the versions, or once more what failed. */
  moreVersions(): void {
    void (this.versions.state.error ? this.versions.reload() : this.versions.more());
  }

  /** Fetch all versions. */
  allVersions(): void {
    void this.versions.all();
  }

  /** Tick `versions`, or take the tick away. */
  readonly tick = (versions: readonly number[], ticked: boolean): void => {
    const next = new Set(this.ticked);
    versions.forEach(each => (ticked ? next.add(each) : next.delete(each)));
    this.ticked = next;
    this.changed();
  };

  protected async read(signal: AbortSignal): Promise<Model> {
    const { client, target } = this;
    this.discussion.want();
    const found = await client.call('models.get', { name: target.name }, signal);
    const deprecated = found.deprecated === null ? null : JSON.stringify(found.deprecated);
    void this.deprecation.want(deprecated, stop => deprecationOf(client, target.name, stop));
    return found;
  }

  protected async follow(changes: ActivityChanges): Promise<void> {
    if (changes === 'all' || changes.some(each => /^(?:alias|model|version)\./.test(each.action))) {
      void this.timeline.reload();
    }
    if (changes === 'all' || changes.some(each => aboutDeprecation(each.action))) {
      void this.deprecation.reload();
    }
    if (changes === 'all') {
      void this.usage.reload();
    }
    this.discussion.follow(changes);
    const touched = changes === 'all' || changes.some(each => each.version !== null || each.action === 'model.created');
    if (this.listing && touched) {
      await this.versions.reload();
      this.dropGone();
    }
  }

  /** What is ticked stays so only as long as it is there. */
  private dropGone(): void {
    const { items, loaded, error } = this.versions.state;
    const there = new Set(items.map(each => each.version));
    if (loaded && error === null && [...this.ticked].some(each => !there.has(each))) {
      this.ticked = new Set([...this.ticked].filter(each => there.has(each)));
      this.changed();
    }
  }

  protected touches(_event: Event): boolean {
    return true;
  }

  protected drawn(known: PageState<Model>): ModelState {
    const { versions, ticked, timeline, deprecation, usage, discussion } = this;
    return {
      ...known,
      versions: versions.state,
      ticked,
      timeline: timeline.state,
      deprecation: deprecation.state,
      usage: usage.state,
      discussion: discussion.state
    };
  }

  override dispose(): void {
    this.timeline.stop();
    this.deprecation.stop();
    this.usage.stop();
    this.discussion.stop();
    super.dispose();
  }

  protected override lists(): ReturnType<PageStore<Model, ModelState>['lists']> {
    return [...super.lists(), this.versions];
  }
}

/** A page of the versions of `model`, with the times when they were loaded last, and who pinned them. */
async function listed(
  client: Client,
  model: string,
  limit: number,
  page_token: string | null,
  signal: AbortSignal
): Promise<Page<ListedVersion>> {
  const page = await client.call('versions.list', { model, limit, page_token }, signal);
  const [used, pins] = await Promise.all([
    client.call('usage.last', { models: [model] }, signal),
    page.items.some(each => each.pinned) ? pinsOf(client, model, signal) : new Map<number, Pin>()
  ]);
  const last = new Map(used.map(each => [each.version, each.last_used_at]));
  return {
    ...page,
    items: page.items.map(each => {
      const [last_used_at, pin] = [last.get(each.version), pins.get(each.version)];
      return { ...each, ...(last_used_at !== undefined && { last_used_at }), ...(pin !== undefined && { pin }) };
    })
  };
}
