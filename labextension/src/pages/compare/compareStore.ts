import type { Client, Comparison } from '../../client/client';
import { exact } from '../../registry/commandLine';
import { LiveStore } from '../../state/liveStore';
import type { ActivityChanges } from '../../state/activityPoller';
import { Query, type QueryState } from '../../state/query';

/** Versions side by side; compared again when something happens to one of their models. */
export class CompareStore extends LiveStore<QueryState<Comparison>> {
  private readonly query = new Query<Comparison>(() => this.changed());

  constructor(
    client: Client,
    private references: readonly string[]
  ) {
    super(client);
  }

  /** Compare these from now on; what was there stays until the answer comes. */
  compare(references: readonly string[]): void {
    if (references.join() !== this.references.join()) {
      this.references = references;
      void this.ask();
    }
  }

  override dispose(): void {
    this.query.stop();
    super.dispose();
  }

  protected async apply(changes: ActivityChanges): Promise<void> {
    const models = this.references.map(each => each.replace(/[/@][^/@]*$/, ''));
    const touched = (name: unknown): boolean => typeof name === 'string' && models.includes(name);
    if (changes !== 'all' && !changes.some(each => touched(each.name) || touched(each.before?.['name']))) {
      return;
    }
    await this.ask();
    const { error } = this.query.state;
    if (error?.code === 'UNREACHABLE') {
      throw error;
    }
  }

  protected draw(): QueryState<Comparison> {
    return this.query.state;
  }

  /** What is the same in all is asked for, too, so that it can be shown at once. */
  private ask(): Promise<void> {
    const { references } = this;
    return this.query.run(references.join(), signal =>
      this.client.call('comparisons.compare', { references: references.map(exact), everything: true }, signal)
    );
  }
}
