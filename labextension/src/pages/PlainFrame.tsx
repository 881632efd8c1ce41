import * as React from 'react';

import { copy } from '../actions/actions';
import type { RegistryError } from '../client/client';
import { ErrorBanner, ErrorMessage } from '../host/ErrorBanner';
import { Icon, type IconName } from '../components/Icon';
import { useHost } from '../host/host';
import { type AnyPage, pageTitle } from '../registry/target';

interface Props {
  page: AnyPage;
  icon: IconName;
  /** Whether what it shows has been read. */
  loaded: boolean;
  error: RegistryError | null;
  onRetry: () => void;
  /** Stands beside the title. */
  actions?: React.ReactNode;
  /** Stands above all. */
  above?: React.ReactNode;
  /** Stands below it. */
  about?: React.ReactNode;
  /** Drawn once it has been read. */
  children: React.ReactNode;
}

/** What pages that are of no model have in common: a title, a link to copy, and what is said when nothing can be read. */
export function PlainFrame(props: Props): React.JSX.Element {
  const { page, icon, loaded, error, onRetry, actions, above, about, children } = props;
  const waiting = !loaded && error === null;
  return (
    <div className="mreg-root mreg-page" aria-busy={waiting}>
      {above}
      <header className="mreg-page-header">
        <div className="mreg-page-title">
          <Icon name={icon} className="mreg-mod-title" />
          <h1 className="mreg-page-name">{pageTitle(page)}</h1>
          <div className="mreg-page-actions">
            {actions}
            <LinkButton page={page} />
          </div>
        </div>
        {about}
        <div className={`mreg-progress${waiting ? ' mreg-mod-busy' : ''}`} aria-hidden="true" />
      </header>
      {error &&
        (loaded ? <ErrorBanner error={error} onRetry={onRetry} /> : <ErrorMessage error={error} onRetry={onRetry} />)}
      {loaded && children}
    </div>
  );
}

/** Copies the address of the page, where it has one. */
function LinkButton({ page }: { page: AnyPage }): React.JSX.Element | null {
  const host = useHost();
  const { opener } = host;
  const title = pageTitle(page);
  const named = page.kind === 'request' ? title.toLowerCase() : `the ${title.toLowerCase()}`;
  return (
    opener && (
      <button
        type="button"
        className="mreg-button"
        aria-label="Copy link"
        title="Copy link"
        onClick={() => copy(host, opener.link(page), `Copied the link to ${named}`)}
      >
        <Icon name="link" />
      </button>
    )
  );
}
