import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';

import { labIcon } from '../icon';
import { IHostProvider } from '../tokens';

/** The file browser's menu has it as well: see schema/settings.json. */
const REGISTER_FOLDER = 'modelreg:register-folder';
const MLMODEL = 'MLmodel';
/** The drive of documents that several people write in at once, over the same files as the server's own. */
const SHARED = 'RTC';

/** A folder, or the MLmodel file in one, can be registered from where it is found. */
export const fileBrowser: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-modelreg:file-browser',
  description: 'Registers a model from the file browser',
  autoStart: true,
  requires: [IHostProvider],
  optional: [IFileBrowserFactory],
  activate: (app: JupyterFrontEnd, provider: IHostProvider, factory: IFileBrowserFactory | null): void => {
    if (factory === null) {
      return;
    }
    const chosen = (): string | null => folderOf([...(factory.tracker.currentWidget?.selectedItems() ?? [])]);
    app.commands.addCommand(REGISTER_FOLDER, {
      label: 'Register as model…',
      caption: 'Register the MLflow model in this folder as a version of a model',
      icon: labIcon('register'),
      isVisible: () => chosen() !== null,
      execute: () => {
        const folder = chosen();
        if (folder !== null) {
          register(provider, app.serviceManager.contents, folder);
        }
      }
    });
  }
};

/** Open the dialog with the folder at `path`, as the file browser knows it, filled in. */
function register(provider: IHostProvider, contents: Contents.IManager, path: string): void {
  const host = provider.host();
  const drive = contents.driveName(path);
  const folders = host.opener?.folders ?? null;
  if (folders === null || (drive !== '' && drive !== SHARED)) {
    host.notify({
      ok: false,
      message: `${path} cannot be registered: it is not on the disk of the machine Jupyter runs on`,
      hint: 'Download the folder to that machine, or register it by a URI that MLflow can download from.'
    });
    return;
  }
  void host.openDialog({ kind: 'register', source: folders.absolute(contents.localPath(path)) });
}

/** The folder that may be a model among what is selected: alone, or by its MLmodel file; null for anything else. */
export function folderOf(items: readonly Pick<Contents.IModel, 'type' | 'name' | 'path'>[]): string | null {
  const [item] = items;
  if (item === undefined || items.length > 1) {
    return null;
  }
  if (item.type === 'directory') {
    return item.path;
  }
  return item.name === MLMODEL ? item.path.replace(/\/?[^/:]*$/, '') : null;
}
