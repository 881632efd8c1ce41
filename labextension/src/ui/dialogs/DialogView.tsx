import * as React from 'react';

import type { DialogRequest } from './request';

/** The dialog `request` asks for; `onClose` is called once, with true when it did what it is for. */
export function DialogView(props: { request: DialogRequest; onClose: (done: boolean) => void }): React.JSX.Element {
  return <dialog onClose={() => props.onClose(false)}>{props.request.kind}</dialog>;
}
