import * as React from 'react';

import type { RunInfo } from '../../client/client';
import { When } from '../../components/When';

/** How a run ended, and who started it when. */
export function RunState({ run }: { run: RunInfo }): React.JSX.Element {
  return (
    <div className="mreg-quiet">
      {run.status.toLowerCase()}
      {run.start_time !== null && (
        <>
          {', started '}
          <When time={run.start_time} {...(run.user !== null && { by: run.user })} />
        </>
      )}
    </div>
  );
}
