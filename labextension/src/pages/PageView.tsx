import * as React from 'react';

import type { PagePlace } from '../host/host';
import { type AnyPage, pageKey } from '../registry/target';
import { FilterProvider, useRememberedFilter } from './activity/remembered';
import { Clocked } from './clock/Clocked';
import { CompareView } from './compare/CompareView';
import { ContainerView } from './container/ContainerView';
import { FindView } from './find/FindView';
import { ModelView } from './model/ModelView';
import { InboxView } from './requests/InboxView';
import { RequestView } from './requests/RequestView';
import { ExperimentView } from './run/ExperimentView';
import { LoggedModelView } from './run/LoggedModelView';
import { RunView } from './run/RunView';
import { TrashView } from './trash/TrashView';
import { VersionView } from './version/VersionView';

const ONE_OF_ALL: readonly AnyPage['kind'][] = ['compare', 'find'];

interface Props {
  target: AnyPage;
  visible: boolean;
  place?: PagePlace | null;
}

/** A page, at a `place` on it if any. It reads only while `visible`. */
export function PageView(props: Props): React.JSX.Element {
  // Another target is another page: nothing of this one may stay behind. A comparison goes on with other
  // versions, and a search with another filter.
  return (
    <OnePage key={ONE_OF_ALL.includes(props.target.kind) ? props.target.kind : pageKey(props.target)} {...props} />
  );
}

function OnePage(props: Props): React.JSX.Element {
  const remembered = useRememberedFilter();
  return (
    <FilterProvider value={remembered}>
      <View {...props} />
    </FilterProvider>
  );
}

function View({ target, visible, place = null }: Props): React.JSX.Element {
  switch (target.kind) {
    case 'run':
      return <RunView target={target} />;
    case 'experiment':
      return <ExperimentView target={target} />;
    case 'logged-model':
      return <LoggedModelView target={target} />;
    case 'trash':
      // It reads as long as it is there, which nobody needs while nobody looks.
      return visible ? <TrashView /> : <></>;
    case 'requests':
      return visible ? <InboxView /> : <></>;
    case 'request':
      return visible ? <RequestView id={target.id} /> : <></>;
    case 'compare':
      return <CompareView target={target} visible={visible} moment={place?.moment ?? null} />;
    case 'find':
      return visible ? <FindView target={target} /> : <></>;
    case 'version':
      return (
        <Clocked target={target} place={place}>
          {(then, there) => <VersionView target={then} visible={visible} place={there} />}
        </Clocked>
      );
    case 'model':
      return (
        <Clocked target={target} place={place}>
          {(then, there) => <ModelView target={then} visible={visible} place={there} />}
        </Clocked>
      );
    default:
      return <ContainerView target={target} visible={visible} place={place} />;
  }
}
