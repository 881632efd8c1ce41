import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { act, type Action, ACTIONS, actionsFor } from '../../actions/actions';
import { need, needOf, refusedNow } from '../../actions/needs';
import type { Refusal } from '../../client/client';
import { rightsOf } from '../../host/rights';
import { THE_REGISTRY } from '../../registry/access/securable';
import { CARE, WHOLE_PAGES } from '../../explorer/header/careItems';
import { ABOUT, CONNECT } from '../../explorer/header/switching';
import { isPage, pageTarget, type Target } from '../../registry/target';
import { labIcon, modelIcon } from '../icon';
import { PAGE_TYPE } from './pages';
import { IHostProvider, IExplorer, IPages } from '../tokens';

const CATEGORY = 'Model Registry';
const SHOW = 'modelreg:show';
const REGISTER = 'modelreg:register-model';
const REVEAL = 'modelreg:reveal';
const REFRESH = 'modelreg:refresh';
/** Arguments of the palette, where nothing around a name says what it is about. */
const IN_PALETTE = { in: 'palette' };
/** Arguments of the menu of a tab: what is meant is that tab's page, whichever is current. */
const ON_TAB = { in: 'tab' };
/** Arguments of a menu on the tree: what is meant is what is selected there, whatever tab is current. */
const IN_TREE = { in: 'tree' };
const ROWS: readonly Target['kind'][] = ['catalog', 'schema', 'model', 'version'];

/** What the commands work with. */
interface CommandContext {
  readonly app: JupyterFrontEnd;
  readonly provider: IHostProvider;
  readonly explorer: IExplorer;
  readonly pages: IPages;
}

export const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-modelreg:commands',
  description: 'Commands of the model registry in the palette, context menus and the launcher',
  autoStart: true,
  requires: [IHostProvider, IExplorer, IPages],
  optional: [ICommandPalette, ILauncher],
  activate: (
    app: JupyterFrontEnd,
    provider: IHostProvider,
    explorer: IExplorer,
    pages: IPages,
    palette: ICommandPalette | null,
    launcher: ILauncher | null
  ): void => {
    const parts = { app, provider, explorer, pages };
    const { client } = provider.host();
    rightsOf(client).subscribe(() => {
      // The palette asks again what can be done; a menu that is open already does so only when it is told.
      app.commands.notifyCommandChanged();
      if (app.contextMenu.menu.isAttached) {
        app.contextMenu.menu.update();
      }
    });
    addGeneral(parts);
    ACTIONS.forEach(action => addAction(parts, action));
    const care = [CONNECT, ABOUT, ...WHOLE_PAGES, ...CARE].map(each => careCommand(each.id));
    const all = [SHOW, REGISTER, REVEAL, REFRESH, ...care, ...ACTIONS.map(commandOf)];
    all.forEach((command, rank) => palette?.addItem({ command, args: IN_PALETTE, category: CATEGORY, rank }));
    launcher?.add({ command: SHOW, args: { isLauncher: true }, category: 'Other', rank: 10 });
    addMenus(app);
  }
};

/** `label`, which says in the palette what it is about. */
function named(label: string): (args: ReadonlyPartialJSONObject) => string {
  return args => (args['in'] === IN_PALETTE.in ? `${CATEGORY}: ${label}` : label);
}

/** The command that does `action`. */
function commandOf(action: Action): string {
  return `modelreg:${action.id}`;
}

/** The command that does something with the registry as a whole. */
function careCommand(id: string): string {
  return `modelreg:registry-${id}`;
}

function addAction(parts: CommandContext, action: Action): void {
  const { app, provider } = parts;
  const fitting = (args: ReadonlyPartialJSONObject): Target | null => {
    const target = targetIn(args, parts);
    return target !== null && actionsFor(target, isPast(args, parts)).includes(action) ? target : null;
  };
  const refusalOf = (args: ReadonlyPartialJSONObject): Refusal | null => {
    const target = fitting(args);
    return target && refusedNow(provider.host(), needOf(action.id, target));
  };
  app.commands.addCommand(commandOf(action), {
    label: args => said(named(action.label)(args), refusalOf(args)),
    ...(action.danger && { className: 'mreg-mod-danger' }),
    caption: `${action.label.replace('…', '')}: what args name as {"reference": "prod.team.model/3"}, or what is selected`,
    icon: labIcon(action.icon),
    isEnabled: args => fitting(args) !== null && refusalOf(args) === null,
    // A row's own menu has either Pin or Unpin.
    isVisible: args => args['in'] !== IN_TREE.in || fitting(args) !== null,
    execute: args => {
      const target = fitting(args);
      if (target !== null) {
        act(action, provider.host(), target);
      }
    }
  });
}

