import { asRegistryError, type Client, type RegistryError } from '../client/client';
import { fetchNodes, listKey, type Source, type TreeNode } from './nodes';

/** Nodes fetched at a time. */
export const PAGE_SIZE = 100;

/** What is known of one list. */
export interface ListState {
  readonly source: Source;
  readonly nodes: readonly TreeNode[];
  /** Asks for the nodes after these; null when these are all. */
  readonly token: string | null;
  /** Whether the first page has arrived. */
  readonly loaded: boolean;
  readonly busy: boolean;
  readonly error: RegistryError | null;
}

/** The lists of the tree, each fetched a page at a time when somebody looks. */
export class Lists {
  private readonly states = new Map<string, ListState>();
  private readonly running = new Map<string, AbortController>();

  /** @param changed called after every change of any list */
  constructor(
    private readonly client: Client,
    private readonly changed: () => void
  ) {}

  get(source: Source): ListState | undefined {
    return this.states.get(listKey(source));
  }

  /** All lists known, in the order in which they were first asked for. */
  all(): ListState[] {
    return [...this.states.values()];
  }

  /** Fetch the first page, unless it is there or on its way. */
  async open(source: Source): Promise<void> {
    const state = this.get(source);
    if (!state || (!state.loaded && !state.busy)) {
      await this.run(source, PAGE_SIZE, null);
    }
  }

  /** Fetch the next page, or the first, unless there is none or the list is being fetched. */
  async more(source: Source): Promise<void> {
    const state = this.get(source);
    if (!state?.loaded) {
      await this.open(source);
    } else if (state.token !== null && !state.busy) {
      await this.run(source, PAGE_SIZE, state.token);
    }
  }

  /** Fetch as many nodes again as there are now; they stay on screen until the new ones arrive. */
  async reload(source: Source): Promise<void> {
    const known = this.get(source)?.nodes.length ?? 0;
    await this.run(source, Math.max(1, Math.ceil(known / PAGE_SIZE)) * PAGE_SIZE, null);
  }

  /** Fetch the first page of `source`; what its key held before stays on screen until that arrives. */
  async replace(source: Source): Promise<void> {
    await this.run(source, PAGE_SIZE, null);
  }

  /** Drop a list, and whatever is on its way for it. */
  forget(source: Source): void {
    this.running.get(listKey(source))?.abort();
    this.running.delete(listKey(source));
    this.states.delete(listKey(source));
    this.changed();
  }

  /** Stop everything that is on its way. */
  stop(): void {
    this.running.forEach(each => each.abort());
    this.running.clear();
    for (const [key, state] of this.states) {
      this.states.set(key, { ...state, busy: false });
    }
  }

  /** Fetch one page: after what is there with a `token`, in place of it without. Errors land in the state. */
  private async run(source: Source, limit: number, token: string | null): Promise<void> {
    const key = listKey(source);
    this.running.get(key)?.abort();
    const controller = new AbortController();
    this.running.set(key, controller);
    this.put({ ...(this.get(source) ?? { nodes: [], token: null, loaded: false }), source, busy: true, error: null });
    try {
      const found = await fetchNodes(this.client, source, limit, token, controller.signal);
      if (!controller.signal.aborted) {
        const before = token === null ? [] : (this.get(source)?.nodes ?? []);
        this.put({ ...found, nodes: joined(before, found.nodes), source, loaded: true, busy: false, error: null });
      }
    } catch (error) {
      // An aborted run was replaced by another one, which now answers for the list.
      if (!controller.signal.aborted) {
        const state = this.get(source) ?? { nodes: [], token: null, loaded: false };
        this.put({ ...state, source, busy: false, error: asRegistryError(error) });
      }
    }
  }

  private put(state: ListState): void {
    this.states.set(listKey(state.source), state);
    this.changed();
  }
}

/** Pages overlap when something is added between fetching one and the next: each node counts once. */
function joined(before: readonly TreeNode[], after: readonly TreeNode[]): TreeNode[] {
  const seen = new Set(before.map(each => each.key));
  return [...before, ...after.filter(each => !seen.has(each.key))];
}
