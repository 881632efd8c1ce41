import { asRegistryError, type Page, type RegistryError } from '../client/client';
import { DEFAULT_SETTINGS } from '../host/host';

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

type Fetch<T> = (limit: number, token: string | null, signal: AbortSignal) => Promise<Page<T>>;

/** One list, fetched a page at a time when somebody looks. */
export class PagedList<T> {
  state: PagedState<T> = UNKNOWN;

  /** Items fetched at a time, at most 1,000. */
  pageSize = DEFAULT_SETTINGS.pageSize;

  private token: string | null = null;
  private running: AbortController | null = null;

  /**
   * @param key tells one item from every other one
   * @param changed called after every change of `state`
   */
  constructor(
    private readonly fetch: Fetch<T>,
    private readonly key: (item: T) => string | number,
    private readonly changed: () => void
  ) {}

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
      await this.run(this.pageSize, this.token);
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
    this.running?.abort();
    this.running = null;
    this.state = { ...this.state, busy: false };
  }

  /** Fetch `wanted` items: after what is there with a `token`, in place of it without. Errors land in the state. */
  private async run(wanted: number, token: string | null): Promise<void> {
    this.running?.abort();
    const { signal } = (this.running = new AbortController());
    this.put({ ...this.state, busy: true, error: null });
    try {
      const found = await this.several(wanted, token, signal);
      if (!signal.aborted) {
        const before = token === null ? [] : this.state.items;
        this.token = found.token;
        const items = distinct([...before, ...found.items], this.key);
        this.put({ items, more: found.token !== null, loaded: true, busy: false, error: null });
      }
    } catch (error) {
      // An aborted run was replaced by another one, which now answers for the list.
      if (!signal.aborted) {
        this.put({ ...this.state, busy: false, error: asRegistryError(error) });
      }
    }
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

  private put(state: PagedState<T>): void {
    this.state = state;
    this.changed();
  }
}

/** Pages overlap when something is added between fetching one and the next: each item counts once. */
function distinct<T>(items: readonly T[], key: (item: T) => string | number): T[] {
  return [...new Map(items.map(item => [key(item), item])).values()];
}