/** `label`, with the privilege that is missing: these menus show no titles. */
function said(label: string, refusal: Refusal | null): string {
  return refusal === null ? label : `${label.replace('…', '')} (needs ${refusal.privilege})`;
}

/** What a command is about: what its arguments name, else the current page, else what is selected in the tree. */
function targetIn(args: ReadonlyPartialJSONObject, { explorer, pages }: CommandContext): Target | null {
  const { reference, kind } = args;
  if (typeof reference === 'string') {
    return kind === 'catalog' || kind === 'schema' ? { kind, name: reference } : pageTarget(reference);
  }
  switch (args['in']) {
    case ON_TAB.in:
      return pages.ofTab();
    case IN_TREE.in:
      return explorer.selection();
    default:
      return pages.current() ?? explorer.selection();
  }
}

/** Whether `targetIn` gives what the current page shows of the past. */
function isPast(args: ReadonlyPartialJSONObject, { pages }: CommandContext): boolean {
  const named = typeof args['reference'] === 'string' || args['in'] === ON_TAB.in || args['in'] === IN_TREE.in;
  return !named && pages.isPast();
}

function addGeneral(parts: CommandContext): void {
  const { app, provider, explorer } = parts;
  app.commands.addCommand(SHOW, {
    label: args => (args['isLauncher'] || args['isMenu'] ? 'Model Registry' : 'Show the Model Registry'),
    caption: 'Show the models, versions and aliases of the registry in the sidebar',
    icon: modelIcon,
    execute: () => explorer.activate()
  });
  app.commands.addCommand(REGISTER, {
    label: named('Register a model…'),
    caption: 'Register a model from a run, a logged model or a folder',
    icon: labIcon('register'),
    execute: args => provider.host().openDialog({ kind: 'register', ...texts(args, ['source', 'model', 'namespace']) })
  });
  [CONNECT, ABOUT].forEach(({ id, label, icon, request }) =>
    app.commands.addCommand(careCommand(id), {
      label: named(label),
      icon: labIcon(icon),
      execute: () => provider.host().openDialog(request)
    })
  );
  CARE.forEach(({ id, label, icon, request, op }) =>
    app.commands.addCommand(careCommand(id), {
      label: named(label),
      icon: labIcon(icon),
      isEnabled: () => op === null || refusedNow(provider.host(), need(op, THE_REGISTRY)) === null,
      execute: () => provider.host().openDialog(request)
    })
  );
  WHOLE_PAGES.forEach(({ id, label, icon, page, place }) =>
    app.commands.addCommand(careCommand(id), {
      label: named(label),
      icon: labIcon(icon),
      execute: () => provider.host().openPage(page, place)
    })
  );
  app.commands.addCommand(REVEAL, {
    label: named('Show in the tree'),
    caption: 'Show a model or version in the tree of the sidebar',
    icon: labIcon('reveal'),
    isEnabled: args => pageIn(args, parts) !== null,
    execute: args => {
      const target = pageIn(args, parts);
      if (target !== null) {
        explorer.reveal(target);
      }
    }
  });
  app.commands.addCommand(REFRESH, {
    label: 'Refresh the Model Registry',
    icon: labIcon('refresh'),
    execute: () => explorer.refresh()
  });
}

function pageIn(
  args: ReadonlyPartialJSONObject,
  parts: CommandContext
): (Target & { kind: 'model' | 'version' }) | null {
  const target = targetIn(args, parts);
  return target !== null && isPage(target) ? target : null;
}

/** Those of `names` that `args` gives as text. */
function texts<K extends string>(args: ReadonlyPartialJSONObject, names: readonly K[]): Partial<Record<K, string>> {
  const given: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = args[name];
    if (typeof value === 'string') {
      given[name] = value;
    }
  }
  return given;
}

/** The context menus of rows, by their kind, and of the tab of a page. */
function addMenus(app: JupyterFrontEnd): void {
  for (const kind of ROWS) {
    const selector = `.mreg-panel .mreg-row.mreg-mod-${kind}`;
    let group: Action['group'] | null = null;
    ACTIONS.forEach((action, rank) => {
      if (action.on.includes(kind)) {
        if (group !== null && group !== action.group) {
          app.contextMenu.addItem({ type: 'separator', selector, rank: rank - 0.5 });
        }
        app.contextMenu.addItem({ command: commandOf(action), args: IN_TREE, selector, rank });
        group = action.group;
      }
    });
  }
  const selector = `[data-type="${PAGE_TYPE}"]`;
  app.contextMenu.addItem({ command: REVEAL, args: ON_TAB, selector, rank: 0 });
  app.contextMenu.addItem({ command: 'modelreg:copy-link', args: ON_TAB, selector, rank: 1 });
}
