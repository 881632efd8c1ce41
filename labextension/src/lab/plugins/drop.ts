import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';

import { DRAGGED } from '../../explorer/Tree';
import { insertCell } from '../insert';

const TARGET = 'mreg-mod-drop';

/**
 * A model dragged onto a notebook beside its editors becomes a cell there.
 *
 * In an editor the browser and the editor themselves put the dragged text at the cursor.
 */
export const drop: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-modelreg:drop',
  description: 'Models dragged into a notebook become code',
  autoStart: true,
  optional: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, notebooks: INotebookTracker | null): void => {
    notebooks?.forEach(takeDrops);
    notebooks?.widgetAdded.connect((_sender, notebook) => takeDrops(notebook));
  }
};

function takeDrops(notebook: NotebookPanel): void {
  const { node } = notebook.content;
  let marked: Element | null = null;
  const mark = (cell: Element | null): void => {
    marked?.classList.remove(TARGET);
    cell?.classList.add(TARGET);
    marked = cell;
  };
  node.addEventListener('dragover', event => {
    const ours = event.dataTransfer?.types.includes(DRAGGED) === true && !overEditor(event);
    mark(ours ? (cellsOf(notebook)[placeOf(notebook, event) - 1] ?? null) : null);
    if (ours) {
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    }
  });
  node.addEventListener('dragleave', () => mark(null));
  node.addEventListener('drop', event => {
    mark(null);
    const code = event.dataTransfer?.getData(DRAGGED);
    if (code && !overEditor(event) && !notebook.content.model?.readOnly) {
      event.preventDefault();
      insertCell(notebook, placeOf(notebook, event), code);
      notebook.content.mode = 'edit';
    }
  });
}

function overEditor(event: DragEvent): boolean {
  return event.target instanceof Element && event.target.closest('.cm-editor') !== null;
}

/** The place a new cell gets: behind the last cell that begins above the mouse. Cells far out of sight are not in the page. */
function placeOf(notebook: NotebookPanel, event: DragEvent): number {
  const begins = (cell: Element): boolean => cell.isConnected && cell.getBoundingClientRect().top < event.clientY;
  return cellsOf(notebook).map(begins).lastIndexOf(true) + 1;
}

function cellsOf(notebook: NotebookPanel): Element[] {
  return notebook.content.widgets.map(cell => cell.node);
}
