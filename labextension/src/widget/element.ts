import * as React from 'react';

import type { CommClient } from '../client/comm';
import type { WidgetModel } from './model';

/** Keep for the widget what the notebook would take for its own. Returns how to stop. */
export function keepEvents(el: HTMLElement): () => void {
  el.addEventListener('keydown', keepKey);
  el.addEventListener('contextmenu', keep);
  return () => {
    el.removeEventListener('keydown', keepKey);
    el.removeEventListener('contextmenu', keep);
  };
}

/** Letters typed here are no commands of the notebook: x would cut the cell. Control+S is still for the notebook. */
function keepKey(event: KeyboardEvent): void {
  const leaves = event.key === 'Escape' && !(event.target instanceof Element && event.target.closest('dialog'));
  if (!event.ctrlKey && !event.metaKey && !event.altKey && !leaves) {
    event.stopPropagation();
  }
}

function keep(event: Event): void {
  event.stopPropagation();
}

/** Tell the client when the widget's kernel goes and comes back; `changed` is called after it knows. */
export function watchKernel(el: HTMLElement, model: WidgetModel, client: CommClient, changed: () => void): () => void {
  const updated = (): void =>
    queueMicrotask(() => {
      // The model says that something changed, and only the class that ipywidgets puts on the output says what.
      client.connected = el.closest('.jupyter-widgets-disconnected') === null;
      changed();
    });
  model.on('comm_live_update', updated);
  return () => model.off('comm_live_update', updated);
}

/** Whether `el` can be seen. */
export function useInSight(el: HTMLElement): boolean {
  const [seen, setSeen] = React.useState(false);
  React.useEffect(() => {
    const observer = new IntersectionObserver(entries => setSeen(entries.at(-1)?.isIntersecting === true));
    observer.observe(el);
    return () => observer.disconnect();
  }, [el]);
  return seen;
}
