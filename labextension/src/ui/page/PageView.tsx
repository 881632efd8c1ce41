import * as React from 'react';

import { type PageTarget, referenceTo } from '../target';

/** The page of a model or version. It reads only while `visible`. */
export function PageView(props: { target: PageTarget; visible: boolean }): React.JSX.Element {
  return <div className="mreg-root mreg-page">{referenceTo(props.target)}</div>;
}
