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
