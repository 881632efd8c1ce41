import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { IStateDB } from '@jupyterlab/statedb';
import { TabPanel } from '@lumino/widgets';

import { ExplorerStore } from '../../explorer/explorerStore';
import type { InlineHost } from '../../host/inlineHost';
import { ExplorerPanel } from '../ExplorerPanel';
import { IHostProvider, IExplorer, ISettings } from '../tokens';
import { WaitingStore } from '../waiting';

/** Behind the file browser, the running kernels and the table of contents. */
const RANK = 500;
const STATE = 'jupyter-modelreg:explorer';
/** Milliseconds without a change before what is open is stored. */
const REST_MS = 500;

export const explorer: JupyterFrontEndPlugin<IExplorer> = {
  id: 'jupyter-modelreg:explorer',
  description: 'The model registry in the left sidebar',
  autoStart: true,
  provides: IExplorer,
  requires: [IHostProvider, ISettings],
  optional: [ILayoutRestorer, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    provider: IHostProvider,
    settings: ISettings,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null
  ): IExplorer => {
    const tree = new ExplorerStore(provider.host().client);
    const configure = (): void => tree.configure(settings.current());
    settings.subscribe(configure);
    configure();
    const waiting = new WaitingStore(provider.host().client);
    provider.host().registries?.subscribe(() => {
      void tree.startOver();
      void waiting.startOver();
    });
    const panel = new ExplorerPanel(tree, provider, waiting);
    const inTree = PageConfig.getOption('notebookPage') === 'tree';
    if (inTree) {
      void app.restored.then(() => addTab(app, panel));
    } else {
      app.shell.add(panel, 'left', { rank: RANK, type: 'Model registry' });
      restorer?.add(panel, panel.id);
    }
    const activate = (): void => {
      const tabs = inTree ? treeOf(app) : undefined;
      if (tabs) {
        tabs.currentWidget = panel;
      } else {
        app.shell.activateById(panel.id);
      }
    };
    if (state) {
      void keepOpen(tree, state).then(used => {
        // Who has never looked at the registry may have none, and asking would make one.
        if (used && !panel.isVisible && !provider.inline) {
          waiting.show();
        }
      });
    }
    if (provider.inline) {
      showWithNews(provider.inline, panel, activate);
    }
    return {
      activate,
      selection: () => tree.selection(),
      reveal: target => {
        activate();
        void tree.reveal(target);
      },
      refresh: () => void tree.refresh()
    };
  }
};

/** The tabs of Notebook 7's first page: files, running kernels, and what extensions add. */
function treeOf(app: JupyterFrontEnd): TabPanel | undefined {
  return [...app.shell.widgets('main')].find(each => each instanceof TabPanel);
}

/** A tab beside that of the files: nobody looks for a sidebar there. */
function addTab(app: JupyterFrontEnd, panel: ExplorerPanel): void {
  panel.title.label = 'Model Registry';
  const tabs = treeOf(app);
  if (tabs) {
    tabs.addWidget(panel);
  } else {
    app.shell.add(panel, 'left', { rank: RANK });
  }
}

/**
 * Open what was open when the page was left, and remember it from now on.
 *
 * Resolves with whether anything was.
 */
async function keepOpen(tree: ExplorerStore, state: IStateDB): Promise<boolean> {
  const stored = await state.fetch(STATE);
  const before = storedIn(stored);
  tree.reopen(before.opened);
  tree.restoreSearches(before.searches);
  const now = (): Stored => ({
    opened: [...tree.opened()],
    searches: [...tree.searches]
  });
  let last = JSON.stringify(now());
  let timer: ReturnType<typeof setTimeout> | undefined;
  tree.subscribe(() => {
    const changed = JSON.stringify(now());
    if (changed !== last) {
      last = changed;
      clearTimeout(timer);
      timer = setTimeout(() => void state.save(STATE, { ...now() }), REST_MS);
    }
  });
  return stored !== undefined;
}

interface Stored {
  /** The keys of the rows that were open. */
  readonly opened: string[];
  /** The searches that were made, the last one first. */
  readonly searches: string[];
}

function storedIn(stored: unknown): Stored {
  const found: { opened?: unknown; searches?: unknown } = typeof stored === 'object' && stored !== null ? stored : {};
  return {
    opened: texts(found.opened),
    searches: texts(found.searches)
  };
}

function texts(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter(each => typeof each === 'string') : [];
}

/** A page, dialog or notification that a command brings up is in the panel, so the panel must be in sight. */
function showWithNews(host: InlineHost, panel: ExplorerPanel, activate: () => void): void {
  let before = host.state();
  host.subscribe(() => {
    const { pages, dialogs, notifications } = host.state();
    const more =
      pages.length > before.pages.length ||
      dialogs.length > before.dialogs.length ||
      notifications.length > before.notifications.length;
    before = host.state();
    if (more && !panel.isVisible) {
      activate();
    }
  });
}
