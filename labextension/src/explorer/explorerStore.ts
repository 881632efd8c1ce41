import type { Client, Completion, RegistryError } from '../client/client';
import type { Write } from '../client/writes';
import { touchedLists } from './touchedLists';
import type { Settings } from '../host/settings';
import { Lists, type ListState } from './lists';
import { Counts } from './live/counts';
import { neighbour } from './live/neighbour';
import { after, madeBy } from './live/ownChanges';
import { LiveStore } from '../state/liveStore';
import { below, listKey, PROMPTS, ROOT, searchText, type Source, targetOf, type TreeNode, WORKSPACE } from './nodes';
import { openPath } from './reveal';
import { Completer } from './search/completer';
import { SearchHistory } from './search/history';
import { type Row, searchRows, treeRows } from './rows';
import { isPage, type Target } from '../registry/target';
import type { ActivityChanges } from '../state/activityPoller';

/** Milliseconds without a key before a search is sent. */
const TYPING_MS = 150;
const SEARCH: Source = { of: 'search', text: '', what: 'model' };

/** All a view needs to draw the explorer; a new object after every change. */
export interface ExplorerState {
  readonly rows: readonly Row[];
  /** The key of the selected row. */
  readonly selected: string | null;
  /** What stands in the search box. */
  readonly query: string;
  /** What may come next there, and what is wrong with it; null as long as nothing was said of it. */
  readonly completion: Completion | null;
  /** Searches that were made before, the last one first. */
  readonly searches: readonly string[];
  /** What the search shows, how many of it, and whether there are more; null while the tree is shown. */
  readonly found: { readonly noun: 'model' | 'version'; readonly count: number; readonly more: boolean } | null;
  /** Why the registry cannot be read just now; null while it can. */
  readonly connectionError: RegistryError | null;
  /** Where the registry has moved to; null when it has not. */
  readonly movedTo: string | null;
  /** Whether the first answer has arrived. */
  readonly loaded: boolean;
  /** Whether the registry holds nothing at all. */
  readonly empty: boolean;
  /** How many models and versions are in the trash. */
  readonly trash: number;
  /** How many requests wait for the actor to decide. */
  readonly requests: number;
  /** Whether an answer is awaited. */
  readonly busy: boolean;
  /** The key of a row to bring into sight: a new object each time somebody asks for it. */
  readonly scrollTarget: { readonly key: string } | null;
}

/** What the catalog explorer shows. */
export class ExplorerStore extends LiveStore<ExplorerState> {
  private readonly lists: Lists;
  private readonly counts: Counts;
  private readonly completer: Completer;
  private readonly history = new SearchHistory();
  private readonly expanded = new Set<string>();
  /** Changes that are asked for and not yet read back: the tree shows them already. */
  private readonly pending = new Set<Write>();
  private readonly unsubscribe: () => void;
  private selected: string | null = null;
  private query = '';
  private typing: ReturnType<typeof setTimeout> | undefined;
  private scrollTarget: { readonly key: string } | null = null;
  private revealing: AbortController | null = null;
  private opening: AbortController | null = null;

  constructor(client: Client) {
    super(client);
    this.lists = new Lists(
      client,
      () => this.changed(),
      () => this.expected()
    );
    this.unsubscribe = client.onWrite(write => void this.follow(write));
    this.counts = new Counts(client, () => this.changed());
    this.completer = new Completer(client, () => this.changed());
  }

  override configure(settings: Pick<Settings, 'pageSize' | 'refreshSeconds'>): void {
    super.configure(settings);
    this.lists.pageSize = settings.pageSize;
  }

  /** How many models, or versions of a model, there are below the row with that key; null while it is not known. */
  count(key: string): number | null {
    return this.counts.get(key);
  }

  /** The row with that key is in sight: have it counted. */
  wantCount(key: string): void {
    this.counts.want(key);
  }

  /** Fetch what stands behind a row: the next page of its list, or once more what failed. */
  fetch(row: Row): void {
    if (row.type === 'failed') {
      void this.lists.reload(row.source);
    } else if (row.type === 'more') {
      void this.lists.more(row.source);
    }
  }

  /** Select the row with that key. */
  select(key: string): void {
    if (key !== this.selected) {
      this.selected = key;
      this.changed();
    }
  }

  /** What the selected row stands for; null when that is nothing one can act on. */
  selection(): Target | null {
    const row = this.state().rows.find(each => each.key === this.selected);
    return row?.type === 'node' ? targetOf(row.node) : null;
  }

