import * as React from 'react';

import type { PagePlace } from '../host/host';
import { type AnyPage, pageKey } from '../registry/target';
import { ModelView } from './model/ModelView';
import { RunView } from './run/RunView';
import { TrashView } from './trash/TrashView';
import { VersionView } from './version/VersionView';

/** The page of a model, a version, a run or the trash, at a `place` on it if any. It reads only while `visible`. */
export function PageView(props: { target: AnyPage; visible: boolean; place?: PagePlace | null }): React.JSX.Element {
  const { target, visible, place = null } = props;
  // Another target is another page: nothing of this one may stay behind.
  const key = pageKey(target);
  switch (target.kind) {
    case 'run':
      return <RunView key={key} target={target} />;
    case 'trash':
      // It reads as long as it is there, which nobody needs while nobody looks.
      return visible ? <TrashView key={key} /> : <></>;
    case 'version':
      return <VersionView key={key} target={target} visible={visible} />;
    case 'model':
      return <ModelView key={key} target={target} visible={visible} place={place} />;
  }
}
