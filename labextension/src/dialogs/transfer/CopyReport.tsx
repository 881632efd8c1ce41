import * as React from 'react';

import { copy } from '../../actions/actions';
import { Icon } from '../../components/Icon';
import { useHost } from '../../host/host';

/** Copies a report as plain text. */
export function CopyReport({ text }: { text: string }): React.JSX.Element {
  const host = useHost();
  return (
    <button type="button" className="mreg-link mreg-copy-report" onClick={() => copy(host, text, 'Copied the report')}>
      <Icon name="copy" />
      Copy the report
    </button>
  );
}
