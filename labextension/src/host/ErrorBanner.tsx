import * as React from 'react';

import type { RegistryError } from '../client/client';
import { Icon } from '../components/Icon';

interface Props {
  error: RegistryError;
  onRetry: () => void;
}

/** The registry could be read before and cannot now: what was read stays, and this says so. */
export function ErrorBanner({ error, onRetry }: Props): React.JSX.Element {
  return (
    <div className="mreg-error-banner" role="alert">
      <Icon name="warning" />
      <div>
        <div>{error.message}</div>
        {error.hint && <div className="mreg-quiet mreg-hint">{error.hint}</div>}
      </div>
      <button type="button" className="mreg-link" onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}

/** The registry could not be read at all: this stands in place of what there would be. */
export function ErrorMessage({ error, onRetry }: Props): React.JSX.Element {
  return (
    <div className="mreg-message" role="alert">
      <Icon name="warning" className="mreg-mod-large" />
      <p>{error.message}</p>
      {error.hint && <p className="mreg-quiet mreg-hint">{error.hint}</p>}
      <button type="button" className="mreg-action" onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}
