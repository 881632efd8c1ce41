import type { Contents } from '@jupyterlab/services';

import type { FolderEntry, FolderListing, ServerFolders } from '../../host/host';
import { flavorsIn } from '../../registry/mlmodel';
import { contentsPath, isAbsolute } from './place';

/** The file by which MLflow knows a folder as a model. */
const MLMODEL = 'MLmodel';

/** The folders below the one that the server shows, `root`: an absolute path. */
export class LabFolders implements ServerFolders {
  constructor(
    private readonly contents: Pick<Contents.IManager, 'get'>,
    private readonly root: string
  ) {}

  async list(path: string): Promise<FolderListing> {
    const folder = await this.contents.get(path, { type: 'directory', content: true });
    // JupyterLab has held the answer against what a folder must hold.
    const entries = (folder.content as Contents.IModel[]).map(entryOf).sort(byKindAndName);
    const mlmodel = entries.find(each => each.name === MLMODEL && !each.isFolder);
    return { entries, model: mlmodel ? await this.flavors(mlmodel.path) : null };
  }

  absolute(path: string): string {
    const top = this.root.replace(/\/$/, '');
    return path === '' ? this.root : `${top}/${path}`;
  }

  relative(folder: string): string | null {
    if (!isAbsolute(folder)) {
      return null;
    }
    const same = this.root.replace(/\/$/, '') === folder.replace(/\/$/, '');
    return same ? '' : contentsPath(folder, this.root);
  }

  private async flavors(path: string): Promise<readonly string[]> {
    const file = await this.contents.get(path, { type: 'file', format: 'text', content: true });
    const content: unknown = file.content;
    return typeof content === 'string' ? flavorsIn(content) : [];
  }
}

function entryOf({ name, path, type }: Contents.IModel): FolderEntry {
  return { name, path, isFolder: type === 'directory' };
}

function byKindAndName(one: FolderEntry, other: FolderEntry): number {
  return (
    Number(other.isFolder) - Number(one.isFolder) || one.name.localeCompare(other.name, undefined, { numeric: true })
  );
}
