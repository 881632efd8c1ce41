import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Client } from '../client/client';
import { Explorer } from '../ui/explorer';
import { ExplorerView } from '../ui/ExplorerView';
import { modelIcon } from './icon';

/** The sidebar panel. It reads the registry only while it is open. */
export class ExplorerPanel extends ReactWidget {
  private readonly explorer: Explorer;

  constructor(client: Client) {
    super();
    this.explorer = new Explorer(client);
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
    return <ExplorerView explorer={this.explorer} />;
  }

  protected override onAfterShow(): void {
    this.explorer.show();
  }

  protected override onAfterHide(): void {
    this.explorer.hide();
  }
}
