import * as React from 'react';

import type { ChangePreview } from '../../client/client';
import { asSentence } from '../../components/sentence';
import { useHost } from '../../host/host';
import { inOrder } from '../../registry/format';

/**
 * What to know before a change: which aliases it takes over, when `becomes` says what they move to, and what the
 * registry warns of. Nothing while that is not known.
 */
export function Warnings(props: { preview: ChangePreview | null; becomes?: string }): React.JSX.Element {
  const { preview, becomes } = props;
  // The fields themselves say, and ask, what kind of model a name makes.
  const warnings = (preview?.warnings ?? []).filter(each => each.kind !== 'workspace');
  const { aliasOrder } = useHost().settings;
  const moves = becomes === undefined ? [] : (preview?.moves ?? []).filter(each => each.before !== null);
  const order = inOrder(
    moves.map(each => each.alias),
    aliasOrder
  );
  const taken = [...moves].sort((one, other) => order.indexOf(one.alias) - order.indexOf(other.alias));
  return (
    <div className="mreg-warnings" role="status">
      {taken.map(({ alias, before }) => (
        <p key={alias} className="mreg-effect">
          @{alias} moves from v{before} to {becomes}
        </p>
      ))}
      {warnings.map(({ message, hint }) => (
        <div key={message} className="mreg-effect mreg-mod-warning">
          <div>{asSentence(message)}</div>
          {hint && <div className="mreg-quiet">{asSentence(hint)}</div>}
        </div>
      ))}
    </div>
  );
}
