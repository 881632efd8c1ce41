import * as React from 'react';

import type { Client, Identity, OperationName, Refusal } from '../client/client';
import type { Securable } from '../registry/access/securable';
import { useHost } from './host';

/** An operation, and what it is done to. */
export interface Need {
  readonly op: OperationName | 'exchange.export' | 'exchange.import_from' | 'maintenance.backup';
  readonly on: Securable;
}

/** Milliseconds for which an answer is taken as it is: whoever is given a right hears of it no later. */
const FRESH_MS = 10_000;

interface Answer {
  readonly refusals: readonly Refusal[];
  /** When it was asked for. */
  readonly time: number;
}

/**
 * What whoever looks may not do, as the registry says it.
 *
 * It is asked when somebody comes near, and nothing is refused before it has answered: it is the registry that refuses.
 * Who administers the registry may do everything, so then nothing more is asked. What was cannot be changed anyway.
 */
export class Rights {
  private readonly listeners = new Set<() => void>();
  private readonly answers = new Map<string, Answer>();
  private readonly asking = new Map<string, Promise<void>>();
  private who: { readonly identity: Identity; readonly time: number } | null = null;
  private askingWho: Promise<void> | null = null;
  private changes = 0;

  constructor(private readonly client: Client) {
    client.onWrite(({ op, answer }) => {
      // Who grants, joins a group or makes something may do other things from now on.
      if (/^(?:grants|groups|requests|configuration)\.|\.(?:create|rename|undo)$/.test(op)) {
        answer.then(
          () => this.forget(),
          () => undefined
        );
      }
    });
  }

  /** For `useSyncExternalStore`: call `listener` after every change; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Another number after every change. */
  readonly version = (): number => this.changes;

  /** Who looks; null while that is not known. */
  get identity(): Identity | null {
    return this.who?.identity ?? null;
  }

  /** Why `need` would be refused, as far as it is known; null where it would not. */
  refusal({ op, on }: Need): Refusal | null {
    if (this.client.moment !== null || this.who?.identity.admin) {
      return null;
    }
    return this.answers.get(keyOf(on))?.refusals.find(each => each.operations.includes(op)) ?? null;
  }

  /** Ask what may not be done to `on`, unless that is known; resolves when it is. Never rejects. */
  want(on: Securable): Promise<void> {
    const key = keyOf(on);
    const running = this.asking.get(key);
    if (this.client.moment !== null || running) {
      return running ?? Promise.resolve();
    }
    const asked = this.ask(on, key)
      // What cannot be asked is not refused here: an older server, or one that is away.
      .catch(() => undefined)
      .finally(() => this.asking.delete(key));
    this.asking.set(key, asked);
    return asked;
  }

  /** Ask everything again when it is wanted next; what was known holds until then. */
  readonly forget = (): void => {
    this.who = this.who && { ...this.who, time: 0 };
    this.answers.forEach((answer, key) => this.answers.set(key, { ...answer, time: 0 }));
    this.changed();
  };

  /** Know nothing any more: it is another registry. */
  clear(): void {
    this.who = null;
    this.answers.clear();
    this.changed();
  }

  private async ask(on: Securable, key: string): Promise<void> {
    const time = Date.now();
    if (time - (this.who?.time ?? 0) >= FRESH_MS) {
      await (this.askingWho ??= this.askWho(time).finally(() => (this.askingWho = null)));
    }
    const known = this.answers.get(key);
    if (this.who?.identity.admin || time - (known?.time ?? 0) < FRESH_MS) {
      return;
    }
    const refusals = await this.client.call('grants.refusals', { on: on.name, kind: on.kind });
    this.answers.set(key, { refusals, time });
    if (JSON.stringify(refusals) !== JSON.stringify(known?.refusals ?? [])) {
      this.changed();
    }
  }

  private async askWho(time: number): Promise<void> {
    const identity = await this.client.call('registry.whoami', {});
    const before = this.who?.identity;
    this.who = { identity, time };
    if (JSON.stringify(identity) !== JSON.stringify(before)) {
      this.changed();
    }
  }

  private changed(): void {
    this.changes += 1;
    this.listeners.forEach(each => each());
  }
}

const known = new WeakMap<Client, Rights>();

/** What may not be done through `client`: one for all views of it. */
export function rightsOf(client: Client): Rights {
  const found = known.get(client) ?? new Rights(client);
  known.set(client, found);
  return found;
}

/** The rights of whoever looks at this view, which is drawn again when they change. */
export function useRights(): Rights {
  const rights = rightsOf(useHost().client);
  React.useSyncExternalStore(rights.subscribe, rights.version);
  return rights;
}

/** Why `need` would be refused; null where it would not, or that is not known. It is asked as long as it is drawn. */
export function useRefusal(need: Need | null): Refusal | null {
  const rights = useRights();
  const version = rights.version();
  React.useEffect(() => {
    if (need !== null) {
      void rights.want(need.on);
    }
    // What was forgotten is asked for once more.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [rights, version, need?.on.kind, need?.on.name]);
  return need && rights.refusal(need);
}

/** A refusal in the words of the registry, and what to do about it. */
export function refusalText({ message, hint }: Pick<Refusal, 'message' | 'hint'>): string {
  return hint === null ? message : `${message}.\n${hint.charAt(0).toUpperCase()}${hint.slice(1)}`;
}

function keyOf({ kind, name }: Securable): string {
  return `${kind}:${name}`;
}
