import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ExplorerStore } from '../explorer/explorerStore';
import { ExplorerView } from '../explorer/ExplorerView';
import { Panel } from '../panel/Panel';
import { Hosted } from './Hosted';
import { modelIcon } from './icon';
import type { IHostProvider } from './tokens';

/** The sidebar panel. It reads the registry only while it is open. */
export class ExplorerPanel extends ReactWidget {
  constructor(
    private readonly explorer: ExplorerStore,
    private readonly provider: IHostProvider
  ) {
    super();
    this.id = 'jupyter-modelreg-explorer';
    this.title.icon = modelIcon;
    this.title.caption = 'Model registry';
    this.addClass('mreg-panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Model registry');
  }

  override dispose(): void {
    this.explorer.dispose();
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

  private visibilityChanged(): void {
    if (this.provider.inline) {
      // There the view itself knows whether the explorer is in sight.
      this.update();
    } else if (this.isVisible) {
      this.explorer.show();
    } else {
      this.explorer.hide();
    }
  }
}
