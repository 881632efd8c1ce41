import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';

import { DRAGGED } from '../../actions/aliasDrag';
import { codeFor, insertAt, insertCell } from '../insert';

const TARGET = 'mreg-mod-drop';

/**
 * A model dragged onto a notebook becomes code: in an editor at the mouse, beside the cells a cell of its own.
 *
 * The drop is taken before the editor sees it: that would put in the text that any drag carries, and draw its line
 * anew while the event is under way, so that what was dropped on is found in no editor any more.
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
  const dropped = (event: DragEvent): void => {
    mark(null);
    const code = event.dataTransfer?.getData(DRAGGED);
    if (!code) {
      return;
    }
    const cell = cellOver(notebook, event);
    if (notebook.content.model?.readOnly || cell?.readOnly) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (cell?.editor && overEditor(event)) {
      notebook.content.activeCellIndex = notebook.content.widgets.indexOf(cell);
      insertAt(cell.editor, event, codeFor(notebook, code));
    } else {
      insertCell(notebook, placeOf(notebook, event), codeFor(notebook, code));
    }
    notebook.content.mode = 'edit';
  };
  node.addEventListener('drop', dropped, true);
}

function overEditor(event: DragEvent): boolean {
  return event.composedPath().some(each => each instanceof Element && each.classList.contains('cm-editor'));
}

/** The cell that `event` is over; null beside all cells. */
function cellOver(notebook: NotebookPanel, event: DragEvent): Cell | null {
  const path = event.composedPath();
  return notebook.content.widgets.find(cell => path.includes(cell.node)) ?? null;
}

/** The place a new cell gets: behind the last cell that begins above the mouse. Cells far out of sight are not in the page. */
function placeOf(notebook: NotebookPanel, event: DragEvent): number {
  const begins = (cell: Element): boolean => cell.isConnected && cell.getBoundingClientRect().top < event.clientY;
  return cellsOf(notebook).map(begins).lastIndexOf(true) + 1;
}

function cellsOf(notebook: NotebookPanel): Element[] {
  return notebook.content.widgets.map(cell => cell.node);
}
