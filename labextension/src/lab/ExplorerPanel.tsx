import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ExplorerStore } from '../explorer/explorerStore';
import { ExplorerView } from '../explorer/ExplorerView';
import { Panel } from '../panel/Panel';
import { Hosted } from './Hosted';
import { modelIcon } from './icon';
import type { WaitingStore } from './waiting';
import { requestsWait } from '../registry/governance/requests';
import type { IHostProvider } from './tokens';

/** What the icon of the sidebar is called. */
const CAPTION = 'Model registry';
/** What a tab says in its attributes, for its style to draw: how many requests wait. */
const WAITING = 'modelreg-waiting';

/** The sidebar panel. It reads the registry only while it is open. */
export class ExplorerPanel extends ReactWidget {
  constructor(
    private readonly explorer: ExplorerStore,
    private readonly provider: IHostProvider,
    private readonly waiting: WaitingStore
  ) {
    super();
    this.id = 'jupyter-modelreg-explorer';
    this.title.icon = modelIcon;
    this.title.caption = CAPTION;
    this.addClass('mreg-panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Model registry');
    explorer.subscribe(() => {
      const { loaded, requests } = explorer.state();
      if (loaded && this.isVisible) {
        this.sayWaiting(requests);
      }
    });
    waiting.subscribe(() => !this.isVisible && this.sayWaiting(waiting.state()));
  }

  override dispose(): void {
    this.explorer.dispose();
    this.waiting.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    const { explorer, provider } = this;
    if (provider.inline) {
      return <Panel host={provider.inline} explorer={explorer} visible={this.isVisible} />;
    }
    return (
      <Hosted provider={provider}>
        <ExplorerView explorer={explorer} nativeMenu />
      </Hosted>
    );
  }

  protected override onAfterShow(): void {
    this.visibilityChanged();
  }

  protected override onAfterHide(): void {
    this.visibilityChanged();
  }

  /** Say on the icon how many requests wait for the person. */
  private sayWaiting(count: number): void {
    const text = count === 0 ? undefined : count > 99 ? '99+' : String(count);
    if (this.title.dataset[WAITING] !== text) {
      const { [WAITING]: _, ...others } = this.title.dataset;
      this.title.dataset = text === undefined ? others : { ...others, [WAITING]: text };
      this.title.caption = count === 0 ? CAPTION : `${CAPTION}: ${requestsWait(count)}`;
    }
  }

  private visibilityChanged(): void {
    if (this.provider.inline) {
      // There the view itself knows whether the explorer is in sight.
      this.update();
    } else if (this.isVisible) {
      this.explorer.show();
      this.waiting.hide();
    } else {
      this.explorer.hide();
      this.waiting.show();
    }
  }
}
