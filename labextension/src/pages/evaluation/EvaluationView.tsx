import * as React from 'react';

import type { Client, Evaluations, TraceSummary, Version } from '../../client/client';
import { ErrorMessage } from '../../host/ErrorBanner';
import { useHost } from '../../host/host';
import { useQuery } from '../../state/query';
import { EvaluationSections } from './EvaluationSections';
import { TracesSection } from './TracesSection';

/** What was measured of a version, and what it answered: asked of MLflow's tracking server when somebody looks. */
export function EvaluationView({ version }: { version: Version }): React.JSX.Element {
  const { client } = useHost();
  const why =
    client.moment !== null
      ? 'Evaluations and traces are those of today: go back to now to see them'
      : version.logged_model_id === null
        ? 'This version comes from no logged model of MLflow 3, which evaluations and traces are kept with'
        : null;
  return (
    <div className="mreg-page-body">
      {why === null ? <Asked reference={`${version.name}/${version.version}`} /> : <p className="mreg-quiet">{why}</p>}
    </div>
  );
}

/** Both, once the server has answered. */
function Asked({ reference }: { reference: string }): React.JSX.Element {
  const { value, error, retry } = useQuery(reference, (client, signal) => told(client, reference, signal));
  if (error) {
    return <ErrorMessage error={error} onRetry={retry} />;
  }
  if (value === null) {
    return (
      <p className="mreg-quiet" role="status">
        Asking MLflow…
      </p>
    );
  }
  const [evaluations, summary] = value;
  return (
    <>
      <EvaluationSections found={evaluations} />
      <TracesSection reference={reference} summary={summary} />
    </>
  );
}

function told(client: Client, reference: string, signal: AbortSignal): Promise<[Evaluations, TraceSummary]> {
  return Promise.all([
    client.call('tracking.evaluations', { reference }, signal),
    client.call('tracking.trace_summary', { reference }, signal)
  ]);
}
