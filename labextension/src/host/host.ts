import * as React from 'react';

import type { Client, Registries } from '../client/client';
import type { Transfers } from '../client/transfers';
import type { DialogRequest } from './dialogRequest';
import type { Settings } from './settings';
import type { AnyPage } from '../registry/target';

/** What came of an action, for the person to read: one sentence, and after a failure what to do next. */
export interface Notification {
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string | null;
  /** What can be done about it, each as a button. */
  readonly actions?: readonly NotificationAction[];
}

/** A button in a notification. */
export interface NotificationAction {
  readonly label: string;
  readonly run: () => void;
}

/** A place on a page, or a moment in its past. */
export interface PagePlace {
  /** Its activity, as far as it is about `alias`, what is said about it, its policies, or who may do what. */
  readonly tab?: 'activity' | 'comments' | 'policies' | 'permissions';
  readonly alias?: string;
  /** The moment, in epoch milliseconds, at which to show it; now without one. */
  readonly moment?: number;
  /** The page that gives way to it, where that is shown. */
  readonly instead?: AnyPage;
}

/** Something in a folder of the machine Jupyter runs on. */
export interface FolderEntry {
  readonly name: string;
  /** The way to it from the folder the server shows, with `/` between the names. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** What there is in a folder. */
export interface FolderListing {
  /** Folders first, each kind by name. */
  readonly entries: readonly FolderEntry[];
  /** The flavors of the model it is, all but python_function; null for a folder that is none. */
  readonly model: readonly string[] | null;
}

/** The folders of the machine Jupyter runs on, as far as its server shows them; the first of all has the path ''. */
export interface ServerFolders {
  /** What there is in the folder `path`. Rejects when it cannot be read. */
  list(path: string): Promise<FolderListing>;
  /** The folder `path` as any program on that machine knows it. */
  absolute(path: string): string;
  /** What `absolute` makes `folder` of; null for one that the server does not show. */
  relative(folder: string): string | null;
}

/** What JupyterLab can open beside the pages of the registry. */
export interface Opener {
  /** The folders one can choose from; null when the server does not say where they are. */
  readonly folders: ServerFolders | null;
  /** Open a notebook by the path its kernel knew, at the cell with that id. What is in the way the person hears. */
  openNotebook(path: string, cell: string | null): void;
  /** Show a file of the version that was called `reference` at `moment`, null for now, to be read. */
  openFile(reference: string, path: string, moment: number | null): void;
  /** Save such a file on the person's own machine. */
  download(reference: string, path: string, moment: number | null): void;
  /** The ways to open a folder of the machine Jupyter runs on; none when it is outside what the server shows. */
  foldersFor(folder: string): readonly Folder[];
  /** The address of a page, to be sent to somebody who uses the same server. */
  link(page: AnyPage): string;
}

/** A way to open a folder. */
export interface Folder {
  readonly label: 'Show in the file browser' | 'Open a terminal there';
  open(): void;
}

/** What the views ask of where they are shown: JupyterLab, Notebook 7, or a cell's output. */
export interface Host {
  readonly client: Client;
  /** The registries one can switch between; null where there is only that of the kernel. */
  readonly registries: Registries | null;
  /** Takes files to and from the machine of the registry; null where messages alone go, as to a kernel. */
  readonly transfers: Transfers | null;
  /** As they are now. */
  readonly settings: Settings;
  /** Show a page, at a `place` on it if any. */
  openPage(page: AnyPage, place?: PagePlace): void;
  /** Opens what is around the registry; null where there is only the registry, as in a cell's output. */
  readonly opener: Opener | null;
  /** Open a dialog; resolves when it is closed: true when it did what it is for. */
  openDialog(request: DialogRequest): Promise<boolean>;
  /** Tell the person what came of something. */
  notify(notification: Notification): void;
  /** Put a line of code where the person is writing; null where the host cannot. */
  readonly insert: ((code: string) => void) | null;
  /** Shows Markdown, sanitised. */
  readonly Markdown: React.ComponentType<{ text: string }>;
}

const HostContext = React.createContext<Host | null>(null);

/** Gives the views below it their host. */
export const HostProvider = HostContext.Provider;

/** The host of this view. */
export function useHost(): Host {
  const host = React.useContext(HostContext);
  if (host === null) {
    throw new Error('this view has no host');
  }
  return host;
}