  /** Leave the search, open the path to `target`, select it and bring it into sight; a search finds it if it is far. */
  async reveal(target: Target): Promise<void> {
    this.revealing?.abort();
    const { signal } = (this.revealing = new AbortController());
    this.setQuery('');
    const row = await openPath(this, target, signal);
    if (signal.aborted) {
      return;
    }
    if (row !== null) {
      this.selected = row.key;
      this.scrollTarget = { key: row.key };
      this.changed();
    } else if (isPage(target)) {
      this.setQuery(target.name);
      this.select(`model:${target.name}`);
    }
  }

  /** Open the catalog or schema `namespace` as soon as its rows are there; resolves with its place, null for none. */
  async openNamespace(namespace: string): Promise<number | null> {
    this.opening?.abort();
    const { signal } = (this.opening = new AbortController());
    const kind = namespace.includes('.') ? 'schema' : 'catalog';
    const row = await openPath(this, { kind, name: namespace }, signal);
    if (row === null) {
      return null;
    }
    const at = this.state().rows.findIndex(each => each.key === row.key);
    this.expand(row);
    return at;
  }

  /** The keys of the rows that are open. */
  opened(): readonly string[] {
    return [...this.expanded];
  }

  /** Open the rows with these keys, as `opened` gave them; what they hold is fetched when it comes into sight. */
  reopen(keys: readonly string[]): void {
    keys.forEach(key => this.expanded.add(key));
    this.changed();
  }

  /** Open a row that is closed, and fetch what it holds. */
  expand(row: Row): void {
    const source = row.type === 'node' ? below(row.node) : null;
    if (source !== null && !this.expanded.has(row.key)) {
      this.expanded.add(row.key);
      this.changed();
      void this.lists.open(source);
    }
  }

  /** Close a row that is open. What it holds is read again when it is opened again. */
  collapse(row: Row): void {
    const source = row.type === 'node' ? below(row.node) : null;
    if (source !== null && this.expanded.delete(row.key)) {
      // The workspace list stays: it says whether its group is there at all.
      if (source.of !== 'workspace') {
        this.lists.forget(source);
      }
      this.changed();
    }
  }

  /** Open a closed row, close an open one. */
  toggle(row: Row): void {
    if (this.expanded.has(row.key)) {
      this.collapse(row);
    } else {
      this.expand(row);
    }
  }

  /** Close everything. */
  collapseAll(): void {
    this.state().rows.forEach(row => this.collapse(row));
    this.expanded.clear();
    this.changed();
  }

  /**
   * Search for what was typed once the typing pauses; an empty text brings the tree back at once.
   *
   * @param at how much of it stands before the cursor
   */
  search(query: string, at: number = query.length): void {
    // Who searches has something else in mind than what was to be shown.
    this.stopOpening();
    this.setQuery(query, at);
  }

  private setQuery(query: string, at: number = query.length): void {
    this.query = query;
    clearTimeout(this.typing);
    const text = searchText(query);
    if (text === '') {
      this.lists.forget(SEARCH);
      this.completer.forget();
    } else {
      this.typing = setTimeout(() => void this.find(text, query, at), TYPING_MS);
    }
    this.changed();
  }

  /** Show what `text` finds; what cannot be read leaves what is on screen, and says why. */
  private async find(text: string, query: string, at: number): Promise<void> {
    if (!/[\p{L}\p{N}]/u.test(text)) {
      this.completer.forget();
      await this.lists.replace({ of: 'search', text, what: 'name' });
      return;
    }
    const completion = await this.completer.ask(query, at);
    if (this.query === query && completion?.problem == null) {
      await this.lists.replace({ of: 'search', text, what: completion?.kind ?? 'model' });
    }
  }

  /** Somebody is about to search: have the saved searches at hand. */
  async offerSearches(): Promise<void> {
    if (this.query === '') {
      await this.completer.ask('', 0);
    }
  }

  /** Somebody goes on to what was found: offer the search again another time. */
  rememberSearch(): void {
    const { query, found } = this.state();
    if (found !== null && found.count > 0) {
      this.history.remember(query);
      this.changed();
    }
  }

  /** The searches that were made, the last one first. */
  get searches(): readonly string[] {
    return this.history.searches;
  }

  /** Offer searches that were made before the page was left. */
  restoreSearches(searches: readonly string[]): void {
    this.history.restore(searches);
    this.changed();
  }

  /** Bring the tree back; a model found and selected stays so, with the way down to it open. */
  leaveSearch(): void {
    this.rememberSearch();
    const selected = this.state().found === null ? null : this.selection();
    this.search('');
    if (selected !== null && isPage(selected)) {
      void this.reveal(selected);
    }
  }

