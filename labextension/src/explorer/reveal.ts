import type { ExplorerStore } from './explorerStore';
import { pathTo } from './nodes';
import type { Row } from './rows';
import type { Target } from '../registry/target';

/** Pages of one list to look through for a row; whoever has more models finds one sooner by its name. */
const MOST_PAGES = 20;

/**
 * Open the way down to `target` and return the key of its row; null when it is not there or too far down.
 *
 * It waits for what has to be fetched, and gives up when `signal` is aborted.
 */
export async function openPath(explorer: ExplorerStore, target: Target, signal: AbortSignal): Promise<string | null> {
  const way = pathTo(target);
  let list = 'root';
  for (const key of way) {
    const row = await rowIn(explorer, list, key, signal);
    if (row === null) {
      return null;
    }
    if (key !== way.at(-1)) {
      explorer.expand(row);
    }
    list = key;
  }
  return list;
}

/** The row `key` of `list`, fetched page by page; null when it is not there. */
async function rowIn(explorer: ExplorerStore, list: string, key: string, signal: AbortSignal): Promise<Row | null> {
  let pages = 0;
  let last: number | null = null;
  while (!signal.aborted) {
    const { rows, loaded } = explorer.state();
    const row = rows.find(each => each.key === key);
    if (row) {
      return row;
    }
    const more = rows.find(each => each.key === `more ${list}`);
    if (loaded && (!more || rows.some(each => each.key === `failed ${list}`))) {
      return null;
    }
    // Changes come for other reasons too; only a longer list is another page.
    if (more && rows.length !== last) {
      last = rows.length;
      if (pages++ > MOST_PAGES) {
        return null;
      }
      explorer.fetch(more);
    }
    await change(explorer, signal);
  }
  return null;
}

/** Resolves at the next change, or when `signal` is aborted. */
function change(explorer: ExplorerStore, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = explorer.subscribe(done);
    signal.addEventListener('abort', done);
  });
}
