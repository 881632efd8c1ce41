import { act, render } from '@testing-library/react';
import * as React from 'react';
import { vi } from 'vitest';

import { HostProvider, type PagePlace } from '../../src/host/host';
import { PageView } from '../../src/pages/PageView';
import { pageTarget } from '../../src/registry/target';
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

/** Show the page of what `reference` names, and wait for the first answers. */
export async function showPage(client: FakeClient, reference: string, place?: PagePlace): Promise<FakeHost> {
  const host = new FakeHost(client);
  await act(async () => {
    render(
      <HostProvider value={host}>
        <PageView target={pageTarget(reference)} visible={true} place={place ?? null} />
      </HostProvider>
    );
    await new Promise(resolve => setTimeout(resolve));
  });
  return host;
}

/** Do something and let the answers to it arrive. */
export async function settle(doing: () => void): Promise<void> {
  await act(async () => {
    doing();
    await new Promise(resolve => setTimeout(resolve));
  });
}
