import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { isGoverned } from '../../registry/validation';
import { PageView } from '../../pages/PageView';
import { type PageTarget, referenceTo } from '../../registry/target';
import { Hosted } from '../Hosted';
import { labIcon } from '../icon';
import { IHostProvider, IPages } from '../tokens';

/** What the tab of a page is known by to selectors, as in a context menu. */
export const PAGE_TYPE = 'modelreg-page';

/** The page of one model or version in the main area. It reads only while it is in sight. */
class PageWidget extends ReactWidget {
  constructor(
    readonly target: PageTarget,
    private readonly provider: IHostProvider
  ) {
    super();
    const reference = referenceTo(target);
    this.id = `${PAGE_TYPE}:${reference}`;
    this.title.icon = labIcon(target.kind);
    this.title.label = shortTitle(target);
    this.title.caption = reference;
    this.title.closable = true;
    this.title.dataset = { type: PAGE_TYPE };
    this.addClass('mreg-lab-page');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', reference);
    // So that the page has the focus when its tab is chosen, and keys scroll it.
    this.node.tabIndex = -1;
  }

  protected override render(): React.JSX.Element {
    return (
      <Hosted provider={this.provider}>
        <PageView target={this.target} visible={this.isVisible} />
      </Hosted>
    );
  }

  protected override onActivateRequest(): void {
    if (!this.node.contains(document.activeElement)) {
      this.node.focus({ preventScroll: true });
    }
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onAfterHide(): void {
    this.update();
  }
}

export const pages: JupyterFrontEndPlugin<IPages> = {
  id: 'jupyter-modelreg:pages',
  description: 'The pages of models and versions in the main area',
  autoStart: true,
  provides: IPages,
  requires: [IHostProvider],
  optional: [ILabShell, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    provider: IHostProvider,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null
  ): IPages => {
    if (!labShell) {
      return { current: () => null };
    }
    const tracker = new WidgetTracker<PageWidget>({ namespace: PAGE_TYPE });
    provider.showPagesWith(target => show(app, provider, tracker, target));
    void restorer?.restore(tracker, {
      command: 'modelreg:open',
      args: page => ({ reference: referenceTo(page.target) }),
      name: page => referenceTo(page.target)
    });
    return {
      current: () => {
        const { currentWidget } = app.shell;
        return currentWidget instanceof PageWidget ? currentWidget.target : null;
      }
    };
  }
};

/** Show the page of `target`: the one that is open, or a new one. */
function show(
  app: JupyterFrontEnd,
  provider: IHostProvider,
  tracker: WidgetTracker<PageWidget>,
  target: PageTarget
): void {
  const reference = referenceTo(target);
  const open = tracker.find(page => referenceTo(page.target) === reference);
  const page = open ?? new PageWidget(target, provider);
  if (!open) {
    void tracker.add(page);
    app.shell.add(page, 'main', { type: 'Model' });
  }
  app.shell.activateById(page.id);
}

/** `fraud` or `fraud v3`: a tab has no room for where a model is. */
function shortTitle(target: PageTarget): string {
  const name = isGoverned(target.name) ? target.name.slice(target.name.lastIndexOf('.') + 1) : target.name;
  return target.kind === 'version' ? `${name} v${target.version}` : name;
}
