import * as React from 'react';

import type { Model, Version } from '../client/client';
import { actionsFor, type Action } from '../actions/actions';
import { useHost } from '../host/host';
import { Icon } from '../components/Icon';
import { MenuButton } from '../actions/useMenu';
import { isGoverned } from '../registry/validation';
import { type PageTarget, referenceTo } from '../registry/target';
import { ErrorMessage, ErrorBanner } from '../components/ErrorBanner';
import { GoneMessage } from './GoneMessage';
import type { PageState } from './pageStore';

/** What a page offers beside its name; its menu has the rest. */
const SHOWN: readonly Action['id'][] = ['set-alias', 'edit-tags', 'describe', 'register', 'copy-to'];

interface Props {
  target: PageTarget;
  state: PageState<Model | Version>;
  /** Badges and the like, below the name. */
  about: React.ReactNode;
  onRetry: () => void;
  /** The tabs; drawn once the model or version has been read. */
  children: React.ReactNode;
}

/** What the pages of models and versions have in common: the header, and what is said when there is nothing to show. */
export function Frame({ target, state, about, onRetry, children }: Props): React.JSX.Element {
  const { item, gone, connectionError } = state;
  const waiting = item === null && gone === null && connectionError === null;
  return (
    <div className="mreg-root mreg-page" aria-busy={waiting}>
      <header className="mreg-page-header">
        <div className="mreg-page-title">
          <Icon name={target.kind} className="mreg-mod-title" />
          <Title target={target} />
          {gone === null && item !== null && <Actions target={target} />}
        </div>
        {gone === null && item !== null && about}
        <div className={`mreg-progress${waiting ? ' mreg-mod-busy' : ''}`} aria-hidden="true" />
      </header>
      {connectionError && (item ?? gone) && <ErrorBanner error={connectionError} onRetry={onRetry} />}
      {gone ? (
        <GoneMessage target={target} gone={gone} />
      ) : item ? (
        children
      ) : (
        connectionError && <ErrorMessage error={connectionError} onRetry={onRetry} />
      )}
    </div>
  );
}

/** The name: the part that tells the model from its neighbours stands out, the way to it does not. */
function Title({ target }: { target: PageTarget }): React.JSX.Element {
  const host = useHost();
  const parts = target.name.split('.');
  const above = isGoverned(target.name) ? parts.slice(0, 2) : [];
  const own = parts.slice(above.length).join('.');
  return (
    <h1 className="mreg-page-name" title={referenceTo(target)}>
      {above.map((part, at) => (
        <span key={at} className="mreg-quiet">
          <bdi>{part}</bdi>
          <span className="mreg-separator">.</span>
          <wbr />
        </span>
      ))}
      {target.kind === 'version' ? (
        <>
          <button
            type="button"
            className="mreg-link"
            onClick={() => host.openPage({ kind: 'model', name: target.name })}
          >
            <bdi>{own}</bdi>
          </button>
          <span className="mreg-separator mreg-quiet"> / </span>
          <span className="mreg-page-version">v{target.version}</span>
        </>
      ) : (
        <bdi>{own}</bdi>
      )}
    </h1>
  );
}

function Actions({ target }: { target: PageTarget }): React.JSX.Element {
  const host = useHost();
  return (
    <div className="mreg-page-actions">
      {actionsFor(target)
        .filter(each => SHOWN.includes(each.id))
        .map(each => (
          <button
            key={each.id}
            type="button"
            className="mreg-page-action"
            title={each.label.replace('…', '')}
            onClick={() => each.run(host, target)}
          >
            <Icon name={each.icon} />
            <span>{each.label.replace('…', '')}</span>
          </button>
        ))}
      <MenuButton target={target} without="open" />
    </div>
  );
}
