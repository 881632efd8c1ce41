import { act, render } from '@testing-library/react';
import * as React from 'react';
import { vi } from 'vitest';

import { HostProvider, type PagePlace } from '../../src/host/host';
import { PageView } from '../../src/pages/PageView';
import { type AnyPage, pageKey, pageOfKey } from '../../src/registry/target';
import { FakeHost } from './fakeHost';
import type { FakeClient } from './fakeClient';

/** jsdom lays nothing out, so there is nothing to observe. */
class NoResizes {
  observe(): void {}
  disconnect(): void {}
}

/** Make jsdom's page one that has a height, so that a table draws some of its rows; nothing is remembered from before. */
export function preparePage(): void {
  vi.stubGlobal('ResizeObserver', NoResizes);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(320);
  sessionStorage.clear();
  localStorage.clear();
}

/** Show the page with that key, and wait for the first answers. */
export async function showPage(client: FakeClient, reference: string, place?: PagePlace): Promise<FakeHost> {
  const host = new FakeHost(client);
  await act(async () => {
    render(
      <HostProvider value={host}>
        <Shown host={host} target={pageOfKey(reference)} first={place ?? null} />
      </HostProvider>
    );
    await new Promise(resolve => setTimeout(resolve));
  });
  return host;
}

/** Goes to another place on the page when it is opened there, as every host does. */
function Shown(props: { host: FakeHost; target: AnyPage; first: PagePlace | null }): React.JSX.Element {
  const { host, target, first } = props;
  const [place, setPlace] = React.useState(first);
  React.useEffect(() => {
    host.onPage = (page, next) => pageKey(page) === pageKey(target) && next && setPlace(next);
  }, [host, target]);
  return <PageView target={target} visible={true} place={place} />;
}

/** Do something and let the answers to it arrive, which may take `ms` milliseconds. */
export async function settle(doing: () => void, ms = 0): Promise<void> {
  await act(async () => {
    doing();
    await new Promise(resolve => setTimeout(resolve, ms));
  });
}
