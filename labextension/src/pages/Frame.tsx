import * as React from 'react';

import { actionsFor, type Action } from '../actions/actions';
import { useHost } from '../host/host';
import { Icon } from '../components/Icon';
import { ActButton } from '../actions/ActButton';
import { needOf } from '../actions/needs';
import { MenuButton } from '../actions/useMenu';
import { isGoverned } from '../registry/validation';
import { type ContainerTarget, type LoggedTarget, pageTitle, type Target } from '../registry/target';
import { ErrorMessage, ErrorBanner } from '../host/ErrorBanner';
import { useClock } from './clock/Clocked';
import { MomentPicker } from './clock/MomentPicker';
import { PastBanner } from './clock/PastBanner';
import { GoneMessage } from './GoneMessage';
import type { PageState } from './pageStore';

/** What a page offers beside its name; its menu has the rest. */
const SHOWN: readonly Action['id'][] = ['set-alias', 'edit-tags', 'describe', 'register', 'copy-to'];

interface Props {
  target: LoggedTarget;
  state: PageState<unknown>;
  /** Badges and the like, below the name. */
  about: React.ReactNode;
  onRetry: () => void;
  /** The tabs; drawn once the model or version has been read. */
  children: React.ReactNode;
}

/** What pages of the registry have in common: the header, its clock, and what is said when there is nothing to show. */
export function Frame({ target, state, about, onRetry, children }: Props): React.JSX.Element {
  const { item, gone, connectionError } = state;
  const waiting = item === null && gone === null && connectionError === null;
  const changeable = gone === null && item !== null && target.kind !== 'registry';
  const clock = useClock();
  const [picking, setPicking] = React.useState(false);
  return (
    <div className="mreg-root mreg-page" aria-busy={waiting}>
      {target.kind !== 'registry' && <PastBanner name={target.name} />}
      <header className="mreg-page-header">
        <div className="mreg-page-title">
          <Icon name={target.kind} className="mreg-mod-title" />
          <Title target={target} />
          <div className="mreg-page-actions">
            {changeable && <Actions target={target} />}
            {clock && (
              <button
                type="button"
                className="mreg-button"
                aria-label="Show the past"
                aria-expanded={picking}
                title="Show the past"
                onClick={() => setPicking(!picking)}
              >
                <Icon name="history" />
              </button>
            )}
            {changeable && <MenuButton target={target} without="open" />}
          </div>
        </div>
        {clock && picking && <MomentPicker clock={clock} onClose={() => setPicking(false)} />}
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
function Title({ target }: { target: LoggedTarget }): React.JSX.Element {
  const host = useHost();
  const above = target.kind === 'registry' ? [] : containersOf(target);
  const name = target.kind === 'registry' ? pageTitle(target) : target.name;
  const own = name.slice((above.at(-1)?.name.length ?? -1) + 1);
  return (
    <h1 className="mreg-page-name" title={pageTitle(target)}>
      {above.map(each => (
        <span key={each.name} className="mreg-quiet">
          <button type="button" className="mreg-link mreg-page-above" onClick={() => host.openPage(each)}>
            <bdi>{each.name.slice(each.name.lastIndexOf('.') + 1)}</bdi>
          </button>
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

/** The catalog and schema that `target` is in; none for what is in no catalog. */
function containersOf(target: Target): ContainerTarget[] {
  const parts = target.name.split('.');
  const catalog: ContainerTarget = { kind: 'catalog', name: parts[0] ?? '' };
  const schema: ContainerTarget = { kind: 'schema', name: parts.slice(0, 2).join('.') };
  switch (target.kind) {
    case 'catalog':
      return [];
    case 'schema':
      return [catalog];
    default:
      return isGoverned(target.name) ? [catalog, schema] : [];
  }
}

function Actions({ target }: { target: Target }): React.JSX.Element {
  const host = useHost();
  return (
    <>
      {actionsFor(target, host.client.moment !== null)
        .filter(each => SHOWN.includes(each.id))
        .map(each => (
          <ActButton
            key={each.id}
            need={needOf(each.id, target)}
            className="mreg-page-action"
            title={each.label.replace('…', '')}
            onClick={() => each.run(host, target)}
          >
            <Icon name={each.icon} />
            <span>{each.label.replace('…', '')}</span>
          </ActButton>
        ))}
    </>
  );
}
