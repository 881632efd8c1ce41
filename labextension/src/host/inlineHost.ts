import type { Client, Registries } from '../client/client';
import type { Transfers } from '../client/transfers';
import type { DialogRequest } from './dialogRequest';
import type { Host, Notification, Opener, PagePlace } from './host';
import type { Settings } from './settings';
import { type AnyPage, pageKey } from '../registry/target';

/** Milliseconds a notification of success stays; one of failure stays until it is closed. */
const SUCCESS_MS = 6000;
/** Milliseconds it stays when there is something to choose in it. */
const ACTION_MS = 10_000;
/** More notifications than this would hide what they are about. */
const MOST_NOTIFICATIONS = 3;

/** A notification on screen; `id` tells it from every other one. */
export interface PostedNotification {
  readonly id: number;
  readonly notification: Notification;
}

/** A dialog on screen. */
export interface OpenDialog {
  readonly id: number;
  readonly request: DialogRequest;
  readonly close: (done: boolean) => void;
}

/** What is over the explorer; a new object after every change. */
export interface InlineState {
  /** The pages opened one from the other; the last one is shown, and the explorer when there are none. */
  readonly pages: readonly AnyPage[];
  /** The place on each of them; null for where it begins. */
  readonly places: readonly (PagePlace | null)[];
  /** The dialogs that are open, the last one on top. */
  readonly dialogs: readonly OpenDialog[];
  readonly notifications: readonly PostedNotification[];
}

/** A host that shows everything in one element: pages over the explorer, dialogs and notifications over both. */
export class InlineHost implements Host {
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private current: InlineState = { pages: [], places: [], dialogs: [], notifications: [] };
  private count = 0;

  /** `Markdown`, `insert`, `opener`, `registries` and `transfers` are those of `Host`; `currentSettings` is asked again whenever they matter. */
  constructor(
    readonly client: Client,
    private readonly currentSettings: () => Settings,
    readonly Markdown: Host['Markdown'],
    readonly insert: Host['insert'] = null,
    readonly opener: Opener | null = null,
    readonly registries: Registries | null = null,
    readonly transfers: Transfers | null = null
  ) {
    // A page is about something in the registry that was shown.
    registries?.subscribe(() => this.change({ pages: [], places: [] }));
  }

  get settings(): Settings {
    return this.currentSettings();
  }

  /** For `useSyncExternalStore`: call `listener` after every change; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What there is to draw: the same object until something changes. */
  readonly state = (): InlineState => this.current;

  openPage(target: AnyPage, place: PagePlace | null = null): void {
    const { pages, places } = this.current;
    const [below, shown] = [pages.at(-2), pages.at(-1)].map(page => page && pageKey(page));
    const key = pageKey(target);
    if (key === below) {
      this.change({ pages: pages.slice(0, -1), places: [...places.slice(0, -2), place ?? places.at(-2) ?? null] });
    } else if (key !== shown && place?.instead && pageKey(place.instead) === shown) {
      this.change({ pages: [...pages.slice(0, -1), target], places: [...places.slice(0, -1), place] });
    } else if (key !== shown) {
      this.change({ pages: [...pages, target], places: [...places, place] });
    } else if (place !== null) {
      this.change({ places: [...places.slice(0, -1), place] });
    }
  }

  /** Leave the page that is shown. */
  back(): void {
    const { pages, places } = this.current;
    this.change({ pages: pages.slice(0, -1), places: places.slice(0, -1) });
  }

  openDialog(request: DialogRequest): Promise<boolean> {
    const id = ++this.count;
    return new Promise(resolve => {
      const close = (done: boolean): void => {
        this.change({ dialogs: this.current.dialogs.filter(each => each.id !== id) });
        resolve(done);
      };
      this.change({ dialogs: [...this.current.dialogs, { id, request, close }] });
    });
  }

  notify(notification: Notification): void {
    const posted = { id: ++this.count, notification };
    this.change({ notifications: [...this.current.notifications, posted].slice(-MOST_NOTIFICATIONS) });
    if (notification.ok) {
      const stays = notification.actions?.length ? ACTION_MS : SUCCESS_MS;
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        this.dismiss(posted.id);
      }, stays);
      this.timers.add(timer);
    }
  }

  /** Take a notification away. */
  dismiss(id: number): void {
    this.change({ notifications: this.current.notifications.filter(each => each.id !== id) });
  }

  /** Stop for good; a dialog that is open did nothing. */
  dispose(): void {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.current.dialogs.forEach(each => each.close(false));
    this.listeners.clear();
  }

  private change(part: Partial<InlineState>): void {
    this.current = { ...this.current, ...part };
    this.listeners.forEach(each => each());
  }
}