  override async startOver(): Promise<void> {
    this.stopOpening();
    this.setQuery('');
    this.selected = null;
    this.lists.clear();
    this.counts.clear();
    await super.startOver();
  }

  /** Show a change as it is asked for, take it back when it is refused, and show what it has made. */
  private async follow(write: Write): Promise<void> {
    const before = this.selected;
    this.keepingPlace(() => this.pending.add(write));
    const meanwhile = this.selected;
    try {
      const made = await madeBy(write);
      await write.answer;
      await this.poller.pollAgain();
      if (made !== null) {
        void this.reveal(made);
      }
    } catch {
      // Whoever asked for the change tells the person why it was refused.
      this.selected = this.selected === meanwhile ? before : this.selected;
    } finally {
      this.pending.delete(write);
      this.changed();
    }
  }

  private expected(): ((node: TreeNode) => TreeNode | null) | null {
    const { pending } = this;
    return pending.size === 0
      ? null
      : node => [...pending].reduce<TreeNode | null>((each, write) => each && after(write, each), node);
  }

  override dispose(): void {
    clearTimeout(this.typing);
    this.stopOpening();
    this.unsubscribe();
    this.lists.stop();
    super.dispose();
  }

  private stopOpening(): void {
    this.revealing?.abort();
    this.opening?.abort();
  }

  protected async apply(changes: ActivityChanges): Promise<void> {
    const before = this.state().rows;
    const stale = this.stale(changes);
    await Promise.all([...stale.map(source => this.lists.reload(source)), this.counts.refresh(changes)]);
    const read = stale.map(source => this.lists.get(source)).filter(list => list !== undefined);
    // A list whose parent is gone is no failure: the parent's own list says so.
    read.filter(isGone).forEach(list => this.lists.forget(list.source));
    this.keepPlace(before);
    const failed = read.find(list => list.error !== null && !isGone(list));
    if (failed?.error) {
      throw failed.error;
    }
  }

  /** The lists to read again: those that changed, a search whatever changed, and at first the two at the top. */
  private stale(changes: ActivityChanges): Source[] {
    const touched = changes === 'all' ? null : touchedLists(changes);
    const known = this.lists.all().map(list => list.source);
    const stale = known.filter(source => touched === null || source.of === 'search' || touched.has(listKey(source)));
    return [...stale, ...[ROOT, WORKSPACE].filter(source => !this.lists.get(source))];
  }

  private keepingPlace(change: () => void): void {
    const before = this.state().rows;
    change();
    this.changed();
    this.keepPlace(before);
  }

  /** When the selected row, which was among `before`, is gone, select the one next to it. */
  private keepPlace(before: readonly Row[]): void {
    const at = before.findIndex(row => row.key === this.selected);
    const { rows } = this.state();
    if (at >= 0 && !rows.some(row => row.key === this.selected)) {
      this.selected = neighbour(before, at, rows)?.key ?? null;
      this.changed();
    }
  }

  protected draw(): ExplorerState {
    const root = this.lists.get(ROOT);
    const workspace = this.lists.get(WORKSPACE);
    const search = this.lists.get(SEARCH);
    const prompts = this.counts.get(listKey(PROMPTS));
    const some = (root?.items.length ?? 0) + (workspace?.items.length ?? 0) > 0;
    // Counts come after the rows. Only where there are none do they tell: there may be prompts.
    const loaded = root?.loaded === true && workspace?.loaded === true && (some || prompts !== null);
    // Until a first search has been answered the tree stays.
    const found = search && (search.loaded || search.error !== null) ? search : null;
    return {
      rows: found ? searchRows(this.lists, found, this.expanded) : treeRows(this.lists, this.expanded, prompts ?? 0),
      selected: this.selected,
      query: this.query,
      completion: this.completer.about(this.query),
      searches: this.history.searches,
      found: found && { noun: nounOf(found.source), count: found.items.length, more: found.more },
      connectionError: this.poller.connectionError,
      movedTo: this.poller.movedTo,
      loaded,
      empty: loaded && !some && prompts === 0,
      trash: this.counts.trash,
      requests: this.counts.requests,
      busy: (!loaded && this.poller.connectionError === null) || search?.busy === true,
      scrollTarget: this.scrollTarget
    };
  }
}

function nounOf(source: Source): 'model' | 'version' {
  return source.of === 'search' && source.what === 'version' ? 'version' : 'model';
}

function isGone(list: ListState): boolean {
  return list.error?.code === 'NOT_FOUND';
}
