import * as React from 'react';

import type { RegistryError } from '../client/client';
import { Icon } from '../components/Icon';
import { signInAction } from './connecting';
import { useHost } from './host';

interface Props {
  error: RegistryError;
  onRetry: () => void;
}

/** The registry could be read before and cannot now: what was read stays, and this says so. */
export function ErrorBanner({ error, onRetry }: Props): React.JSX.Element {
  const { hint, action } = useWay(error);
  return (
    <div className="mreg-error-banner" role="alert">
      <Icon name="warning" />
      <div>
        <div>{error.message}</div>
        {hint && <div className="mreg-quiet mreg-hint">{hint}</div>}
        {action && (
          <button type="button" className="mreg-link mreg-banner-way" onClick={action.run}>
            {action.label}
          </button>
        )}
      </div>
      <button type="button" className="mreg-link" onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}

/** The registry could not be read at all: this stands in place of what there would be. */
export function ErrorMessage({ error, onRetry }: Props): React.JSX.Element {
  const { hint, action } = useWay(error);
  return (
    <div className="mreg-message" role="alert">
      <Icon name="warning" className="mreg-mod-large" />
      <p>{error.message}</p>
      {hint && <p className="mreg-quiet mreg-hint">{hint}</p>}
      {action && (
        <button type="button" className="mreg-action" onClick={action.run}>
          {action.label}
        </button>
      )}
      <button type="button" className={action ? 'mreg-link' : 'mreg-action'} onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}

/** What to do about `error`: a button, and else what the hint says. */
function useWay(error: RegistryError): { hint: string | null; action: ReturnType<typeof signInAction> } {
  const action = signInAction(useHost(), error);
  return { hint: action ? null : error.hint, action };
}
