import * as React from 'react';
import { createRoot } from 'react-dom/client';

import '../../style/index.css';
import './widget.css';
import { CommClient } from '../client/comm';
import { ExplorerStore } from '../explorer/explorerStore';
import { DEFAULT_SETTINGS } from '../host/settings';
import { Panel } from '../panel/Panel';
import { InlineHost } from '../host/inlineHost';
import { ROW_HEIGHT } from '../explorer/RowView';
import { PlainText } from '../host/PlainText';
import { DialogOutput } from './DialogOutput';
import { keepEvents, useInSight, watchKernel } from './element';
import type { WidgetModel } from './model';
import { bindSelection } from './selection';

interface OutputProps {
  el: HTMLElement;
  model: WidgetModel;
  host: InlineHost;
  explorer: ExplorerStore;
}

/** Show the widget in a cell's output; anywidget calls what is returned when the output goes away. */
function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const client = new CommClient(model);
  const host = new InlineHost(client, () => DEFAULT_SETTINGS, PlainText);
  const explorer = new ExplorerStore(client);
  const root = createRoot(el);
  const parts = { el, model, host };
  const request = model.get('dialog');
  root.render(
    request ? <DialogOutput {...parts} request={request} /> : <ExplorerOutput {...parts} explorer={explorer} />
  );
  const undo = [keepEvents(el), watchKernel(el, model, client, () => void explorer.refresh())];
  return () => {
    undo.forEach(each => each());
    root.unmount();
    host.dispose();
    explorer.dispose();
    client.dispose();
  };
}

function ExplorerOutput({ el, model, host, explorer }: OutputProps): React.JSX.Element {
  const visible = useInSight(el);
  React.useEffect(() => {
    el.classList.add('mreg-widget');
    const namespace = model.get('namespace');
    if (namespace !== null) {
      void explorer.openNamespace(namespace).then(at => at !== null && scrollTo(el, at));
    }
    return bindSelection(explorer, model);
  }, [el, model, explorer]);
  return <Panel host={host} explorer={explorer} visible={visible} />;
}

/** Bring the row `at` to the top, with its parent above it, once it is drawn. */
function scrollTo(el: HTMLElement, at: number): void {
  requestAnimationFrame(() => {
    const tree = el.querySelector('.mreg-tree');
    if (tree) {
      tree.scrollTop = Math.max(0, at - 1) * ROW_HEIGHT;
    }
  });
}

export default { render };
