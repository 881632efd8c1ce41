import type { Channel } from '../client/comm';

/** The traits of `ExplorerWidget` in Python. */
export interface Traits {
  /** `prod.ml.fraud` or `prod.ml.fraud/3`; null when nothing of that kind is selected. */
  selected: string | null;
  /** `prod` or `prod.ml`, opened first; null to begin with everything closed. */
  namespace: string | null;
}

/** What anywidget hands to a view of the widget. */
export interface WidgetModel extends Channel {
  get<K extends keyof Traits>(name: K): Traits[K];
  set<K extends keyof Traits>(name: K, value: Traits[K]): void;
  save_changes(): void;
  on(event: 'msg:custom', listener: (content: unknown) => void): void;
  on(event: `change:${keyof Traits}`, listener: () => void): void;
  off(event: 'msg:custom', listener: (content: unknown) => void): void;
  off(event: `change:${keyof Traits}`, listener: () => void): void;
}
