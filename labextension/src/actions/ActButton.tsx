import * as React from 'react';

import { useHost } from '../host/host';
import { type Need, refusalText, useRefusal } from '../host/rights';
import { tellRefusal } from './needs';

type Props = Omit<React.ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'disabled'> & {
  /** What a click comes to; null where it takes no right. */
  need: Need | null;
};

/**
 * A button for something that not everybody may do.
 *
 * Who may not can still reach it, and hears why by its title, and by a click.
 */
export function ActButton({ need, title, onClick, ...rest }: Props): React.JSX.Element {
  const host = useHost();
  const refusal = useRefusal(need);
  return refusal === null ? (
    <button type="button" {...rest} title={title} onClick={onClick} />
  ) : (
    <button
      type="button"
      {...rest}
      aria-disabled
      title={refusalText(refusal)}
      onClick={event => {
        event.stopPropagation();
        tellRefusal(host, refusal);
      }}
    />
  );
}
