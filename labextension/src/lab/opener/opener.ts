import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';

import { asRegistryError } from '../../client/client';
import { saveFrom } from '../../components/save';
import type { Folder, Host, Opener, ServerFolders } from '../../host/host';
import { type AnyPage, pageKey } from '../../registry/target';
import { addressOf } from './address';
import { localPath, type VersionDrive } from './drive';
import { LabFolders } from './folders';
import { contentsPath } from './place';

/** Opens in JupyterLab, or in a tab of the browser in Notebook 7, what is around the registry. */
export class LabOpener implements Opener {
  readonly folders: ServerFolders | null;

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly notify: Host['notify'],
    private readonly drive: VersionDrive,
    /** What the pages of this JupyterLab, or of Notebook 7, begin with. */
    private readonly start: 'lab' | 'tree'
  ) {
    const root = PageConfig.getOption('serverRoot');
    this.folders = root === '' ? null : new LabFolders(app.serviceManager.contents, root);
  }

  openFile(reference: string, path: string, moment: number | null): void {
    const local = localPath({ reference, path, moment });
    void this.saying(`${path} cannot be shown`, async () => {
      const [type] = this.app.docRegistry.getFileTypesForPath(path);
      if (type?.fileFormat !== 'base64') {
        // Otherwise JupyterLab's editor opens first, and then says in a dialog of its own what it could not read.
        await this.drive.get(local, { content: true, format: 'text' });
      }
      const opened: unknown = await this.app.commands.execute('docmanager:open', {
        path: `${this.drive.name}:${local}`
      });
      keepUnchanged(opened);
    });
  }

  download(reference: string, path: string, moment: number | null): void {
    void this.saying(`${path} cannot be downloaded`, async () => {
      saveFrom(await this.drive.getDownloadUrl(localPath({ reference, path, moment })));
    });
  }

  foldersFor(folder: string): readonly Folder[] {
    const place = contentsPath(folder, PageConfig.getOption('serverRoot'));
    if (place === null) {
      return [];
    }
    const { commands } = this.app;
    const ways: readonly [string, Folder['label'], object][] = [
      ['filebrowser:go-to-path', 'Show in the file browser', { path: place }],
      ['terminal:create-new', 'Open a terminal there', { cwd: place }]
    ];
    return ways
      .filter(([command]) => commands.hasCommand(command))
      .map(([command, label, args]) => ({
        label,
        open: () =>
          void this.saying(`${folder} cannot be opened`, async () => {
            await commands.execute(command, { ...args });
          })
      }));
  }

  link(page: AnyPage): string {
    return addressOf(URLExt.join(PageConfig.getBaseUrl(), this.start), pageKey(page));
  }

  openNotebook(path: string, cell: string | null): void {
    void this.saying(`${path} cannot be opened`, async () => {
      const root = PageConfig.getOption('serverRoot');
      const place = contentsPath(path, root);
      if (place === null) {
        this.notify({
          ok: false,
          message: `${path} is outside the folder this server shows${root === '' ? '' : `, ${root}`}`,
          hint: 'Start Jupyter in a folder above it, or copy the path and open it there.'
        });
      } else if (!(await this.isThere(place))) {
        this.notify({
          ok: false,
          message: `There is no ${place} on this server`,
          hint: 'It was moved or deleted since, or the run was made on another machine.'
        });
      } else {
        showCell(await this.app.commands.execute('docmanager:open', { path: place }), cell);
      }
    });
  }

  private async isThere(place: string): Promise<boolean> {
    try {
      await this.app.serviceManager.contents.get(place, { content: false });
      return true;
    } catch (error) {
      if (error instanceof ServerConnection.ResponseError && error.response.status === 404) {
        return false;
      }
      throw error;
    }
  }

  /** Do something whose failure the person must hear of. */
  private async saying(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.notify({ ok: false, message: what, hint: asRegistryError(error).message });
    }
  }
}

/** Go to the cell with that id in a notebook that has just been opened here. */
function showCell(opened: unknown, cell: string | null): void {
  if (cell === null || !(opened instanceof NotebookPanel)) {
    return;
  }
  void opened.revealed.then(() => {
    const { content } = opened;
    const at = content.widgets.findIndex(each => each.model.id === cell);
    if (at >= 0) {
      content.activeCellIndex = at;
      // JupyterLab draws the cells in sight alone, and knows which these are once the page has been laid out.
      requestAnimationFrame(() => void content.scrollToItem(at, 'center'));
    }
  });
}

/** The registry keeps what it keeps: what is typed could not be saved. */
function keepUnchanged(opened: unknown): void {
  const content = opened instanceof Object && 'content' in opened ? opened.content : null;
  if (content instanceof FileEditor) {
    // JupyterLab gives an editor its settings, which say that it may be written in, when the file is there.
    void content.context.ready.then(() => content.editor.setOption('readOnly', true));
  }
}
