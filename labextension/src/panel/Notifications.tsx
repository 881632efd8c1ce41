import * as React from 'react';

import { Icon } from '../components/Icon';
import type { Note } from '../host/inlineHost';

/** What came of what was done, at the foot of the element; a screen reader says it as it comes. */
export function Notes(props: { notes: readonly Note[]; onDismiss: (id: number) => void }): React.JSX.Element {
  const { notes, onDismiss } = props;
  return (
    <div className="mreg-notes">
      {notes.map(({ id, outcome }) => (
        <div key={id} className={`mreg-strip${outcome.ok ? '' : ' mreg-mod-failed'}`} role={outcome.ok ? 'status' : 'alert'}>
          <Icon name={outcome.ok ? 'check' : 'trouble'} />
          <div>
            <div>{outcome.message}</div>
            {outcome.hint && <div className="mreg-quiet mreg-hint">{outcome.hint}</div>}
          </div>
          <button type="button" className="mreg-button" aria-label="Dismiss" title="Dismiss" onClick={() => onDismiss(id)}>
            <Icon name="clear" />
          </button>
        </div>
      ))}
    </div>
  );
}
