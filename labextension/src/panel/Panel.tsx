import * as React from 'react';

import { DialogView } from '../dialogs/DialogView';
import type { ExplorerStore } from '../explorer/explorerStore';
import { ExplorerView } from '../explorer/ExplorerView';
import { HostProvider, type PagePlace } from '../host/host';
import { Icon } from '../components/Icon';
import { Notifications } from './Notifications';
import { PageView } from '../pages/PageView';
import type { InlineHost } from '../host/inlineHost';
import { type AnyPage, pageTitle } from '../registry/target';

/**
 * The whole panel in one element, for a host that has no main area: pages take the place of the explorer.
 *
 * It reads only while `visible`.
 */
export function Panel(props: { host: InlineHost; explorer: ExplorerStore; visible: boolean }): React.JSX.Element {
  const { host, explorer, visible } = props;
  const { pages, places, dialogs, notifications } = React.useSyncExternalStore(host.subscribe, host.state);
  const page = pages.at(-1);
  useReading(explorer, visible && page === undefined);
  return (
    <HostProvider value={host}>
      <div className="mreg-root mreg-inline">
        <Behind covered={page !== undefined}>
          <ExplorerView explorer={explorer} />
        </Behind>
        {page && (
          <Page
            key={pages.length}
            host={host}
            page={page}
            before={pages.at(-2)}
            place={places.at(-1) ?? null}
            visible={visible}
          />
        )}
        <Notifications notifications={notifications} onDismiss={id => host.dismiss(id)} />
        {dialogs.map(each => (
          <DialogView key={each.id} request={each.request} onClose={each.close} />
        ))}
      </div>
    </HostProvider>
  );
}

/** Stays where it is, out of sight, so that Back finds it as it was left. */
function Behind({ covered, children }: { covered: boolean; children: React.ReactNode }): React.JSX.Element {
  const ref = React.useRef<HTMLDivElement>(null);
  const was = React.useRef(covered);
  React.useEffect(() => {
    if (was.current && !covered) {
      ref.current?.querySelector<HTMLElement>('[role=tree]')?.focus();
    }
    was.current = covered;
  }, [covered]);
  return (
    <div ref={ref} className={`mreg-inline-explorer${covered ? ' mreg-mod-covered' : ''}`} aria-hidden={covered}>
      {children}
    </div>
  );
}

function Page(props: {
  host: InlineHost;
  page: AnyPage;
  before: AnyPage | undefined;
  place: PagePlace | null;
  visible: boolean;
}): React.JSX.Element {
  const { host, page, before, place, visible } = props;
  const back = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => back.current?.focus({ preventScroll: true }), []);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    // A menu or a field that has a use for this key has taken it.
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      host.back();
    }
  };
  const to = before ? pageTitle(before) : 'All models';
  return (
    <div className="mreg-inline-page" onKeyDown={onKeyDown}>
      <div className="mreg-inline-bar">
        <button
          ref={back}
          type="button"
          className="mreg-link mreg-inline-back"
          aria-label={`Back to ${to}`}
          title={`Back to ${to}`}
          onClick={() => host.back()}
        >
          <Icon name="back" />
          <bdi>{to}</bdi>
        </button>
      </div>
      <PageView target={page} visible={visible} place={place} />
    </div>
  );
}

function useReading(explorer: ExplorerStore, reading: boolean): void {
  React.useEffect(() => {
    if (!reading) {
      return undefined;
    }
    explorer.show();
    return () => explorer.hide();
  }, [explorer, reading]);
}
