import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { type IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Panel } from '@lumino/widgets';

/** Marks the outputs of `jupyter_modelreg.widget`; its data says nothing. */
const OURS = 'application/vnd.jupyter-modelreg.output+json';
const WIDGET = 'application/vnd.jupyter.widget-view+json';
const PICTURE = 'text/html';
/** Before the widget's own renderer, which says “model not found” where the kernel has gone. */
const RANK = -20;
/** How often, and how many milliseconds apart, to look whether a notebook can show widgets once its session is up. */
const LOOKS = 30;
const LOOK_MS = 100;

/** Shows the widgets of a notebook, and where their kernel does not know them any more the picture stored with them. */
export const output: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-modelreg:output',
  description: 'The model registry in the outputs of a notebook',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker, general: IRenderMimeRegistry): void => {
    const add = (panel: NotebookPanel): void => {
      const registry = panel.content.rendermime;
      const ready = async (id: string): Promise<boolean> =>
        (await canShowWidgets(panel, general)) && (await kernelKnows(panel, id));
      registry.addFactory({ safe: false, mimeTypes: [OURS], createRenderer: () => new Output(registry, ready) }, RANK);
    };
    tracker.forEach(add);
    tracker.widgetAdded.connect((_, panel) => add(panel));
  }
};

/**
 * Wait until the notebook has its own way to show widgets; false when it gets none.
 *
 * Before that it has the one all notebooks share, which waits to be told of a kernel and never is when it is not itself
 * an output.
 */
async function canShowWidgets(panel: NotebookPanel, general: IRenderMimeRegistry): Promise<boolean> {
  await panel.sessionContext.ready;
  for (let look = 0; look < LOOKS; look++) {
    if (panel.content.rendermime.getFactory(WIDGET) !== general.getFactory(WIDGET)) {
      return true;
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

/**
 * Whether the kernel has the widget with that id.
 *
 * A widget of a kernel that has gone is no error: its picture is shown. Its renderer would write one to the console.
 */
async function kernelKnows(panel: NotebookPanel, id: string): Promise<boolean> {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) {
    return false;
  }
  // One that is just being shown the page knows of; asking a kernel at work would wait for that.
  if (kernel.hasComm(id)) {
    return true;
  }
  const { content } = await kernel.requestCommInfo({ target_name: 'jupyter.widget' });
  return content.status === 'ok' && id in content.comms;
}

/** Both sides of an output: the live one and its picture. The style sheet shows one of them. */
class Output extends Panel implements IRenderMime.IRenderer {
  private model: IRenderMime.IMimeModel | null = null;
  private live: IRenderMime.IRenderer | null = null;
  private shown: string | null = null;
  private picture: IRenderMime.IRenderer | null = null;

  /** @param ready resolves when the widget with that id can be rendered, with false when it never can */
  constructor(
    private readonly registry: IRenderMimeRegistry,
    private readonly ready: (id: string) => Promise<boolean>
  ) {
    super();
    this.addClass('mreg-output');
    this.node.addEventListener('modelreg:output', this.told);
  }

  override dispose(): void {
    this.node.removeEventListener('modelreg:output', this.told);
    super.dispose();
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.model = model;
    await Promise.all([this.renderLive(model), this.renderPicture(model)]);
  }

  /** A view that is there already stays: rendering it again would lose what is typed in it. */
  private async renderLive(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[WIDGET];
    const view = JSON.stringify(data);
    if (view === this.shown) {
      return;
    }
    this.shown = view;
    if (!(await this.ready(modelId(data))) || this.isDisposed || view !== this.shown) {
      return;
    }
    this.live = this.replaced(this.live, WIDGET, 'mreg-output-live');
    await this.live.renderModel(model);
  }

  private async renderPicture(model: IRenderMime.IMimeModel): Promise<void> {
    this.picture = this.replaced(this.picture, PICTURE, 'mreg-output-picture');
    await this.picture.renderModel(model);
  }

  private replaced(old: IRenderMime.IRenderer | null, mimeType: string, name: string): IRenderMime.IRenderer {
    old?.dispose();
    const fresh = this.registry.createRenderer(mimeType);
    fresh.addClass(name);
    this.addWidget(fresh);
    return fresh;
  }

  /** The live part has done something: the notebook is to be saved with a picture of that. */
  private readonly told = (event: Event): void => {
    const { model } = this;
    if (model && event instanceof CustomEvent) {
      model.setData({ data: { ...model.data, ...(event.detail as Record<string, string>) } });
    }
  };
}

/** The id of the widget that `view` shows; empty when it names none. */
function modelId(view: unknown): string {
  const id = view instanceof Object && 'model_id' in view ? view.model_id : null;
  return typeof id === 'string' ? id : '';
}
