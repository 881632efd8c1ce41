import type { Client } from '../../client/client';
import type { ActivityChanges } from '../../state/activityPoller';
import { parent } from '../nodes';
import { namesIn } from '../touchedLists';

/** The keys of the groups, which are counted whether or not they are in sight: without any they are not shown. */
const GROUPS = ['workspace', 'prompts'] as const;
/** The changes that put something into the trash, or take it out. */
const ABOUT_TRASH = /^(?:(?:model|version)\.(?:deleted|restored|purged)|registry\..*)$/;
/** The changes that leave what waits for somebody's decision as it is. */
const NOT_ABOUT_REQUESTS =
  /^(?:(?:tag|comment|webhook)\..*|(?:catalog|schema|model|version)\.(?:created|updated|status))$/;
/** The most names in one question. */
const MOST = 1000;

/** How much is in the rows of the tree, by their keys: models in what holds models, versions in a model. */
export class Counts {
  private readonly known = new Map<string, number>();
  private readonly fresh = new Set<string>();
  private readonly wanted = new Set<string>();
  private asking = false;
  private trashed = 0;
  private waiting = 0;

  /** @param changed called when a count has become known or another one */
  constructor(
    private readonly client: Client,
    private readonly changed: () => void
  ) {}

  /** The count of the row with that key; null while it is not known. */
  get(key: string): number | null {
    return this.known.get(key) ?? null;
  }

  /** Somebody looks at the row with that key: count it, with all others that are wanted at the same time. */
  want(key: string): void {
    if (!this.fresh.has(key) && /^(?:catalog|schema|model):/.test(key)) {
      this.wanted.add(key);
      if (!this.asking) {
        this.asking = true;
        queueMicrotask(() => {
          this.asking = false;
          // Whoever cannot be asked is asked again when the tree is read again, and its error is shown then.
          this.ask([...this.wanted]).catch(() => undefined);
        });
      }
    }
  }

  /** Count again what `changes` may have changed of all that has been counted. Rejects as `Client.call` does. */
  async refresh(changes: ActivityChanges): Promise<void> {
    if (changes === 'all') {
      this.fresh.clear();
    } else {
      changes
        .flatMap(event => namesIn(event).flatMap(name => concerned(event.subject, name)))
        .forEach(key => this.fresh.delete(key));
    }
    const stale = [...GROUPS, ...this.known.keys()].filter(key => !this.fresh.has(key));
    const trashed = changes === 'all' || changes.some(each => ABOUT_TRASH.test(each.action));
    const asked = changes === 'all' || changes.some(each => !NOT_ABOUT_REQUESTS.test(each.action));
    await Promise.all([
      stale.length > 0 ? this.ask(stale) : undefined,
      trashed ? this.askTrash() : undefined,
      asked ? this.askRequests() : undefined
    ]);
  }

  /** How much is in the trash; 0 while that is not known. */
  get trash(): number {
    return this.trashed;
  }

  /** How many requests wait for the actor to decide; 0 while that is not known. */
  get requests(): number {
    return this.waiting;
  }

  private async askRequests(): Promise<void> {
    this.waiting = await this.client.call('requests.count', {});
    this.changed();
  }

  private async askTrash(): Promise<void> {
    this.trashed = await this.client.call('trash.count', {});
    this.changed();
  }

  /** Forget everything. */
  clear(): void {
    [this.known, this.fresh, this.wanted].forEach(each => each.clear());
    this.trashed = this.waiting = 0;
  }

  private async ask(keys: readonly string[]): Promise<void> {
    this.wanted.clear();
    const asked = [...new Set(keys)].slice(-MOST);
    const names = (kind: string): string[] =>
      asked.filter(key => key.startsWith(`${kind}:`)).map(key => key.slice(kind.length + 1));
    const question = { catalogs: names('catalog'), schemas: names('schema'), models: names('model') };
    const found = await this.client.call('registry.counts', question);
    // What is gone is not in the answer.
    keys.forEach(key => this.known.delete(key));
    const put = (key: string, count: number): void => {
      this.known.set(key, count);
      this.fresh.add(key);
    };
    Object.entries(found.catalogs).forEach(([name, count]) => put(`catalog:${name}`, count));
    Object.entries(found.schemas).forEach(([name, count]) => put(`schema:${name}`, count));
    Object.entries(found.models).forEach(([name, count]) => put(`model:${name}`, count));
    GROUPS.forEach(group => put(group, found[group]));
    this.changed();
  }
}

/** The keys of the rows whose counts an event about `name` may have changed. */
function concerned(subject: string, name: string): string[] {
  switch (subject) {
    case 'catalog':
      return [`catalog:${name}`];
    case 'schema':
      return [`schema:${name}`, `catalog:${parent(name)}`];
    case 'model':
      return [`model:${name}`, `schema:${parent(name)}`, `catalog:${parent(parent(name))}`, ...GROUPS];
    default:
      return [];
  }
}
