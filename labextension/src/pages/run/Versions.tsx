import * as React from 'react';

import { useHost } from '../../host/host';
import { pageTarget } from '../../registry/target';

/** With more than this the rest is shown when somebody asks for it. */
const MOST = 3;

/** The versions that were registered from something, each leading to its page. */
export function Versions({ references }: { references: readonly string[] }): React.JSX.Element {
  const host = useHost();
  const [all, setAll] = React.useState(false);
  const shown = all ? references : references.slice(0, MOST);
  return (
    <>
      {shown.map((each, at) => (
        <React.Fragment key={each}>
          {at > 0 && ', '}
          <button type="button" className="mreg-link" onClick={() => host.openPage(pageTarget(each))}>
            <bdi>{each}</bdi>
          </button>
        </React.Fragment>
      ))}
      {shown.length < references.length && (
        <>
          {' '}
          <button type="button" className="mreg-link" onClick={() => setAll(true)}>
            and {references.length - shown.length} more
          </button>
        </>
      )}
    </>
  );
}
