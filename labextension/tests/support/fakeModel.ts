import type { Traits, WidgetModel } from '../../src/widget/model';

/** A widget's model with Python at the other end: `saved` is what Python would get of `selected`. */
export class Model implements WidgetModel {
  readonly saved: (string | null)[] = [];
  readonly traits: Traits = {
    selected: null,
    namespace: null,
    dialog: undefined,
    outcome: { done: false, lines: [], output: { 'text/plain': '', 'text/html': '' } }
  };
  private readonly listeners = new Map<string, Set<(content?: unknown) => void>>();

  get<K extends keyof Traits>(name: K): Traits[K] {
    return this.traits[name];
  }
  set<K extends keyof Traits>(name: K, value: Traits[K]): void {
    this.traits[name] = value;
    this.tell(`change:${name}`);
  }
  save_changes(): void {
    this.saved.push(this.traits.selected);
  }
  send(): void {
    throw new Error('nothing here sends messages');
  }
  on(event: string, listener: (content?: unknown) => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }
  off(event: string, listener: (content?: unknown) => void): void {
    this.listeners.get(event)?.delete(listener);
  }
  /** Let `event` happen. */
  tell(event: string): void {
    this.listeners.get(event)?.forEach(each => each());
  }
}
