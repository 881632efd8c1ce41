import * as React from 'react';

import type { AliasMove, ChangePreview, ChangeWarning } from '../../client/client';
import { asSentence } from '../../components/sentence';
import { useHost } from '../../host/host';
import { inOrder } from '../../registry/format';
import type { QueryView } from '../../state/query';
import type { ToRead } from './useForm';

/**
 * What to know before a change: which aliases it takes over, when `becomes` says what they move to, and what the
 * registry warns of. Nothing while that is not known.
 */
export function Warnings(props: { preview: ChangePreview | null; becomes?: string }): React.JSX.Element {
  const { preview, becomes } = props;
  const warnings = warningsIn(preview);
  const { aliasOrder } = useHost().settings;
  const moves = becomes === undefined ? [] : takenIn(preview);
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

/** Whether `preview` says something that the person must see first; `moves` where no field says what aliases do. */
export function toRead(preview: QueryView<ChangePreview>, moves = true): ToRead {
  const { awaited, settled, value, now } = preview;
  const known = settled ? value : null;
  return { awaited, now, some: warningsIn(known).length > 0 || (moves && takenIn(known).length > 0) };
}

/** What the registry warns of; what kind of model a name makes the fields themselves say, and ask. */
function warningsIn(preview: ChangePreview | null): ChangeWarning[] {
  return (preview?.warnings ?? []).filter(each => each.kind !== 'workspace');
}

/** The aliases that are taken over from another version. */
function takenIn(preview: ChangePreview | null): AliasMove[] {
  return (preview?.moves ?? []).filter(each => each.before !== null);
}
