import type { Client, Event, FileEntry, RunInfo, Version } from '../../client/client';
import { type PageTarget, referenceTo } from '../../registry/target';
import type { ActivityChanges } from '../../state/activityPoller';
import { Fetched, type Once } from '../../state/query';
import { type PageState, PageStore } from '../pageStore';

export interface VersionState extends PageState<Version> {
  /** The files the registry keeps of this version; nothing for a version whose files are elsewhere. */
  readonly files: Once<readonly FileEntry[]>;
  /** The run the version comes from, as the tracking server knows it. */
  readonly run: Once<RunInfo>;
}

/** What the page of a version shows. */
export class VersionStore extends PageStore<Version, VersionState> {
  private readonly files: Fetched<readonly FileEntry[]>;
  private readonly run: Fetched<RunInfo>;

  constructor(client: Client, target: PageTarget) {
    super(client, target);
    const changed = (): void => this.changed();
    this.files = new Fetched(
      (_id, signal) => client.call('versions.files', { reference: referenceTo(target) }, signal),
      changed
    );
    this.run = new Fetched((run_id, signal) => client.call('sources.run', { run_id }, signal), changed);
  }

  /** Ask for the files once more. */
  retryFiles(): void {
    void this.files.reload();
  }

  /** Ask for the run once more. */
  retryRun(): void {
    void this.run.reload();
  }

  protected async read(signal: AbortSignal): Promise<Version> {
    const found = await this.client.call('versions.get', { reference: referenceTo(this.target) }, signal);
    // Files never change once they are there, so the version's own id says which ones these are.
    void this.files.want(found.managed && found.status === 'READY' ? String(found.id) : null);
    void this.run.want(found.run_id);
    return found;
  }

  protected async follow(changes: ActivityChanges): Promise<void> {
    if (changes === 'all') {
      // Nobody waits for the tracking server, which may be slow or away: its line says so by itself.
      void this.run.reload();
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
    return { ...known, files: this.files.state, run: this.run.state };
  }

  override dispose(): void {
    this.files.stop();
    this.run.stop();
    super.dispose();
  }
}
