import * as React from 'react';

import { asRegistryError, type Client, type RegistryError } from '../client/client';
import { useHost } from '../host/host';
import { ActivityPoller } from './activityPoller';

/** Milliseconds without a key before what was typed is looked up. */
const TYPING_MS = 150;
/** Milliseconds until a registry that did not answer is asked again. */
const RETRY_MS = 2000;

/** What is known of something that is read from the registry. */
export interface QueryState<T> {
  /** The last answer, which stays until the next one arrives; null until there is one. */
  readonly value: T | null;
  /** Why the last attempt failed; null when it did not, and while another one runs. */
  readonly error: RegistryError | null;
  /** Whether an answer is awaited. */
  readonly busy: boolean;
}

type Fetch<T> = (signal: AbortSignal) => Promise<T>;

const IDLE: QueryState<never> = { value: null, error: null, busy: false };

/** Something that is read from the registry when it is needed, and again when it may have changed. */
export class Query<T> {
  state: QueryState<T> = IDLE;
  /** What `state` is about; null while nothing has been asked for. */
  key: string | null = null;

  private fetch: Fetch<T> | null = null;
  private running: AbortController | null = null;

  /** @param changed called after every change of `state`, unless the caller of a method made it */
  constructor(private readonly changed: () => void) {}

  /** Read `key` by `fetch` unless that has been done or is on its way; null stands for nothing to read. */
  async want(key: string | null, fetch: Fetch<T>): Promise<void> {
    if (key === this.key) {
      return;
    }
    this.stop();
    this.key = key;
    this.fetch = key === null ? null : fetch;
    this.state = IDLE;
    await this.reload();
  }

  /** Read once more what `want` asked for. */
  async reload(): Promise<void> {
    if (this.key !== null && this.fetch !== null) {
      await this.run(this.key, this.fetch);
    }
  }

  /**
   * Read `key` by `fetch`, in place of whatever is on its way. Never rejects: an error lands in the state.
   *
   * The answer before it stays meanwhile; a failure leaves it only when it was about the same `key`.
   */
  async run(key: string, fetch: Fetch<T>): Promise<void> {
    this.running?.abort();
    const { signal } = (this.running = new AbortController());
    this.put({ ...this.state, busy: true, error: null });
    try {
      const value = await fetch(signal);
      if (!signal.aborted) {
        this.key = key;
        this.put({ value, error: null, busy: false });
      }
    } catch (error) {
      // An aborted run was replaced by another one, which now answers for the query.
      if (!signal.aborted) {
        const value = key === this.key ? this.state.value : null;
        this.key = key;
        this.put({ value, error: asRegistryError(error), busy: false });
      }
    }
  }

  /** Give up what is on its way. */
  stop(): void {
    this.running?.abort();
    this.running = null;
    this.state = { ...this.state, busy: false };
  }

  private put(state: QueryState<T>): void {
    this.state = state;
    this.changed();
  }
}

/** A query as a view sees it. */
export interface QueryView<T> extends QueryState<T> {
  /** Whether `value` or `error` answers what is asked now, and not still what was asked before. */
  readonly settled: boolean;
  /** Whether something is asked and its answer is still to come. */
  readonly awaited: boolean;
  /** Read it once more. */
  readonly retry: () => void;
  /** Read at once what waits for the typing to pause: whoever typed it has gone on. */
  readonly now: () => void;
}

/** Read from the registry whenever `key` changes, once the typing pauses; null reads nothing. */
export function useQuery<T>(
  key: string | null,
  fetch: (client: Client, signal: AbortSignal) => Promise<T>
): QueryView<T> {
  const { client, registries } = useHost();
  const query = useRedrawingQuery<T>();
  const newest = useNewest(fetch);
  const due = React.useRef<(() => void) | null>(null);
  const run = React.useCallback(
    (about: string) => void query.run(about, signal => newest.current(client, signal)),
    [client, query, newest]
  );
  React.useEffect(() => {
    if (key === null) {
      return undefined;
    }
    const go = (): void => {
      clearTimeout(timer);
      due.current = null;
      run(key);
    };
    const timer = setTimeout(go, TYPING_MS);
    due.current = go;
    return () => {
      clearTimeout(timer);
      due.current = null;
      query.stop();
    };
  }, [key, query, run]);
  // Another registry, or whoever has signed in there, is answered otherwise.
  React.useEffect(() => (key === null ? undefined : registries?.subscribe(() => run(key))), [key, registries, run]);
  const { value, error, busy } = query.state;
  React.useEffect(() => {
    if (key === null || error?.code !== 'UNREACHABLE') {
      return undefined;
    }
    const timer = setTimeout(() => run(key), RETRY_MS);
    return () => clearTimeout(timer);
  }, [key, error, run]);
  const settled = key !== null && key === query.key && !busy;
  return {
    value: key === null ? null : value,
    error: settled ? error : null,
    busy,
    settled,
    awaited: key !== null && !settled,
    retry: () => key !== null && run(key),
    now: () => due.current?.()
  };
}

/** What `fetch` reads, and reads again as soon as anything in the registry changes. */
export function useLiveQuery<T>(fetch: (client: Client) => Promise<T>): QueryView<T> {
  const { client, registries, settings } = useHost();
  const query = useRedrawingQuery<T>();
  const newest = useNewest(fetch);
  const [, redraw] = useRedraw();
  const poller = React.useMemo(() => {
    const apply = async (): Promise<void> => {
      await query.run('', () => newest.current(client));
      if (query.state.error) {
        throw query.state.error;
      }
    };
    return new ActivityPoller(client, apply, redraw);
  }, [client, query, newest, redraw]);
  React.useEffect(() => {
    poller.intervalSeconds = settings.refreshSeconds;
  }, [poller, settings.refreshSeconds]);
  React.useEffect(() => registries?.subscribe(() => void poller.startOver()), [poller, registries]);
  React.useEffect(() => {
    poller.start();
    return () => {
      poller.stop();
      query.stop();
    };
  }, [poller, query]);
  const { value, busy } = query.state;
  const error = poller.connectionError;
  const settled = value !== null;
  const retry = (): void => void poller.refresh();
  return { value, error, busy, settled, awaited: !settled, retry, now: () => undefined };
}

/** A query whose every change draws the view again. */
function useRedrawingQuery<T>(): Query<T> {
  const [, redraw] = useRedraw();
  const [query] = React.useState(() => new Query<T>(redraw));
  return query;
}

function useRedraw(): [count: number, redraw: () => void] {
  return React.useReducer((count: number) => count + 1, 0);
}

/** The newest `value`, for what runs later. */
function useNewest<T>(value: T): React.MutableRefObject<T> {
  const newest = React.useRef(value);
  newest.current = value;
  return newest;
}
