import * as React from 'react';

import { type Tone, toneOf } from '../registry/tags';
import { tagText } from '../registry/format';
import { Icon } from './Icon';

const ICON = { good: 'check', bad: 'clear' } as const satisfies Record<Tone, string>;

/** Nobody sees more characters than these on one line. */
const MOST = 60;

/**
 * A tag on one line. Where there is no room for all of it, its key is shortened before its value is; `brief`, it goes
 * without the key.
 */
export function TagChip(props: { name: string; value: string; brief?: boolean }): React.JSX.Element {
  const { name, value, brief = false } = props;
  const keyless = brief && value !== '';
  return (
    <span className="mreg-tag" title={tagText(name, cut(value))}>
      {!keyless && <bdi className="mreg-tag-name">{cut(name)}</bdi>}
      {value !== '' && (
        <>
          {!keyless && <span className="mreg-tag-equals">=</span>}
          <Verdict value={value}>
            <bdi className="mreg-tag-value">{cut(value)}</bdi>
          </Verdict>
        </>
      )}
    </span>
  );
}

function cut(value: string): string {
  return value.length > MOST ? `${[...value].slice(0, MOST).join('')}…` : value;
}

/** The value of a tag; a verdict has its colour, and a sign for whoever sees no colours. */
export function Verdict({ value, children }: { value: string; children: React.ReactNode }): React.JSX.Element {
  const tone = toneOf(value);
  return tone === null ? (
    <>{children}</>
  ) : (
    <span className={`mreg-verdict mreg-mod-${tone}`}>
      <Icon name={ICON[tone]} />
      {children}
    </span>
  );
}
