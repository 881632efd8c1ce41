import type { ExplorerStore } from '../explorer/explorerStore';

/**
 * Open `namespace` as soon as its rows are there; `opened` gets the place of its last row.
 *
 * It gives up on a part that does not exist. Returns how to stop.
 */
export function openNamespace(explorer: ExplorerStore, namespace: string, opened: (at: number) => void): () => void {
  const [catalog = '', schema] = namespace.split('.');
  const wanted = [`catalog:${catalog}`, ...(schema === undefined ? [] : [`schema:${catalog}.${schema}`])];
  let parent = 'root';
  const stop = explorer.subscribe(step);
  step();
  return stop;

  function step(): void {
    const { rows, loaded, found } = explorer.state();
    const key = wanted[0];
    if (key === undefined || !loaded || found !== null) {
      return;
    }
    const at = rows.findIndex(row => row.key === key);
    const row = rows[at];
    const more = rows.find(each => each.key === `more ${parent}`);
    if (row) {
      wanted.shift();
      parent = key;
      if (wanted.length === 0) {
        stop();
        opened(at);
      }
      // Opening a row is a change, which comes back here for the next part.
      explorer.expand(row);
    } else if (more) {
      explorer.fetch(more);
    } else if (!rows.some(each => each.key === `failed ${parent}`)) {
      stop();
    }
  }
}
