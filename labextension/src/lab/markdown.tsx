import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import type { Host } from '../host/host';

const MARKDOWN = 'text/markdown';

/** Shows Markdown as JupyterLab does, sanitised: whoever wrote it is not trusted. */
export function markdownWith(rendermime: IRenderMimeRegistry): Host['Markdown'] {
  return function Markdown({ text }: { text: string }): React.JSX.Element {
    const ref = React.useRef<HTMLDivElement>(null);
    // Before the element leaves the page, which Lumino insists on.
    React.useLayoutEffect(() => {
      const element = ref.current;
      if (!element) {
        return undefined;
      }
      const renderer = rendermime.createRenderer(MARKDOWN);
      const model = rendermime.createModel({ data: { [MARKDOWN]: text }, trusted: false });
      Widget.attach(renderer, element);
      renderer.renderModel(model).catch(() => {
        // Text that cannot be rendered is still text.
        renderer.node.textContent = text;
      });
      return () => renderer.dispose();
    }, [text]);
    return <div ref={ref} className="mreg-markdown" />;
  };
}
