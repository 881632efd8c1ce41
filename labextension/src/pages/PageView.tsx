import * as React from 'react';

import { type AnyPage, pageKey } from '../registry/target';
import { ModelView } from './model/ModelView';
import { RunView } from './run/RunView';
import { VersionView } from './version/VersionView';

/** The page of a model, a version or a run. It reads only while `visible`. */
export function PageView({ target, visible }: { target: AnyPage; visible: boolean }): React.JSX.Element {
  // Another target is another page: nothing of this one may stay behind.
  const key = pageKey(target);
  switch (target.kind) {
    case 'run':
      return <RunView key={key} target={target} />;
    case 'version':
      return <VersionView key={key} target={target} visible={visible} />;
    case 'model':
      return <ModelView key={key} target={target} visible={visible} />;
  }
}
