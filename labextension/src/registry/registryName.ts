/** What a person calls the registry at `uri`: the name of its file, without the ending. */
export function registryName(uri: string): string {
  return lastParts(uri, 1);
}

/** The names of several registries, each with as much of its folder as it takes to tell them apart. */
export function registryNames(uris: readonly string[]): Map<string, string> {
  const most = Math.max(1, ...uris.map(uri => uri.split('/').length));
  const told = (uri: string): string => {
    for (let count = 1; count < most; count++) {
      const name = lastParts(uri, count);
      if (!uris.some(other => other !== uri && lastParts(other, count) === name)) {
        return name;
      }
    }
    return uri;
  };
  return new Map(uris.map(uri => [uri, told(uri)]));
}

function lastParts(uri: string, count: number): string {
  return uri
    .split('/')
    .slice(-count)
    .join('/')
    .replace(/\.duckdb$/, '');
}

const OF_SERVER = /^modelreg:(?=https?:)/;
const OF_FILE = /^modelreg:\/\/(?=\/)/;

/** What a registry is behind its URI, in few words. */
export function registryKind(uri: string): string {
  if (isAtServer(uri)) {
    return 'server';
  }
  return uri.startsWith('modelreg:postgresql:') ? 'PostgreSQL database' : 'file';
}

/** Whether a server has the registry at `uri`. */
export function isAtServer(uri: string): boolean {
  return OF_SERVER.test(uri);
}

/** Where the registry at `uri` is, as people write it: a path, or the address of a server. */
export function addressOf(uri: string): string {
  return uri.replace(OF_SERVER, '').replace(OF_FILE, '').replace(/^\/\//, '/');
}
