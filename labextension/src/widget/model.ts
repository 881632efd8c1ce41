import type { Channel } from '../client/comm';
import type { DialogRequest } from '../host/dialogRequest';

/** A request about a model that Python did not name: the person chooses it first. */
export type ChooseFirst =
  | { readonly kind: 'alias'; readonly choose: true; readonly alias?: string; readonly reason?: string }
  | {
      readonly kind: 'tags';
      readonly choose: true;
      readonly tags?: Readonly<Record<string, string>>;
      readonly reason?: string;
    };

/** A dialog that Python asked for. */
export type WidgetDialogRequest = DialogRequest | ChooseFirst;

/** What the dialog is about, or what it has done, as Python tells it; `output` is what a stored notebook shows. */
export interface DialogOutcome {
  readonly done: boolean;
  readonly lines: readonly string[];
  readonly output: Readonly<Record<'text/plain' | 'text/html', string>>;
}

/** The traits in Python: the first two of `ExplorerWidget`, the rest of `DialogWidget`. */
export interface Traits {
  /** `prod.ml.fraud` or `prod.ml.fraud/3`; null when nothing of that kind is selected. */
  selected: string | null;
  /** `prod` or `prod.ml`, opened first; null to begin with everything closed. */
  namespace: string | null;
  /** There only in a `DialogWidget`. */
  dialog: WidgetDialogRequest | undefined;
  outcome: DialogOutcome;
}

/** What can happen to a widget's model; the last one when its kernel went or came back. */
export type ModelEvent = `change:${keyof Traits}` | 'comm_live_update';

/** What anywidget hands to a view of the widget. */
export interface WidgetModel extends Channel {
  get<K extends keyof Traits>(name: K): Traits[K];
  set<K extends keyof Traits>(name: K, value: Traits[K]): void;
  save_changes(): void;
  on(event: 'msg:custom', listener: (content: unknown) => void): void;
  on(event: ModelEvent, listener: () => void): void;
  off(event: 'msg:custom', listener: (content: unknown) => void): void;
  off(event: ModelEvent, listener: () => void): void;
}
