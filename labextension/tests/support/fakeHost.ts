import { FakeClient } from './fakeClient';
import type { DialogRequest } from '../../src/host/dialogRequest';
import { DEFAULT_SETTINGS, type Host, type Outcome, type Settings } from '../../src/host/host';
import { PlainText } from '../../src/host/PlainText';
import { type PageTarget, referenceTo } from '../../src/registry/target';

/** A door that remembers what the views asked of it. */
export class FakeHost implements Host {
  readonly opened: string[] = [];
  readonly asked: DialogRequest[] = [];
  readonly told: Outcome[] = [];
  readonly inserted: string[] = [];
  readonly Markdown = PlainText;
  settings: Settings = DEFAULT_SETTINGS;
  insert: Host['insert'] = code => void this.inserted.push(code);

  constructor(readonly client: FakeClient = new FakeClient()) {}

  open(target: PageTarget): void {
    this.opened.push(referenceTo(target));
  }

  ask(request: DialogRequest): Promise<boolean> {
    this.asked.push(request);
    return Promise.resolve(true);
  }

  tell(outcome: Outcome): void {
    this.told.push(outcome);
  }
}
