import * as React from 'react';

import type { PolicyResult } from '../../client/client';
import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import { placeText } from '../../registry/governance/policies';

/** What each policy says of a version: that it is met, or what is missing, and what would satisfy it. */
export function PolicyResults({ results }: { results: readonly PolicyResult[] }): React.JSX.Element {
  return (
    <ul className="mreg-checks">
      {results.map(each => (
        <li key={`${each.policy.name} ${each.policy.kind} ${each.policy.on}`} className={`mreg-mod-${toneOf(each)}`}>
          <Icon name={ICONS[toneOf(each)]} />
          <div>
            <span className="mreg-strong">{each.policy.name}</span>{' '}
            <span className="mreg-quiet">of {placeText(each.policy)}</span>
            {each.met === true && <span className="mreg-check-word"> met</span>}
            {each.met === null && <span className="mreg-quiet"> is off</span>}
            {each.met === false && (
              <div>
                {asSentence(`It ${each.lacks}`)}
                {each.policy.mode === 'warn' && '; this warns, and stops nothing'}
                {each.remedy !== null && <div className="mreg-quiet">{asSentence(each.remedy)}</div>}
              </div>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

const ICONS = { met: 'check', unmet: 'clear', warned: 'warning', off: 'more' } as const;

function toneOf({ met, policy }: PolicyResult): keyof typeof ICONS {
  return met === null ? 'off' : met ? 'met' : policy.mode === 'warn' ? 'warned' : 'unmet';
}
