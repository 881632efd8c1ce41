import type { RegistryError } from '../client/client';
import type { ListState, Lists } from './lists';
import { below, listKey, ROOT, type Source, type TreeNode, WORKSPACE, WORKSPACE_NODE, PROMPTS_NODE } from './nodes';
import { UNKNOWN } from '../state/pagedList';

/** One line of the tree as it is on screen. `depth` counts from 0. */
export type Row =
  | {
      readonly type: 'node';
      readonly key: string;
      readonly depth: number;
      readonly node: TreeNode;
      /** null for a leaf. */
      readonly expanded: boolean | null;
      /** The place among its siblings, from 1, and how many there are; -1 while that is not known. */
      readonly position: number;
      readonly siblings: number;
    }
  /** Stands where the next nodes of a list will be; showing it fetches them. */
  | { readonly type: 'more'; readonly key: string; readonly depth: number; readonly source: Source }
  | {
      readonly type: 'failed';
      readonly key: string;
      readonly depth: number;
      readonly source: Source;
      readonly error: RegistryError;
    }
  | { readonly type: 'none'; readonly key: string; readonly depth: number; readonly text: string };

const NOTHING: Record<Source['of'], string> = {
  root: 'No catalogs',
  catalog: 'No schemas',
  schema: 'No models',
  workspace: 'No models',
  prompts: 'No prompts',
  model: 'No versions',
  search: 'Nothing is like that'
};

/**
 * The rows of the tree: everything below the root as far as it is expanded, workspace models and prompts at the end.
 *
 * @param prompts how many there are
 */
export function treeRows(lists: Lists, expanded: ReadonlySet<string>, prompts: number): Row[] {
  const rows: Row[] = [];
  const root = lists.get(ROOT);
  if (!root?.loaded) {
    return rows;
  }
  const workspace = lists.get(WORKSPACE);
  const groups = [
    ...((workspace?.items.length ?? 0) > 0 ? [WORKSPACE_NODE] : []),
    ...(prompts > 0 ? [PROMPTS_NODE] : [])
  ];
  const last = root.more ? [] : groups;
  append(rows, lists, { ...root, items: [...root.items, ...last] }, expanded, 0);
  return rows;
}

/** The rows of what a search found; models open here as they do in the tree. */
export function searchRows(lists: Lists, found: ListState, expanded: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  append(rows, lists, found, expanded, 0);
  return rows;
}

/** Whether the arrow keys stop at `row`. */
export function canSelect(row: Row): boolean {
  return row.type === 'node' || row.type === 'failed';
}

function append(rows: Row[], lists: Lists, list: ListState, expanded: ReadonlySet<string>, depth: number): void {
  const siblings = list.more ? -1 : list.items.length;
  list.items.forEach((node, at) => {
    const source = below(node);
    const open = source === null ? null : expanded.has(node.key);
    rows.push({ type: 'node', key: node.key, depth, node, expanded: open, position: at + 1, siblings });
    if (source !== null && open) {
      const inner = lists.get(source) ?? { source, ...UNKNOWN };
      append(rows, lists, inner, expanded, depth + 1);
    }
  });
  const { source, error } = list;
  const key = listKey(source);
  if (error !== null) {
    rows.push({ type: 'failed', key: `failed ${key}`, depth, source, error });
  } else if (list.more || !list.loaded) {
    rows.push({ type: 'more', key: `more ${key}`, depth, source });
  } else if (list.items.length === 0) {
    rows.push({ type: 'none', key: `none ${key}`, depth, text: NOTHING[source.of] });
  }
}
