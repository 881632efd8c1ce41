import * as React from 'react';

import { useHost } from '../host/host';
import { type AnyPage, pageKey } from '../registry/target';
import type { LiveStore } from '../state/liveStore';

/** The store of a page and what it shows now. It lives as long as the view, and reads while `visible`. */
export function usePage<P extends LiveStore<unknown>>(
  make: () => P,
  visible: boolean
): [page: P, state: ReturnType<P['state']>] {
  const { settings, registries } = useHost();
  const [page] = React.useState(make);
  React.useEffect(() => page.configure(settings), [page, settings]);
  React.useEffect(() => {
    if (visible) {
      page.show();
    }
    return () => page.hide();
  }, [page, visible]);
  // Whoever has signed in as somebody else may see other things.
  React.useEffect(() => registries?.subscribe(() => void page.startOver()), [page, registries]);
  React.useEffect(() => () => page.dispose(), [page]);
  return [page, React.useSyncExternalStore(page.subscribe, page.state as () => ReturnType<P['state']>)];
}

/** Which tab of the page of `target` is open: that of `place`, or the one last looked at, or the first. */
export function useTab<T extends string>(
  target: AnyPage,
  tabs: readonly [T, ...T[]],
  place: { readonly tab?: string } | null = null
): [tab: T, open: (tab: T) => void] {
  const key = `jupyter-modelreg:tab:${pageKey(target)}`;
  const [tab, setTab] = React.useState<T>(() => tabs.find(each => each === recall(key)) ?? tabs[0]);
  const open = (next: T): void => {
    setTab(next);
    remember(key, next);
  };
  React.useEffect(() => {
    const asked = tabs.find(each => each === place?.tab);
    if (asked !== undefined) {
      setTab(asked);
      remember(key, asked);
    }
    // The tabs of a page are always the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [place, key]);
  return [tab, open];
}

function recall(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    // A notebook's output may be in a frame that is not allowed to keep anything: then nothing is remembered.
    return null;
  }
}

function remember(key: string, tab: string): void {
  try {
    sessionStorage.setItem(key, tab);
  } catch {
    // As above.
  }
}
