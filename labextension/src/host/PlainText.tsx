import * as React from 'react';

/**
 * Markdown as it was written.
 *
 * A renderer with a sanitiser would be more than half as large again as everything else in a widget, and every widget
 * carries its code with it.
 */
export function PlainText({ text }: { text: string }): React.JSX.Element {
  return <div className="mreg-plain">{text}</div>;
}
