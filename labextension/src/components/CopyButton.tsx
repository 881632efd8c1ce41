import * as React from 'react';

import { copyText } from './clipboard';
import { Icon } from './Icon';
import { WebLink } from './WebLink';

/** Milliseconds for which a button says that it has copied. */
const SAID_MS = 1500;

/** Copies `text`, and says so itself: the tick is where one looks already. `what` is for its label, as in “Copy id”. */
export function CopyButton({ text, what }: { text: string; what: string }): React.JSX.Element {
  const [said, say] = React.useState<'copied' | 'failed' | null>(null);
  React.useEffect(() => {
    const timer = said === null ? undefined : setTimeout(() => say(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const label = said === 'copied' ? 'Copied' : said === 'failed' ? 'The browser did not let us copy' : `Copy ${what}`;
  return (
    <button
      type="button"
      className="mreg-copy"
      aria-label={label}
      title={label}
      onClick={() => {
        copyText(text).then(
          () => say('copied'),
          () => say('failed')
        );
      }}
    >
      <Icon name={said === 'copied' ? 'check' : said === 'failed' ? 'warning' : 'copy'} />
    </button>
  );
}

/** An id or a hash: its first characters, which lead to `url` if any, and a button that copies all of it. */
export function ShortId(props: { id: string; what: string; url?: string | null }): React.JSX.Element {
  const { id, what, url = null } = props;
  return (
    <span className="mreg-copied">
      <WebLink href={url}>
        <span className="mreg-mono" title={id}>
          <bdi>{shortId(id)}</bdi>
        </span>
      </WebLink>
      <CopyButton text={id} what={what} />
    </span>
  );
}

/** Up to so many characters an id is shown whole. */
const WHOLE = 12;

/** The beginning of a long id: eight characters of a hash, with the `m-` of a logged model before them. */
export function shortId(id: string): string {
  return id.length <= WHOLE ? id : (/^(?:[a-z]-)?.{8}/s.exec(id)?.[0] ?? id);
}
