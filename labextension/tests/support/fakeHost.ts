import { FakeClient } from './fakeClient';
import type { DialogRequest } from '../../src/host/dialogRequest';
import type { Host, Notification } from '../../src/host/host';
import { DEFAULT_SETTINGS, type Settings } from '../../src/host/settings';
import { PlainText } from '../../src/host/PlainText';
import { type PageTarget, referenceTo } from '../../src/registry/target';

/** A host that remembers what the views asked of it. */
export class FakeHost implements Host {
  readonly opened: string[] = [];
  readonly asked: DialogRequest[] = [];
  readonly told: Notification[] = [];
  readonly inserted: string[] = [];
  readonly Markdown = PlainText;
  settings: Settings = DEFAULT_SETTINGS;
  insert: Host['insert'] = code => void this.inserted.push(code);

  constructor(readonly client: FakeClient = new FakeClient()) {}

  openPage(target: PageTarget): void {
    this.opened.push(referenceTo(target));
  }

  openDialog(request: DialogRequest): Promise<boolean> {
    this.asked.push(request);
    return Promise.resolve(true);
  }

  notify(notification: Notification): void {
    this.told.push(notification);
  }
}
