import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IConsoleTracker } from '@jupyterlab/console';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { expressionOf, withoutImport } from '../registry/commandLine';

/** Where the person may be writing; null for what this JupyterLab does not have. */
export interface EditorTrackers {
  readonly notebooks: INotebookTracker | null;
  readonly editors: IEditorTracker | null;
  readonly consoles: IConsoleTracker | null;
}

/** Put `code` where the person is writing; false when that is nowhere. */
export function insertCode(app: JupyterFrontEnd, trackers: EditorTrackers, code: string): boolean {
  const current = app.shell.currentWidget;
  const file = trackers.editors?.currentWidget;
  const console = trackers.consoles?.currentWidget;
  if (file && file === current) {
    insertAtCursor(file.content.editor, code);
    return true;
  }
  const prompt = console && console === current ? console.console.promptCell?.editor : null;
  if (prompt) {
    insertAtCursor(prompt, code);
    return true;
  }
  const notebook = trackers.notebooks?.currentWidget;
  if (!notebook || notebook.content.model?.readOnly) {
    return false;
  }
  app.shell.activateById(notebook.id);
  insertIntoCell(notebook, codeFor(notebook, code));
  return true;
}

/** Add a cell with `code` to `notebook` at the place `at`, and make it the active one. */
export function insertCell(notebook: NotebookPanel, at: number, code: string): void {
  const { content } = notebook;
  // What the person put there is trusted, as a cell added by hand is.
  content.model?.sharedModel.insertCell(at, { cell_type: 'code', source: code, metadata: { trusted: true } });
  content.activeCellIndex = at;
  content.deselectAll();
}

/** `code` as `notebook` needs it: without the import when a cell has it. */
export function codeFor(notebook: NotebookPanel, code: string): string {
  const imported = notebook.content.widgets.some(cell =>
    /^\s*import mlflow\b/m.test(cell.model.sharedModel.getSource())
  );
  return imported ? withoutImport(code) : code;
}

/** Put `code` at the place of `editor` that is under the mouse. */
export function insertAt(editor: CodeEditor.IEditor, event: MouseEvent, code: string): void {
  const { clientX: left, clientY: top } = event;
  const place = editor.getPositionForCoordinate({ left, top, right: left, bottom: top });
  if (place !== null) {
    editor.setCursorPosition(place);
  }
  insertAtCursor(editor, code);
}

/** The active cell takes the code if it is one for code that may be edited; else a new one below it does. */
function insertIntoCell(notebook: NotebookPanel, code: string): void {
  const { content } = notebook;
  const cell = content.activeCell;
  const editor = cell?.editor;
  if (cell?.model.type === 'code' && editor && !cell.readOnly) {
    insertAtCursor(editor, code);
  } else {
    insertCell(notebook, content.activeCellIndex + 1, code);
  }
  content.mode = 'edit';
}

function insertAtCursor(editor: CodeEditor.IEditor, code: string): void {
  const { line, column } = editor.getCursorPosition();
  const text = editor.getLine(line) ?? '';
  editor.replaceSelection?.(fitted(code, text.slice(0, column), text.slice(column)));
  editor.focus();
}

/** `code` as it fits between what is `before` and `after` the cursor on its line: a statement gets a line of its own. */
export function fitted(code: string, before: string, after: string): string {
  if (before.trim() === '') {
    const indented = code.replaceAll('\n', `\n${before}`);
    return after.trim() === '' ? indented : `${indented}\n${before}`;
  }
  // After these an expression goes on.
  const goesOn = /[=(,[{:]\s*$/.test(before);
  return goesOn || after.trim() !== ''
    ? expressionOf(code)
    : `\n${code}`.replaceAll('\n', `\n${/^\s*/.exec(before)?.[0] ?? ''}`);
}
