import * as React from 'react';

import { type PageTarget, referenceTo } from '../registry/target';
import { ModelView } from './model/ModelView';
import { VersionView } from './version/VersionView';

/** The page of a model or version. It reads only while `visible`. */
export function PageView({ target, visible }: { target: PageTarget; visible: boolean }): React.JSX.Element {
  // Another target is another page: nothing of this one may stay behind.
  const key = referenceTo(target);
  return target.kind === 'version' ? (
    <VersionView key={key} target={target} visible={visible} />
  ) : (
    <ModelView key={key} target={target} visible={visible} />
  );
}
