import type { Deprecation, Event, FileEntry, LoggedModelInfo, RunInfo, Version } from '../../client/client';
import type { Pin } from '../../components/badges';
import { referenceTo } from '../../registry/target';
import { isGoverned } from '../../registry/validation';
import type { ActivityChanges } from '../../state/activityPoller';
import { Query, type QueryState } from '../../state/query';
import { Discussion, type DiscussionState } from '../comments/discussion';
import { aboutDeprecation, deprecationOf } from '../marks/deprecation';
import { type PageState, PageStore } from '../pageStore';
import { lineageOf, type Traced } from '../lineage/lineage';
import { pinsOf } from '../marks/pins';
import { type Usage, usageOf } from '../usage/usage';

export interface VersionState extends PageState<Version> {
  /** The files the registry keeps of this version; nothing for a version whose files are elsewhere. */
  readonly files: QueryState<readonly FileEntry[]>;
  /** The run the version comes from, as the tracking server knows it. */
  readonly run: QueryState<RunInfo>;
  /** The logged model the version comes from; what is known of it beside its id. */
  readonly loggedModel: QueryState<LoggedModelInfo>;
  /** The signature of a workspace version, in its files; nothing for a version whose signature the registry keeps. */
  readonly signature: QueryState<Version['signature']>;
  /** Who pinned it, by its number; empty when it is not pinned, or nobody knows. */
  readonly pins: QueryState<ReadonlyMap<number, Pin>>;
  /** That it, or its model, is not to be used any more. */
  readonly deprecation: QueryState<Deprecation | null>;
  /** What it comes from and leads to; nothing until somebody wants to see that. */
  readonly lineage: QueryState<Traced>;
  /** Who loads it. */
  readonly usage: QueryState<Usage>;
  /** What people say about it, and ask of it. */
  readonly discussion: DiscussionState;
}

/** What the page of a version shows. */
export class VersionStore extends PageStore<Version, VersionState> {
  private readonly files = new Query<readonly FileEntry[]>(() => this.changed());
  private readonly run = new Query<RunInfo>(() => this.changed());
  private readonly loggedModel = new Query<LoggedModelInfo>(() => this.changed());
  private readonly signature = new Query<Version['signature']>(() => this.changed());
  private readonly pins = new Query<ReadonlyMap<number, Pin>>(() => this.changed());
  private readonly deprecation = new Query<Deprecation | null>(() => this.changed());
  private readonly lineage = new Query<Traced>(() => this.changed());
  private readonly usage = new Query<Usage>(() => this.changed());

  readonly discussion = new Discussion(this.client, referenceTo(this.target), () => this.changed());

  /** Fetch the lineage, and keep it up to date from now on. */
  openLineage(): void {
    void this.lineage.want('lineage', stop => lineageOf(this.client, referenceTo(this.target), stop));
  }

  /** Fetch the lineage once more. */
  retryLineage(): void {
    void this.lineage.reload();
  }

  /** Ask for the files once more. */
  retryFiles(): void {
    void this.files.reload();
  }

  /** Ask for the run once more. */
  retryRun(): void {
    void this.run.reload();
    void this.loggedModel.reload();
  }

  protected async read(signal: AbortSignal): Promise<Version> {
    const reference = referenceTo(this.target);
    const found = await this.client.call('versions.get', { reference }, signal);
    // Files never change once they are there, so the version's own id says which ones these are.
    const kept = found.managed && found.status === 'READY' ? String(found.id) : null;
    void this.files.want(kept, stop => this.client.call('versions.files', { reference }, stop));
    const inFiles = !isGoverned(found.name) && found.status === 'READY' ? String(found.id) : null;
    void this.signature.want(inFiles, stop => this.client.call('versions.signature', { reference }, stop));
    void this.usage.want(String(found.id), stop => usageOf(this.client, reference, stop));
    const pinned = found.pinned ? String(found.updated_at) : null;
    void this.pins.want(pinned, stop => pinsOf(this.client, reference, stop));
    const deprecated = JSON.stringify(found.deprecated);
    void this.deprecation.want(deprecated, stop => deprecationOf(this.client, reference, stop));
    this.discussion.want();
    const run_id = found.run_id;
    void this.run.want(run_id, stop => this.client.call('tracking.run', { run_id: run_id ?? '' }, stop));
    const model_id = found.logged_model_id;
    void this.loggedModel.want(model_id, stop =>
      this.client.call('tracking.logged_model', { model_id: model_id ?? '' }, stop)
    );
    return found;
  }

  protected async follow(changes: ActivityChanges): Promise<void> {
    this.discussion.follow(changes);
    if (changes === 'all' || changes.some(each => aboutDeprecation(each.action))) {
      void this.deprecation.reload();
    }
    void this.lineage.reload();
    if (changes === 'all') {
      // Nobody waits for the tracking server, which may be slow or away: its line says so by itself.
      void this.run.reload();
      void this.usage.reload();
      await this.files.reload();
    }
  }

  protected touches(event: Event): boolean {
    const { target } = this;
    if (target.kind !== 'version' || event.version === null || event.version === target.version) {
      return true;
    }
    // An alias that moves away from this version is logged at the one it moves to.
    return event.action === 'alias.moved' && Object.values(event.before ?? {}).includes(target.version);
  }

  protected drawn(known: PageState<Version>): VersionState {
    const { files, run, loggedModel, signature, pins, deprecation, lineage, usage, discussion } = this;
    return {
      ...known,
      files: files.state,
      run: run.state,
      loggedModel: loggedModel.state,
      signature: signature.state,
      pins: pins.state,
      deprecation: deprecation.state,
      lineage: lineage.state,
      usage: usage.state,
      discussion: discussion.state
    };
  }

  override dispose(): void {
    this.files.stop();
    this.run.stop();
    this.loggedModel.stop();
    this.signature.stop();
    this.pins.stop();
    this.deprecation.stop();
    this.lineage.stop();
    this.usage.stop();
    this.discussion.stop();
    super.dispose();
  }
}
