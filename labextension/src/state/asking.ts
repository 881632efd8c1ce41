import * as React from 'react';

import { asRegistryError, type Client, type RegistryError } from '../client/client';
import { useHost } from '../host/host';
import { ActivityPoller } from './activityPoller';

/** Milliseconds without a key before what was typed is looked up. */
const TYPING_MS = 150;
/** Milliseconds until a registry that did not answer is asked again. */
const AGAIN_MS = 2000;

/** What the registry said. */
export interface Asked<T> {
  /** null until there is something. */
  readonly value: T | null;
  /** Whether `value` is the answer to what is asked now, and not still to what was asked before. */
  readonly settled: boolean;
  readonly error: RegistryError | null;
  /** Ask once more. */
  again(): void;
}

/** Ask the registry whenever `question` changes, once the typing pauses; null asks nothing. */
export function useAnswer<T>(
  question: string | null,
  ask: (client: Client, signal: AbortSignal) => Promise<T>
): Asked<T> {
  const { client } = useHost();
  const [round, setRound] = React.useState(0);
  const [said, setSaid] = React.useState<{ to: string; value: T | null; error: RegistryError | null } | null>(null);
  const asking = React.useRef(ask);
  asking.current = ask;
  React.useEffect(() => {
    if (question === null) {
      return undefined;
    }
    const controller = new AbortController();
    let timer = setTimeout(() => {
      asking.current(client, controller.signal).then(
        value => !controller.signal.aborted && setSaid({ to: question, value, error: null }),
        (reason: unknown) => {
          if (!controller.signal.aborted) {
            const error = asRegistryError(reason);
            setSaid(old => ({ to: question, value: error.code === 'UNREACHABLE' ? (old?.value ?? null) : null, error }));
            timer = setTimeout(() => error.code === 'UNREACHABLE' && setRound(count => count + 1), AGAIN_MS);
          }
        }
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, question, round]);
  const settled = said !== null && said.to === question;
  return {
    value: question === null ? null : (said?.value ?? null),
    settled,
    error: settled ? said.error : null,
    again: () => setRound(count => count + 1)
  };
}

/** What `load` reads, and reads again as soon as anything in the registry changes. */
export function useFresh<T>(load: (client: Client) => Promise<T>): Asked<T> {
  const { client, settings } = useHost();
  const [value, setValue] = React.useState<T | null>(null);
  const [error, setError] = React.useState<RegistryError | null>(null);
  const loading = React.useRef(load);
  loading.current = load;
  const watch = React.useRef<ActivityPoller | null>(null);
  React.useEffect(() => {
    const mine = new ActivityPoller(
      client,
      async () => setValue(await loading.current(client)),
      () => setError(mine.connectionError)
    );
    watch.current = mine;
    mine.intervalMs = settings.refreshMs;
    mine.start();
    return () => mine.stop();
  }, [client, settings.refreshMs]);
  return { value, settled: value !== null, error, again: () => void watch.current?.refresh() };
}
