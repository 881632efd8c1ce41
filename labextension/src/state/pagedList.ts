import type { Page, RegistryError } from '../client/client';
import { DEFAULT_SETTINGS } from '../host/settings';
import { Query } from './query';

/** The most items the registry gives at a time. */
const MOST = 1000;

/** What is known of a list. */
export interface PagedState<T> {
  readonly items: readonly T[];
  /** Whether there are more after these. */
  readonly more: boolean;
  /** Whether the first page has arrived. */
  readonly loaded: boolean;
  readonly busy: boolean;
  readonly error: RegistryError | null;
}

/** Nothing is known yet. */
export const UNKNOWN: PagedState<never> = { items: [], more: false, loaded: false, busy: false, error: null };

type FetchPage<T> = (limit: number, token: string | null, signal: AbortSignal) => Promise<Page<T>>;

/** One list, fetched a page at a time when somebody looks. */
export class PagedList<T> {
  /** Items fetched at a time, at most 1,000. */
  pageSize = DEFAULT_SETTINGS.pageSize;

  /** The items so far, and where the next ones begin. */
  private readonly query: Query<Page<T>>;

  /**
   * @param key tells one item from every other one
   * @param changed called after every change of `state`
   */
  constructor(
    private readonly fetch: FetchPage<T>,
    private readonly key: (item: T) => string | number,
    changed: () => void
  ) {
    this.query = new Query(changed);
  }

  get state(): PagedState<T> {
    const { value, busy, error } = this.query.state;
    return { items: value?.items ?? [], more: (value?.token ?? null) !== null, loaded: value !== null, busy, error };
  }

  /** Fetch the first page, unless it is there or on its way. */
  async open(): Promise<void> {
    if (!this.state.loaded && !this.state.busy) {
      await this.run(this.pageSize, null);
    }
  }

  /** Fetch the next page, or the first, unless there is none or one is on its way. */
  async more(): Promise<void> {
    if (!this.state.loaded) {
      await this.open();
    } else if (this.state.more && !this.state.busy) {
      await this.run(this.pageSize, this.query.state.value?.token ?? null);
    }
  }

  /** Fetch all there are after those that are there, unless something is on its way. */
  async all(): Promise<void> {
    if (!this.state.busy) {
      await this.run(Infinity, this.query.state.value?.token ?? null);
    }
  }

  /** Fetch as many items again as there are now; they stay until the new ones arrive. */
  async reload(): Promise<void> {
    const pages = Math.max(1, Math.ceil(this.state.items.length / this.pageSize));
    await this.run(pages * this.pageSize, null);
  }

  /** Fetch the first page; what was there stays until it arrives. */
  async first(): Promise<void> {
    await this.run(this.pageSize, null);
  }

  /** Give up what is on its way. */
  stop(): void {
    this.query.stop();
  }

  /** Fetch `wanted` items: after what is there with a `token`, in place of it without. */
  private run(wanted: number, token: string | null): Promise<void> {
    return this.query.run('', async signal => {
      const found = await this.several(wanted, token, signal);
      const before = token === null ? [] : this.state.items;
      return { items: distinct([...before, ...found.items], this.key), token: found.token };
    });
  }

  /** Fetch `wanted` items in as many calls as that takes. */
  private async several(wanted: number, token: string | null, signal: AbortSignal): Promise<Page<T>> {
    const items: T[] = [];
    let next = token;
    do {
      const page = await this.fetch(Math.min(MOST, wanted - items.length), next, signal);
      items.push(...page.items);
      next = page.token;
    } while (next !== null && items.length < wanted);
    return { items, token: next };
  }
}

/** Pages overlap when something is added between fetching one and the next: each item counts once. */
function distinct<T>(items: readonly T[], key: (item: T) => string | number): T[] {
  return [...new Map(items.map(item => [key(item), item])).values()];
}
