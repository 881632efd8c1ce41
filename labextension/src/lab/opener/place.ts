/**
 * The path of a file as the server's file browser knows it; null when it is not below the folder the server shows.
 *
 * A relative path is taken as one from there: MLflow itself notes no more than a notebook's name.
 *
 * @param path as the kernel knew it, with the separators of its system
 * @param root the folder the server shows, absolute
 */
export function contentsPath(path: string, root: string): string | null {
  const parts = segments(path);
  const top = isAbsolute(path) ? segments(root) : [];
  // A server that does not say where it is shows nothing that can be found by an absolute path.
  if (parts === null || top === null || (isAbsolute(path) && root === '')) {
    return null;
  }
  const inside = parts.length > top.length && top.every((each, at) => same(each, parts[at]));
  return inside ? parts.slice(top.length).join('/') : null;
}

/** Whether `path` begins at the top of a disk or drive. */
export function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[a-z]:)/i.test(path);
}

/** What lies between the separators; null for a path that climbs, and nobody can tell where to. */
function segments(path: string): string[] | null {
  const windows = /^(?:[a-z]:|\\\\)/i.test(path) || (!path.includes('/') && path.includes('\\'));
  const found = path.split(windows ? /[\\/]+/ : /\/+/).filter(each => each !== '' && each !== '.');
  return found.includes('..') ? null : found;
}

/** Drive letters are the same in either case. */
function same(one: string, other: string | undefined): boolean {
  return /^[a-z]:$/i.test(one) ? one.toLowerCase() === other?.toLowerCase() : one === other;
}
