import { FakeClient } from './fakeClient';
import type { DialogRequest } from '../../src/host/dialogRequest';
import type { Host, Notification, NotificationAction, Opener, PagePlace } from '../../src/host/host';
import { DEFAULT_SETTINGS, type Settings } from '../../src/host/settings';
import { PlainText } from '../../src/host/PlainText';
import { type AnyPage, pageKey } from '../../src/registry/target';

/** A host that remembers what the views asked of it. */
export class FakeHost implements Host {
  readonly opened: string[] = [];
  readonly asked: DialogRequest[] = [];
  /** What was said; the buttons beside it are in `offered`. */
  readonly told: Notification[] = [];
  readonly offered: NotificationAction[][] = [];
  readonly inserted: string[] = [];
  readonly Markdown = PlainText;
  /** Told of each page that is opened, for a view that shows it. */
  onPage: Host['openPage'] | null = null;
  registries: Host['registries'] = null;
  transfers: Host['transfers'] = null;
  settings: Settings = DEFAULT_SETTINGS;
  opener: Opener | null = {
    folders: null,
    openNotebook: (path, cell) => void this.opened.push(`${path}#${cell ?? ''}`),
    openFile: (reference, path) => void this.opened.push(`${reference}:${path}`),
    download: (reference, path) => void this.opened.push(`${reference}:${path} saved`),
    foldersFor: () => [],
    link: page => `https://here/lab?modelreg=${pageKey(page)}`
  };
  insert: Host['insert'] = code => void this.inserted.push(code);

  constructor(readonly client: FakeClient = new FakeClient()) {}

  openPage(page: AnyPage, place?: PagePlace): void {
    const { tab, alias, moment, instead } = place ?? {};
    const at = [
      ...(tab ? [alias === undefined ? tab : `${tab} @${alias}`] : []),
      ...(moment === undefined ? [] : [`at ${moment}`]),
      ...(instead === undefined ? [] : [`in place of ${pageKey(instead)}`])
    ];
    this.opened.push([pageKey(page), ...at].join(' '));
    this.onPage?.(page, place);
  }

  openDialog(request: DialogRequest): Promise<boolean> {
    this.asked.push(request);
    return Promise.resolve(true);
  }

  notify(notification: Notification): void {
    const { actions, ...said } = notification;
    this.told.push(said);
    this.offered.push([...(actions ?? [])]);
  }
}
