import * as React from 'react';

import { ago, dateTime, isoTime } from '../registry/format';

/** When something happened (epoch milliseconds), and who did it. */
export function When({ time, by }: { time: number; by?: string }): React.JSX.Element {
  return (
    <>
      <time dateTime={isoTime(time)} title={dateTime(time)}>
        {ago(time)}
      </time>
      {by !== undefined && (
        <span className="mreg-quiet">
          {' by '}
          <bdi>{by}</bdi>
        </span>
      )}
    </>
  );
}
