import * as React from 'react';

import type { Event } from '../client/client';
import { useHost } from '../host/host';
import { Icon } from '../components/Icon';
import { type PageTarget, referenceTo } from '../registry/target';
import { When } from '../components/When';
import type { Gone } from './gone';

/** Says what became of a model or version that is not there any more, and offers the way on. */
export function GoneMessage({ target, gone }: { target: PageTarget; gone: Gone }): React.JSX.Element {
  const host = useHost();
  const next = wayOn(target, gone);
  return (
    <div className="mreg-message" role="status">
      <Icon name={gone.how === 'renamed' ? 'rename' : 'delete'} className="mreg-mod-large" />
      <p>
        <Happened target={target} gone={gone} />
      </p>
      {gone.how === 'unknown' ? (
        <p className="mreg-quiet">Look for it in the explorer, in case it has another name now.</p>
      ) : (
        <Who event={gone.event} />
      )}
      {gone.how === 'deleted' && (
        <button type="button" className="mreg-action" onClick={() => host.openPage({ kind: 'trash' })}>
          Open trash
        </button>
      )}
      {next && (
        <button type="button" className="mreg-action" onClick={() => host.openPage(next)}>
          Open <bdi>{referenceTo(next)}</bdi>
        </button>
      )}
    </div>
  );
}

function Happened({ target, gone }: { target: PageTarget; gone: Gone }): React.JSX.Element {
  const name = <bdi className="mreg-strong">{target.name}</bdi>;
  if (gone.how === 'renamed') {
    return (
      <>
        {name} is now called <bdi className="mreg-strong">{gone.to.name}</bdi>.
      </>
    );
  }
  if (gone.how === 'deleted') {
    return gone.event.action === 'version.deleted' ? (
      <>
        v{gone.event.version} of {name} was deleted.
      </>
    ) : (
      <>
        {name} was deleted{target.kind === 'version' && ', with all its versions'}.
      </>
    );
  }
  return target.kind === 'version' ? (
    <>
      There is no v{target.version} of {name}.
    </>
  ) : (
    <>There is no model {name}.</>
  );
}

function Who({ event }: { event: Event }): React.JSX.Element {
  return (
    <p className="mreg-quiet">
      by <bdi>{event.actor}</bdi>, <When time={event.time} />
      {event.reason && (
        <>
          : “<bdi>{event.reason}</bdi>”
        </>
      )}
    </p>
  );
}

/** Where to go from here; null when there is nowhere. */
function wayOn(target: PageTarget, gone: Gone): PageTarget | null {
  if (gone.how === 'renamed') {
    return gone.to;
  }
  const modelToo = gone.how === 'deleted' && gone.event.action === 'model.deleted';
  return target.kind === 'version' && !modelToo ? { kind: 'model', name: target.name } : null;
}
