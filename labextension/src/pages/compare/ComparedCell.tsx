import * as React from 'react';

import type { ComparedValue, JsonValue } from '../../client/client';
import { CopyButton, shortId } from '../../components/CopyButton';
import { useHost } from '../../host/host';
import {
  aliasText,
  countedText,
  dateTime,
  isoTime,
  localTime,
  numberText,
  plain,
  sizeText
} from '../../registry/format';
import { Value } from '../Table';
import { deltaOf, isOther } from './compared';

/** Characters of a hash that tell two files apart. */
const HASH = 8;
/** What the source of a cell is called among the code; how it differs is told by the line. */
const SOURCE = 'source';

/** What the version at `at` has of one thing. */
export function ComparedCell({ row, at }: { row: ComparedValue; at: number }): React.JSX.Element {
  const value = row.values[at] ?? null;
  const same = row.differs && at > 0 && !isOther(row, at);
  return (
    <td
      className={`mreg-compared-${row.section}${same ? ' mreg-mod-same' : ''}`}
      title={same ? 'As in the first version' : undefined}
    >
      {value === null ? <span className="mreg-quiet">–</span> : <Shown row={row} value={value} />}
      <Difference row={row} at={at} />
    </td>
  );
}

function Shown({ row, value }: { row: ComparedValue; value: JsonValue }): React.JSX.Element {
  const host = useHost();
  switch (row.section) {
    case 'metrics':
      return <span title={plain(value)}>{typeof value === 'number' ? numberText(value) : plain(value)}</span>;
    case 'code':
      return row.key === SOURCE ? (
        <>{countedText(plain(value).split('\n').length, 'line')}</>
      ) : (
        <Value text={plain(value)} />
      );
    case 'files': {
      const hash = plain(value);
      // An empty folder has no content to hash.
      return hash === '' ? <>folder</> : <code title={`SHA-256 ${hash}`}>{hash.slice(0, HASH)}</code>;
    }
    case 'version':
      if (row.key === 'registered at' && typeof value === 'number') {
        // To the minute, for what is held side by side may be of the same day.
        return (
          <time dateTime={isoTime(value)} title={dateTime(value)}>
            {localTime(value).slice(0, 16)}
          </time>
        );
      }
      if (row.key === 'size' && typeof value === 'number') {
        return <>{sizeText(value)}</>;
      }
      if (row.key === 'run' && typeof value === 'string') {
        return (
          <span className="mreg-copied">
            <button
              type="button"
              className="mreg-link mreg-mono"
              onClick={() => host.openPage({ kind: 'run', run_id: value })}
              title={`Open the run ${value}`}
            >
              {shortId(value)}
            </button>
            <CopyButton text={value} what="id of the run" />
          </span>
        );
      }
      return <Value text={Array.isArray(value) ? value.map(each => aliasText(plain(each))).join(' ') : plain(value)} />;
    default:
      return <Value text={Array.isArray(value) ? value.map(plain).join(', ') : plain(value)} />;
  }
}

/** By how much a metric is more or less, in an arrow, a number and a word, so that the colour says nothing of its own. */
function Difference({ row, at }: { row: ComparedValue; at: number }): React.JSX.Element | null {
  const delta = deltaOf(row, at);
  if (delta === null) {
    return null;
  }
  const { better } = delta;
  const tone = better === null ? '' : better ? ' mreg-mod-good' : ' mreg-mod-bad';
  return (
    <span className={`mreg-delta${tone}`}>
      {delta.arrow} {numberText(delta.size)}
      {better === null ? '' : better ? ' better' : ' worse'}
    </span>
  );
}
