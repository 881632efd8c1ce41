import * as React from 'react';

/** What goes with something that is deleted, a sentence each. */
export function Takes({ takes }: { takes: readonly string[] }): React.JSX.Element {
  return (
    <ul className="mreg-takes">
      {takes.map(each => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}
