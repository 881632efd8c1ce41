import { pathTo } from './nodes';
import type { Row } from './rows';
import type { Target } from '../registry/target';

/** Pages of one list to look through for a row; whoever has more models finds one sooner by its name. */
const MOST_PAGES = 20;

/** What has to be known of the tree to open the path down to something in it. */
export interface OpenableTree {
  state(): { readonly rows: readonly Row[]; readonly loaded: boolean };
  /** Call `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Open a row that is closed, and fetch what it holds. */
  expand(row: Row): void;
  /** Fetch the next page, which `row` stands for. */
  fetch(row: Row): void;
}

/**
 * Open the path down to `target` and return its row; null when it is not there or too far down.
 *
 * It waits for what has to be fetched, also for a list that cannot be read until somebody tries again, and gives up
 * when `signal` is aborted.
 */
export async function openPath(tree: OpenableTree, target: Target, signal: AbortSignal): Promise<Row | null> {
  let list = 'root';
  let last: Row | null = null;
  for (const key of pathTo(target)) {
    if (last !== null) {
      tree.expand(last);
    }
    last = await rowIn(tree, list, key, signal);
    if (last === null) {
      return null;
    }
    list = key;
  }
  return last;
}

/** The row `key` of `list`, fetched page by page; null when it is not there. */
async function rowIn(tree: OpenableTree, list: string, key: string, signal: AbortSignal): Promise<Row | null> {
  let pages = 0;
  let count: number | null = null;
  while (!signal.aborted) {
    const { rows, loaded } = tree.state();
    const row = rows.find(each => each.key === key);
    if (row) {
      return row;
    }
    const more = rows.find(each => each.key === `more ${list}`);
    if (loaded && !more && !rows.some(each => each.key === `failed ${list}`)) {
      return null;
    }
    // Changes come for other reasons too; only a longer list is another page.
    if (more && rows.length !== count) {
      count = rows.length;
      if (pages++ > MOST_PAGES) {
        return null;
      }
      tree.fetch(more);
    }
    await change(tree, signal);
  }
  return null;
}

/** Resolves at the next change, or when `signal` is aborted. */
function change(tree: OpenableTree, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = tree.subscribe(done);
    signal.addEventListener('abort', done);
  });
}
