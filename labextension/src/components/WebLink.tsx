import * as React from 'react';

/** A link when `href` is an address on the web; anything else could do harm and is not followed. */
export function WebLink({ href, children }: { href: string | null; children: React.ReactNode }): React.JSX.Element {
  return href !== null && /^https?:\/\//i.test(href) ? (
    <a className="mreg-link" href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ) : (
    <>{children}</>
  );
}
