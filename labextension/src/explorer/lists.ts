import type { Client } from '../client/client';
import { DEFAULT_SETTINGS } from '../host/settings';
import { fetchNodes, listKey, type Source, type TreeNode } from './nodes';
import { type PagedState, PagedList } from '../state/pagedList';

/** What is known of one list. */
export interface ListState extends PagedState<TreeNode> {
  readonly source: Source;
}

/** The lists of the tree, each fetched a page at a time when somebody looks. */
export class Lists {
  /** Nodes fetched at a time. */
  pageSize = DEFAULT_SETTINGS.pageSize;

  private readonly lists = new Map<string, { source: Source; paged: PagedList<TreeNode> }>();

  /**
   * @param changed called after every change of any list
   * @param expected a node as changes on their way will leave it, null for one that will be gone; null without any
   */
  constructor(
    private readonly client: Client,
    private readonly changed: () => void,
    private readonly expected: () => ((node: TreeNode) => TreeNode | null) | null
  ) {}

  get(source: Source): ListState | undefined {
    const list = this.lists.get(listKey(source));
    if (!list) {
      return undefined;
    }
    const { state } = list.paged;
    const expected = this.expected();
    const items = expected ? state.items.map(expected).filter(each => each !== null) : state.items;
    return { ...state, items, source: list.source };
  }

  /** All lists known, in the order in which they were first asked for. */
  all(): ListState[] {
    return [...this.lists.values()].map(({ source, paged }) => ({ ...paged.state, source }));
  }

  /** Fetch the first page, unless it is there or on its way. */
  async open(source: Source): Promise<void> {
    await this.list(source).open();
  }

  /** Fetch the next page, or the first, unless there is none or the list is being fetched. */
  async more(source: Source): Promise<void> {
    await this.list(source).more();
  }

  /** Fetch as many nodes again as there are now; they stay on screen until the new ones arrive. */
  async reload(source: Source): Promise<void> {
    await this.list(source).reload();
  }

  /** Fetch the first page of `source`; what its key held before stays on screen until that arrives. */
  async replace(source: Source): Promise<void> {
    const list = this.list(source);
    this.lists.set(listKey(source), { source, paged: list });
    await list.first();
  }

  /** Drop a list, and whatever is on its way for it. */
  forget(source: Source): void {
    this.lists.get(listKey(source))?.paged.stop();
    this.lists.delete(listKey(source));
    this.changed();
  }

  /** Drop everything. */
  clear(): void {
    this.stop();
    this.lists.clear();
    this.changed();
  }

  /** Stop everything that is on its way. */
  stop(): void {
    this.lists.forEach(each => each.paged.stop());
  }

  private list(source: Source): PagedList<TreeNode> {
    const key = listKey(source);
    const known = this.lists.get(key);
    const paged = known?.paged ?? this.made(key, source);
    if (!known) {
      this.lists.set(key, { source, paged });
    }
    paged.pageSize = this.pageSize;
    return paged;
  }

  /** A list that fetches from whatever source has `key` at the time: the text of a search changes. */
  private made(key: string, first: Source): PagedList<TreeNode> {
    return new PagedList(
      (limit, token, signal) => fetchNodes(this.client, this.lists.get(key)?.source ?? first, limit, token, signal),
      node => node.key,
      this.changed
    );
  }
}
