import * as React from 'react';

import type { FolderEntry, FolderListing, ServerFolders } from '../../host/host';
import { type QueryView, useQuery } from '../../state/query';

/** Folders looked into at a time, and in all, to see which are models: a folder may hold thousands. */
const AT_A_TIME = 4;
const MOST_LOOKED_INTO = 100;

/** What is known of the folders in sight: the flavors of those that are models, by path. */
export type Models = ReadonlyMap<string, readonly string[]>;

/** What there is in the folder `path`. */
export function useFolder(folders: ServerFolders, path: string): QueryView<FolderListing> {
  return useQuery(`folder ${path}`, () => folders.list(path));
}

/** Which of `entries` are folders that hold a model; it becomes known one by one. */
export function useModels(folders: ServerFolders, entries: readonly FolderEntry[]): Models {
  const [models, setModels] = React.useState<Models>(new Map());
  React.useEffect(() => {
    const left = new AbortController();
    const waiting = entries.filter(each => each.isFolder).slice(0, MOST_LOOKED_INTO);
    const { signal } = left;
    setModels(new Map());
    const mark = (path: string, model: readonly string[] | null): void => {
      if (model !== null && !signal.aborted) {
        setModels(old => new Map(old).set(path, model));
      }
    };
    const look = async (): Promise<void> => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
        mark(next.path, await modelIn(folders, next.path));
      }
    };
    for (let at = 0; at < AT_A_TIME; at++) {
      void look();
    }
    return () => left.abort();
  }, [folders, entries]);
  return models;
}

/** The flavors of the model in a folder; null where there is none, or nobody may look. */
async function modelIn(folders: ServerFolders, path: string): Promise<readonly string[] | null> {
  try {
    return (await folders.list(path)).model;
  } catch {
    // Opening that folder says what is the matter with it; here it is one of many, and only unmarked.
    return null;
  }
}
