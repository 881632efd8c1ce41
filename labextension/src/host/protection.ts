import * as React from 'react';

import type { Client, Policy } from '../client/client';
import { useHost } from './host';

/** Milliseconds for which what is known is taken as it is. */
const FRESH_MS = 10_000;

interface Known {
  readonly policies: readonly Policy[];
  readonly time: number;
}

/** What policies ask for when aliases are set, by model; it is asked for when somebody looks at an alias. */
class Protection {
  private readonly listeners = new Set<() => void>();
  private readonly known = new Map<string, Known>();
  private readonly asking = new Set<string>();
  private changes = 0;

  constructor(private readonly client: Client) {}

  /** For `useSyncExternalStore`: call `listener` after every change; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Another number after every change. */
  readonly version = (): number => this.changes;

  /** The policies that are asked when `alias` of `model` is set, as far as they are known. */
  of(model: string, alias: string): readonly Policy[] {
    return (this.known.get(model)?.policies ?? []).filter(each => each.alias === null || each.alias === alias);
  }

  /** Ask which policies there are on the aliases of `model`, unless that is known. */
  async want(model: string): Promise<void> {
    const before = this.known.get(model);
    if (this.asking.has(model) || Date.now() - (before?.time ?? 0) < FRESH_MS) {
      return;
    }
    this.asking.add(model);
    try {
      const time = Date.now();
      const all = await this.client.call('policies.list', { on: model, kind: 'model', inherited: true });
      const policies = all.filter(each => each.when === 'alias' && each.mode !== 'off');
      this.known.set(model, { policies, time });
      if (JSON.stringify(policies) !== JSON.stringify(before?.policies ?? [])) {
        this.changes += 1;
        this.listeners.forEach(each => each());
      }
    } catch {
      // A lock that is not drawn lets nobody through: the registry asks its policies whatever is on screen.
    } finally {
      this.asking.delete(model);
    }
  }
}

const known = new WeakMap<Client, Protection>();

function protectionOf(client: Client): Protection {
  const found = known.get(client) ?? new Protection(client);
  known.set(client, found);
  return found;
}

/** The policies that are asked when `alias` of `model` is set, as far as they are known; null asks for none. */
export function useProtection(model: string | null, alias: string): readonly Policy[] {
  const { client } = useHost();
  const protection = protectionOf(client);
  React.useSyncExternalStore(protection.subscribe, protection.version);
  React.useEffect(() => {
    if (model !== null) {
      void protection.want(model);
    }
  }, [protection, model]);
  return model === null ? [] : protection.of(model, alias);
}
