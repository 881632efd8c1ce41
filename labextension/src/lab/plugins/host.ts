import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';

import { RestClient } from '../../client/rest';
import { RestTransfers } from '../../client/restTransfers';
import type { Transfers } from '../../client/transfers';
import type { DialogRequest } from '../../host/dialogRequest';
import type { Host, Opener } from '../../host/host';
import { InlineHost } from '../../host/inlineHost';
import { rightsOf } from '../../host/rights';
import { openDialog } from '../dialogs';
import { type EditorTrackers, insertCode } from '../insert';
import { Markdown } from '../markdown';
import { notify } from '../notifications';
import { VersionDrive } from '../opener/drive';
import { LabOpener } from '../opener/opener';
import { IHostProvider, ISettings } from '../tokens';

/** The host in JupyterLab: pages in the main area, dialogs over everything, notifications in the corner. */
class LabHostProvider implements IHostProvider {
  readonly inline = null;
  readonly subscribe: IHostProvider['subscribe'];
  private readonly transfers: Transfers;
  private made: Host | null = null;
  private openPage: Host['openPage'] = () => undefined;

  constructor(
    private readonly client: RestClient,
    private readonly settings: ISettings,
    private readonly insert: (code: string) => void,
    private readonly opener: Opener
  ) {
    this.subscribe = settings.subscribe;
    this.transfers = new RestTransfers(client);
  }

  readonly host = (): Host => {
    const settings = this.settings.current();
    if (this.made?.settings !== settings) {
      const { client, insert, opener } = this;
      const open: Host['openPage'] = (page, place) => this.openPage(page, place);
      this.made = {
        client,
        registries: client,
        transfers: this.transfers,
        settings,
        Markdown,
        insert,
        opener,
        notify,
        openPage: open,
        openDialog: (each: DialogRequest) => openDialog(this, each)
      };
    }
    return this.made;
  };

  showPagesWith(open: Host['openPage']): void {
    this.openPage = open;
  }
}

export const hostProvider: JupyterFrontEndPlugin<IHostProvider> = {
  id: 'jupyter-modelreg:host',
  description: 'What the model registry does in JupyterLab: pages, dialogs, notifications, code in cells',
  autoStart: true,
  provides: IHostProvider,
  requires: [ISettings],
  optional: [ILabShell, INotebookTracker, IEditorTracker, IConsoleTracker],
  activate: (
    app: JupyterFrontEnd,
    settings: ISettings,
    labShell: ILabShell | null,
    notebooks: INotebookTracker | null,
    editors: IEditorTracker | null,
    consoles: IConsoleTracker | null
  ): IHostProvider => {
    const client = new RestClient(app.serviceManager.serverSettings);
    client.resume();
    const tell: Host['notify'] = notification => provider.host().notify(notification);
    const insert = insertWith(app, { notebooks, editors, consoles }, tell);
    // What one may do is of one registry.
    client.subscribe(() => rightsOf(client).clear());
    const drive = new VersionDrive(client, app.serviceManager.serverSettings);
    app.serviceManager.contents.addDrive(drive);
    const opener = new LabOpener(app, tell, drive, labShell ? 'lab' : 'tree');
    const provider: IHostProvider = labShell
      ? new LabHostProvider(client, settings, insert, opener)
      : inlineHostProvider(
          new InlineHost(client, settings.current, Markdown, insert, opener, client, new RestTransfers(client))
        );
    return provider;
  }
};

/** The host of Notebook 7, whose page has one main area: everything stays in the panel. */
function inlineHostProvider(host: InlineHost): IHostProvider {
  return { inline: host, host: () => host, subscribe: () => () => undefined, showPagesWith: () => undefined };
}

function insertWith(app: JupyterFrontEnd, trackers: EditorTrackers, notify: Host['notify']): (code: string) => void {
  return code => {
    if (!insertCode(app, trackers, code)) {
      notify({
        ok: false,
        message: 'There is no notebook to put the code into',
        hint: 'Open one, click into a cell, and try again.'
      });
    }
  };
}
