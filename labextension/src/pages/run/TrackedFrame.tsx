import * as React from 'react';

import { ErrorMessage } from '../../host/ErrorBanner';
import { Icon, type IconName } from '../../components/Icon';
import type { QueryView } from '../../state/query';

/** What pages of MLflow's things have in common: the header, and what is said while there is nothing to show. */
export function TrackedFrame<T>(props: {
  kind: string;
  icon: IconName;
  name: string;
  id: string;
  query: QueryView<T>;
  about: ((value: T) => React.ReactNode) | null;
  children: (value: T) => React.ReactNode;
}): React.JSX.Element {
  const { kind, icon, name, id, query, about, children } = props;
  const { value, error, busy, retry } = query;
  return (
    <div className="mreg-root mreg-page" aria-busy={busy}>
      <header className="mreg-page-header">
        <div className="mreg-page-title">
          <Icon name={icon} className="mreg-mod-title" />
          <h1 className="mreg-page-name" title={id}>
            <span className="mreg-quiet">{kind} </span>
            <bdi>{name}</bdi>
          </h1>
        </div>
        {value !== null && about?.(value)}
        <div className={`mreg-progress${busy ? ' mreg-mod-busy' : ''}`} aria-hidden="true" />
      </header>
      {error && <ErrorMessage error={error} onRetry={retry} />}
      {value !== null && children(value)}
    </div>
  );
}
