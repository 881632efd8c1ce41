import type { Client } from '../client/client';
import type { DialogRequest } from './dialogRequest';
import type { Host, Outcome, Settings } from './host';
import { type PageTarget, referenceTo } from '../registry/target';

/** Milliseconds a note of success stays; one of failure stays until it is closed. */
const NOTE_MS = 6000;
/** More notes than this would hide what they are about. */
const MOST_NOTES = 3;

/** A note on screen; `id` tells it from every other one. */
export interface Note {
  readonly id: number;
  readonly outcome: Outcome;
}

/** A dialog on screen. */
export interface OpenDialog {
  readonly id: number;
  readonly request: DialogRequest;
  close(done: boolean): void;
}

/** What is over the explorer; a new object after every change. */
export interface Place {
  /** The pages opened one from the other; the last one is shown, and the explorer when there are none. */
  readonly pages: readonly PageTarget[];
  /** The dialogs that are open, the last one on top. */
  readonly dialogs: readonly OpenDialog[];
  readonly notes: readonly Note[];
}

/** A host that shows everything in one element: pages over the explorer, dialogs and notes over both. */
export class PlaceHost implements Host {
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private place: Place = { pages: [], dialogs: [], notes: [] };
  private count = 0;

  /** `Markdown` and `insert` are those of `Host`. */
  constructor(
    readonly client: Client,
    readonly settings: Settings,
    readonly Markdown: Host['Markdown'],
    readonly insert: Host['insert'] = null
  ) {}

  /** For `useSyncExternalStore`: call `listener` after every change; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What there is to draw: the same object until something changes. */
  readonly state = (): Place => this.place;

  open(target: PageTarget): void {
    const { pages } = this.place;
    const [below, shown] = [pages.at(-2), pages.at(-1)].map(page => page && referenceTo(page));
    const reference = referenceTo(target);
    if (reference === below) {
      this.back();
    } else if (reference !== shown) {
      this.change({ pages: [...pages, target] });
    }
  }

  /** Leave the page that is shown. */
  back(): void {
    this.change({ pages: this.place.pages.slice(0, -1) });
  }

  ask(request: DialogRequest): Promise<boolean> {
    const id = ++this.count;
    return new Promise(resolve => {
      const close = (done: boolean): void => {
        this.change({ dialogs: this.place.dialogs.filter(each => each.id !== id) });
        resolve(done);
      };
      this.change({ dialogs: [...this.place.dialogs, { id, request, close }] });
    });
  }

  tell(outcome: Outcome): void {
    const note = { id: ++this.count, outcome };
    this.change({ notes: [...this.place.notes, note].slice(-MOST_NOTES) });
    if (outcome.ok) {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        this.dismiss(note.id);
      }, NOTE_MS);
      this.timers.add(timer);
    }
  }

  /** Take a note away. */
  dismiss(id: number): void {
    this.change({ notes: this.place.notes.filter(each => each.id !== id) });
  }

  /** Stop for good; a dialog that is open did nothing. */
  dispose(): void {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.place.dialogs.forEach(each => each.close(false));
    this.listeners.clear();
  }

  private change(part: Partial<Place>): void {
    this.place = { ...this.place, ...part };
    this.listeners.forEach(each => each());
  }
}
