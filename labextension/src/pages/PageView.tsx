import * as React from 'react';

import type { PagePlace } from '../host/host';
import { type AnyPage, pageKey } from '../registry/target';
import { Clocked } from './clock/Clocked';
import { ContainerView } from './container/ContainerView';
import { ModelView } from './model/ModelView';
import { RunView } from './run/RunView';
import { TrashView } from './trash/TrashView';
import { VersionView } from './version/VersionView';

/** A page, at a `place` on it if any. It reads only while `visible`. */
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
      return (
        <Clocked key={key} target={target} place={place}>
          {(then, there) => <VersionView target={then} visible={visible} place={there} />}
        </Clocked>
      );
    case 'model':
      return (
        <Clocked key={key} target={target} place={place}>
          {(then, there) => <ModelView target={then} visible={visible} place={there} />}
        </Clocked>
      );
    default:
      return <ContainerView key={key} target={target} visible={visible} place={place} />;
  }
}
