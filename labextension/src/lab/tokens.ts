import { Token } from '@lumino/coreutils';

import type { Host } from '../host/host';
import type { Settings } from '../host/settings';
import type { InlineHost } from '../host/inlineHost';
import type { PageTarget, Target } from '../registry/target';

/** What the person has chosen in the settings, now and later. */
export interface ISettings {
  /** The same object until something changes. */
  readonly current: () => Settings;
  /** Call `listener` after every change; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

export const ISettings = new Token<ISettings>('jupyter-modelreg:ISettings', 'The settings of the model registry');

/** What gives views and commands their host. */
export interface IHostProvider {
  /** The host; the same object until the settings change. */
  readonly host: () => Host;
  /** Call `listener` when there is another host; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The host where pages, dialogs and notifications stay in the panel, as in Notebook 7; null where they do not. */
  readonly inline: InlineHost | null;
  /** Show pages with `open` from now on. */
  showPagesWith(open: Host['openPage']): void;
}

export const IHostProvider = new Token<IHostProvider>(
  'jupyter-modelreg:IHostProvider',
  'What the model registry does in JupyterLab'
);

/** The explorer in the sidebar. */
export interface IExplorer {
  /** Show the sidebar. */
  activate(): void;
  /** What is selected in the tree; null when that is nothing one can act on. */
  selection(): Target | null;
  /** Show the sidebar, and in it `target`, selected. */
  reveal(target: PageTarget): void;
  /** Read everything again. */
  refresh(): void;
}

export const IExplorer = new Token<IExplorer>('jupyter-modelreg:IExplorer', 'The explorer of the model registry');

/** The pages in the main area. */
export interface IPages {
  /** What in the registry the current page is about; null when another tab is current. */
  current(): Target | null;
  /** Whether the current page shows the past, of which nothing can be changed. */
  isPast(): boolean;
  /** What in the registry the page is about whose tab was right-clicked; null for another page. */
  ofTab(): Target | null;
}

export const IPages = new Token<IPages>('jupyter-modelreg:IPages', 'The pages of models and versions');
