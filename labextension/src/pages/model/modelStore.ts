import type { Client, Event, Model, Version } from '../../client/client';
import type { Settings } from '../../host/settings';
import type { PageTarget } from '../../registry/target';
import type { ActivityChanges } from '../../state/activityPoller';
import { type PagedState, PagedList } from '../../state/pagedList';
import { type PageState, PageStore } from '../pageStore';

export interface ModelState extends PageState<Model> {
  /** Newest first. */
  readonly versions: PagedState<Version>;
  /** The versions a person has ticked, to do something with all of them. */
  readonly ticked: ReadonlySet<number>;
}

/** What the page of a model shows. */
export class ModelStore extends PageStore<Model, ModelState> {
  private readonly versions: PagedList<Version>;
  private listing = false;
  private ticked: ReadonlySet<number> = new Set();

  constructor(client: Client, target: PageTarget) {
    super(client, target);
    this.versions = new PagedList<Version>(
      (limit, page_token, signal) => client.call('versions.list', { model: target.name, limit, page_token }, signal),
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

  protected read(signal: AbortSignal): Promise<Model> {
    return this.client.call('models.get', { name: this.target.name }, signal);
  }

  protected async follow(changes: ActivityChanges): Promise<void> {
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
    return { ...known, versions: this.versions.state, ticked: this.ticked };
  }

  protected override lists(): ReturnType<PageStore<Model, ModelState>['lists']> {
    return [...super.lists(), this.versions];
  }
}
