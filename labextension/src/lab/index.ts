import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { RestClient } from '../client/rest';
import { modelIcon } from './icon';
import { ExplorerPanel } from './panel';

const OPEN = 'modelreg:open';
/** Behind the file browser, the running kernels and the table of contents. */
const RANK = 500;

const explorer: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-modelreg:explorer',
  description: 'The model registry in the left sidebar',
  autoStart: true,
  optional: [ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): void => {
    const panel = new ExplorerPanel(new RestClient(app.serviceManager.serverSettings));
    app.shell.add(panel, 'left', { rank: RANK, type: 'Model registry' });
    restorer?.add(panel, panel.id);
    app.commands.addCommand(OPEN, {
      label: 'Open the Model Registry',
      caption: 'Show the models, versions and aliases of the registry in the sidebar',
      icon: modelIcon,
      execute: () => app.shell.activateById(panel.id)
    });
    palette?.addItem({ command: OPEN, category: 'Model Registry' });
  }
};

export default [explorer];
