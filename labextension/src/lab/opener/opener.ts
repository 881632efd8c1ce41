import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';

import { asRegistryError } from '../../client/client';
import type { Host, Opener } from '../../host/host';
import { contentsPath } from './place';

/** Opens in JupyterLab, or in a tab of the browser in Notebook 7, what is around the registry. */
export class LabOpener implements Opener {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly notify: Host['notify']
  ) {}

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
      void content.scrollToItem(at, 'center');
    }
  });
}
