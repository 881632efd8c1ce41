import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IconName } from '../../components/Icon';
import { isGoverned } from '../../registry/validation';
import { PageView } from '../../pages/PageView';
import {
  type AnyPage,
  inRegistry,
  pageKey,
  pageOfKey,
  pageTitle,
  type RunTarget,
  type TrackedTarget
} from '../../registry/target';
import type { PagePlace } from '../../host/host';
import { Hosted } from '../Hosted';
import { labIcon } from '../icon';
import { IHostProvider, IPages } from '../tokens';

/** What the tab of a page is known by to selectors, as in a context menu. */
export const PAGE_TYPE = 'modelreg-page';

/** Opens the page whose key is the argument `page`: for layouts that are restored. */
const OPEN_PAGE = 'modelreg:open-page';

/** The page of one model, version or run in the main area. It reads only while it is in sight. */
class PageWidget extends ReactWidget {
  private place: PagePlace | null = null;

  constructor(
    private shown: AnyPage,
    /** The URI of the registry it is of; null for the server's own. */
    readonly registry: string | null,
    private readonly provider: IHostProvider
  ) {
    super();
    this.title.closable = true;
    this.title.dataset = { type: PAGE_TYPE };
    this.addClass('mreg-lab-page');
    this.node.setAttribute('role', 'region');
    this.become(shown);
    // So that the page has the focus when its tab is chosen, and keys scroll it.
    this.node.tabIndex = -1;
  }

  /** Whether it shows a moment of the past. */
  get isPast(): boolean {
    return this.place?.moment !== undefined;
  }

  /** What it shows. */
  get target(): AnyPage {
    return this.shown;
  }

  /** Show another page from now on. */
  become(target: AnyPage): void {
    const key = pageKey(target);
    this.shown = target;
    this.id = `${PAGE_TYPE}:${key}`;
    this.title.icon = labIcon(iconOf(target));
    this.title.label = shortTitle(target);
    this.title.caption = key;
    this.node.setAttribute('aria-label', key);
    this.update();
  }

  /** Go to a place on the page. */
  goTo(place: PagePlace): void {
    this.place = place;
    this.update();
  }

  protected override render(): React.JSX.Element {
    const { registries } = this.provider.host();
    if (registries && registries.uri !== this.registry) {
      // A layout is restored before it is known which registry is shown.
      void registries.known().catch(() => undefined);
      return <></>;
    }
    return (
      <Hosted provider={this.provider}>
        <PageView target={this.target} visible={this.isVisible} place={this.place} />
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
      return { current: () => null, isPast: () => false, ofTab: () => null };
    }
    const tracker = new WidgetTracker<PageWidget>({ namespace: PAGE_TYPE });
    provider.showPagesWith((target, place) =>
      show(app, provider, tracker, target, provider.host().registries?.uri ?? null, place)
    );
    app.commands.addCommand(OPEN_PAGE, {
      label: 'Open a page of the Model Registry',
      execute: ({ page, registry, name }) =>
        typeof page === 'string' &&
        show(app, provider, tracker, named(pageOfKey(page), name), typeof registry === 'string' ? registry : null)
    });
    const { registries } = provider.host();
    // A page is about something in one registry, and must not come to show what another one has under that name.
    registries?.subscribe(() =>
      tracker.forEach(page => (page.registry === registries.uri ? page.update() : page.close()))
    );
    void restorer?.restore(tracker, {
      command: OPEN_PAGE,
      args: ({ target, registry }) => ({
        page: pageKey(target),
        registry,
        name: isTracked(target) ? (target.name ?? null) : null
      }),
      name: page => pageKey(page.target)
    });
    return {
      current: () => {
        const { currentWidget } = app.shell;
        const target = currentWidget instanceof PageWidget ? currentWidget.target : null;
        return inRegistry(target);
      },
      isPast: () => app.shell.currentWidget instanceof PageWidget && app.shell.currentWidget.isPast,
      ofTab: () => {
        const tab = app.contextMenuHitTest(node => node.dataset['id']?.startsWith(PAGE_TYPE) === true);
        return inRegistry(tracker.find(page => page.id === tab?.dataset['id'])?.target ?? null);
      }
    };
  }
};

/** `page` with what a run is called, which its key does not say. */
function named(page: AnyPage, name: unknown): AnyPage {
  return isTracked(page) && typeof name === 'string' ? { ...page, name } : page;
}

/** Whether `page` is of something that MLflow tracks, and the registry does not hold. */
function isTracked(page: AnyPage): page is RunTarget | TrackedTarget {
  return page.kind === 'run' || page.kind === 'experiment' || page.kind === 'logged-model';
}

function iconOf(page: AnyPage): IconName {
  switch (page.kind) {
    case 'trash':
      return 'delete';
    case 'experiment':
      return 'folder';
    case 'logged-model':
      return 'model';
    case 'request':
      return 'requests';
    case 'find':
      return 'search';
    default:
      return page.kind;
  }
}

/** `fraud v1 | v3`, `fraud v1 | churn v2`: the models by the last part of their names. */
function comparedTitle(references: readonly string[]): string {
  let before = '';
  return references
    .map(each => {
      const model = each.replace(/[/@][^/@]*$/, '');
      const name = isGoverned(model) ? model.slice(model.lastIndexOf('.') + 1) : model;
      const version = each.slice(model.length).replace('/', 'v');
      const text = model === before ? version : `${name} ${version}`;
      before = model;
      return text;
    })
    .join(' | ');
}

/** Show the page of `target`: the one that is open, or a new one. */
function show(
  app: JupyterFrontEnd,
  provider: IHostProvider,
  tracker: WidgetTracker<PageWidget>,
  target: AnyPage,
  registry: string | null,
  place?: PagePlace
): void {
  const key = pageKey(target);
  const find = (wanted: string): PageWidget | undefined => tracker.find(page => pageKey(page.target) === wanted);
  const open = find(key);
  const instead = place?.instead && find(pageKey(place.instead));
  const page = open ?? instead ?? new PageWidget(target, registry, provider);
  if (open) {
    instead?.close();
  } else if (instead) {
    instead.become(target);
    // So that it is restored as what it shows now.
    void tracker.save(instead);
  } else {
    void tracker.add(page);
    app.shell.add(page, 'main', { type: 'Model' });
  }
  if (place) {
    page.goTo(place);
  }
  app.shell.activateById(page.id);
}

/** `prod · fraud v3`: which of two models of that name it is, the catalog says; a tab has no room for more. */
function shortTitle(target: AnyPage): string {
  if (isTracked(target)) {
    const id = target.kind === 'run' ? target.run_id : target.id;
    return `${pageTitle(target)} ${target.name ?? id.slice(0, 10)}`;
  }
  if (target.kind === 'compare') {
    return comparedTitle(target.references);
  }
  if (target.kind === 'find') {
    return target.filter === '' ? pageTitle(target) : target.filter;
  }
  const part = inRegistry(target);
  if (part === null) {
    return pageTitle(target);
  }
  const parts = part.name.split('.');
  const name = isGoverned(part.name) ? `${parts[0]} · ${parts[2]}` : part.name;
  return part.kind === 'version' ? `${name} v${part.version}` : name;
}
