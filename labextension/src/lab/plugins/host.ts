import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import type { Client } from '../../client/client';
import { RestClient } from '../../client/rest';
import type { DialogRequest } from '../../host/dialogRequest';
import type { Host } from '../../host/host';
import { PlaceHost } from '../../host/inlineHost';
import { PlainText } from '../../host/PlainText';
import type { PageTarget } from '../../registry/target';
import { ask } from '../dialogs';
import { type Desks, insertCode } from '../insert';
import { markdownWith } from '../markdown';
import { tell } from '../notifications';
import { IDoor, ISettings } from '../tokens';

/** JupyterLab's door: pages in the main area, dialogs over everything, notes in the corner. */
class LabDoor implements IDoor {
  readonly place = null;
  readonly subscribe: IDoor['subscribe'];
  private made: Host | null = null;
  private openPage: (target: PageTarget) => void = () => undefined;

  constructor(
    private readonly client: Client,
    private readonly settings: ISettings,
    private readonly Markdown: Host['Markdown'],
    private readonly insert: (code: string) => void
  ) {
    this.subscribe = settings.subscribe;
  }

  readonly host = (): Host => {
    const settings = this.settings.current();
    if (this.made?.settings !== settings) {
      const { client, Markdown, insert } = this;
      const open = (target: PageTarget): void => this.openPage(target);
      this.made = { client, settings, Markdown, insert, tell, open, ask: (each: DialogRequest) => ask(this, each) };
    }
    return this.made;
  };

  showPagesWith(open: (target: PageTarget) => void): void {
    this.openPage = open;
  }
}

export const door: JupyterFrontEndPlugin<IDoor> = {
  id: 'jupyter-modelreg:door',
  description: 'What the model registry does in JupyterLab: pages, dialogs, notes, code in cells',
  autoStart: true,
  provides: IDoor,
  requires: [ISettings],
  optional: [ILabShell, IRenderMimeRegistry, INotebookTracker, IEditorTracker, IConsoleTracker],
  activate: (
    app: JupyterFrontEnd,
    settings: ISettings,
    labShell: ILabShell | null,
    rendermime: IRenderMimeRegistry | null,
    notebooks: INotebookTracker | null,
    editors: IEditorTracker | null,
    consoles: IConsoleTracker | null
  ): IDoor => {
    const client = new RestClient(app.serviceManager.serverSettings);
    const Markdown = rendermime ? markdownWith(rendermime) : PlainText;
    const insert = inserting(app, { notebooks, editors, consoles }, outcome => made.host().tell(outcome));
    const made = labShell
      ? new LabDoor(client, settings, Markdown, insert)
      : placeDoor(new PlaceHost(client, live(settings), Markdown, insert));
    return made;
  }
};

/** The door of Notebook 7, whose page has one main area: everything stays in the panel. */
function placeDoor(place: PlaceHost): IDoor {
  return { place, host: () => place, subscribe: () => () => undefined, showPagesWith: () => undefined };
}

/** Settings that are those of now whenever they are read. */
function live(settings: ISettings): Host['settings'] {
  return {
    get refreshMs() {
      return settings.current().refreshMs;
    },
    get pageSize() {
      return settings.current().pageSize;
    },
    get defaultNamespace() {
      return settings.current().defaultNamespace;
    },
    get confirmDeletes() {
      return settings.current().confirmDeletes;
    }
  };
}

function inserting(app: JupyterFrontEnd, desks: Desks, say: Host['tell']): (code: string) => void {
  return code => {
    if (!insertCode(app, desks, code)) {
      say({
        ok: false,
        message: 'There is no notebook to put the code into',
        hint: 'Open one, click into a cell, and try again.'
      });
    }
  };
}
