import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { DialogView } from '../dialogs/DialogView';
import type { DialogRequest } from '../host/dialogRequest';
import { Hosted } from './Hosted';
import type { IHostProvider } from './tokens';

/** Open a dialog over everything; resolves when it is closed: true when it did what it is for. */
export function openDialog(provider: IHostProvider, request: DialogRequest): Promise<boolean> {
  return new Promise(resolve => {
    const before = document.activeElement;
    const widget = new DialogWidget(provider, request, done => {
      widget.dispose();
      if (before instanceof HTMLElement && document.activeElement === document.body) {
        before.focus();
      }
      resolve(done);
    });
    Widget.attach(widget, document.body);
  });
}

class DialogWidget extends ReactWidget {
  constructor(
    private readonly provider: IHostProvider,
    private readonly request: DialogRequest,
    private readonly onClose: (done: boolean) => void
  ) {
    super();
    this.addClass('mreg-lab-dialog');
  }

  protected override render(): React.JSX.Element {
    return (
      <Hosted provider={this.provider}>
        <DialogView request={this.request} onClose={this.onClose} />
      </Hosted>
    );
  }
}
