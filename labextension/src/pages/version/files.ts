import type { FileEntry } from '../../client/client';

/** A folder of a version's files with what lies in it, folders first, each by name. */
export interface Folder {
  /** Empty for the top one. */
  readonly name: string;
  /** All below it, in bytes. */
  readonly size: number;
  readonly folders: readonly Folder[];
  readonly files: readonly { readonly name: string; readonly entry: FileEntry }[];
}

/** The folders that `entries` lie in. */
export function folderOf(entries: readonly FileEntry[], name = '', depth = 0): Folder {
  const below = new Map<string, FileEntry[]>();
  const files: { name: string; entry: FileEntry }[] = [];
  for (const entry of entries) {
    const parts = entry.path.split('/');
    const part = parts[depth] ?? '';
    if (depth === parts.length && entry.kind === 'folder') {
      continue; // it is this very folder, which holds nothing
    }
    if (depth === parts.length - 1 && entry.kind !== 'folder') {
      files.push({ name: part, entry });
    } else {
      below.set(part, [...(below.get(part) ?? []), entry]);
    }
  }
  return {
    name,
    size: total(entries),
    folders: [...below].map(([part, inside]) => folderOf(inside, part, depth + 1)).sort(byName),
    files: files.sort(byName)
  };
}

/** The size of all `entries` in bytes. */
export function total(entries: readonly FileEntry[]): number {
  return entries.reduce((sum, each) => sum + each.size, 0);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
