import * as React from 'react';

import { asRegistryError, type Client } from '../../client/client';
import { HostProvider, type PagePlace, useHost } from '../../host/host';
import { pastHost } from '../../host/pastHost';
import { exact } from '../../registry/commandLine';
import type { PageTarget } from '../../registry/target';

/** Which moment a page shows, and how to have it show another one. */
export interface Clock {
  /** Epoch milliseconds; null for now. */
  readonly moment: number | null;
  readonly show: (moment: number | null) => void;
  /** What the page is of today. */
  readonly today: PageTarget;
}

const ClockContext = React.createContext<Clock | null>(null);

/** The clock of the page; null where it shows nothing but now. */
export function useClock(): Clock | null {
  return React.useContext(ClockContext);
}

/**
 * A page that can be shown as it was: `children` draw it of the target as it was called then.
 *
 * Each moment has views and stores of its own, so nothing of one can be drawn into another.
 */
export function Clocked<P extends PageTarget>(props: {
  target: P;
  place: PagePlace | null;
  children: (target: P, place: PagePlace | null) => React.ReactNode;
}): React.JSX.Element {
  const { target, place, children } = props;
  const host = useHost();
  const moment = place?.moment ?? null;
  // The host knows what it shows, so that whoever comes back to the page finds it as it was left.
  const show = React.useCallback(
    (next: number | null): void => host.openPage(target, next === null ? {} : { moment: next }),
    [host, target]
  );
  const shown = React.useMemo(() => (moment === null ? host : pastHost(host, moment)), [host, moment]);
  const name = useNameAt(target.name, moment, show);
  const clock = React.useMemo(() => ({ moment, show, today: target }), [moment, show, target]);
  if (name === null) {
    return <div className="mreg-root mreg-page" aria-busy />;
  }
  return (
    <ClockContext.Provider value={clock}>
      <HostProvider value={shown}>
        <React.Fragment key={`${moment} ${name}`}>{children({ ...target, name }, place)}</React.Fragment>
      </HostProvider>
    </ClockContext.Provider>
  );
}

/** What the model called `name` was called at `moment`; null while that is not known. */
function useNameAt(name: string, moment: number | null, show: (moment: number | null) => void): string | null {
  const host = useHost();
  const [known, setKnown] = React.useState<{ readonly moment: number; readonly name: string } | null>(null);
  React.useEffect(() => {
    if (moment === null) {
      return undefined;
    }
    const stopped = new AbortController();
    nameAt(host.client, name, moment, stopped.signal).then(
      found => setKnown({ moment, name: found }),
      (error: unknown) => {
        if (!stopped.signal.aborted) {
          const { message, hint } = asRegistryError(error);
          host.notify({ ok: false, message, hint });
          show(null);
        }
      }
    );
    return () => stopped.abort();
  }, [host, name, moment, show]);
  return moment === null ? name : known?.moment === moment ? known.name : null;
}

/** What the model that is called `name` was called at `moment`. Rejects as `Client.call` does. */
async function nameAt(client: Client, name: string, moment: number, signal: AbortSignal): Promise<string> {
  const params = {
    reference: exact(name),
    actions: ['model.renamed', 'model.restored'],
    since: moment + 1,
    limit: 1000
  };
  try {
    const since = await client.call('history.recent', params, signal);
    return since.items.reduce((now, event) => {
      const before = event.before?.['name'];
      return event.name === now && typeof before === 'string' ? before : now;
    }, name);
  } catch (error) {
    // What the log has never heard of was never called otherwise.
    if (asRegistryError(error).code === 'NOT_FOUND') {
      return name;
    }
    throw error;
  }
}
