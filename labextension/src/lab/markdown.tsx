import * as React from 'react';

import { safeMarkdown } from './safeMarkdown';

/** Shows Markdown in JupyterLab's type; whoever wrote it is not trusted. */
export function Markdown({ text }: { text: string }): React.JSX.Element {
  const ref = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => ref.current?.replaceChildren(safeMarkdown(text)), [text]);
  return <div ref={ref} className="mreg-markdown jp-RenderedHTMLCommon" />;
}
