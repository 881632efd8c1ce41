import * as React from 'react';
import { createRoot } from 'react-dom/client';

import '../../style/index.css';
import './widget.css';
import { CommClient } from '../client/comm';
import { Explorer } from '../ui/explorer';
import { ExplorerView } from '../ui/ExplorerView';
import { ROW_HEIGHT } from '../ui/RowView';
import type { WidgetModel } from './model';
import { openNamespace } from './opening';
import { bindSelection } from './selection';

/** Show the explorer in a cell's output; anywidget calls what is returned when the output goes away. */
function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const client = new CommClient(model);
  const explorer = new Explorer(client);
  el.classList.add('mreg-widget');
  el.addEventListener('keydown', keepLetters);
  const root = createRoot(el);
  root.render(<ExplorerView explorer={explorer} />);
  const namespace = model.get('namespace');
  const undo = [
    bindSelection(explorer, model),
    ...(namespace === null ? [] : [openNamespace(explorer, namespace, at => scrollTo(el, at))]),
    whileInSight(el, explorer)
  ];
  return () => {
    undo.forEach(each => each());
    el.removeEventListener('keydown', keepLetters);
    explorer.dispose();
    client.dispose();
    root.unmount();
  };
}

/** Letters typed here are no commands of the notebook: x would cut the cell. Control+S is still for the notebook. */
function keepLetters(event: KeyboardEvent): void {
  if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== 'Escape') {
    event.stopPropagation();
  }
}

/** Read only while the output is in sight. */
function whileInSight(el: HTMLElement, explorer: Explorer): () => void {
  const observer = new IntersectionObserver(entries => {
    if (entries.at(-1)?.isIntersecting) {
      explorer.show();
    } else {
      explorer.hide();
    }
  });
  observer.observe(el);
  return () => observer.disconnect();
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
