import * as React from 'react';

import type { Event } from '../client/client';
import { useHost } from '../host/host';
import { Icon } from '../components/Icon';
import { isPage, type LoggedTarget, type PageTarget, pageTitle, referenceTo } from '../registry/target';
import { When } from '../components/When';
import type { Gone } from './gone';

/** Says what became of something that is not there any more, or not yet at the moment shown, and offers the way on. */
export function GoneMessage({ target, gone }: { target: LoggedTarget; gone: Gone }): React.JSX.Element {
  const host = useHost();
  const next = wayOn(target, gone);
  return (
    <div className="mreg-message" role="status">
      <Icon name={gone.how === 'renamed' ? 'rename' : 'delete'} className="mreg-mod-large" />
      <p>
        <Happened target={target} gone={gone} />
      </p>
      {gone.how === 'unknown' ? (
        <p className="mreg-quiet">
          {host.client.moment === null
            ? 'Look for it in the explorer, in case it has another name now.'
            : 'It was made later, or was in the trash then.'}
        </p>
      ) : (
        <Who event={gone.event} />
      )}
      {gone.how === 'deleted' && isPage(target) && host.client.moment === null && (
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

function Happened({ target, gone }: { target: LoggedTarget; gone: Gone }): React.JSX.Element {
  const name = <bdi className="mreg-strong">{target.kind === 'registry' ? pageTitle(target) : target.name}</bdi>;
  const was = useHost().client.moment === null ? 'is' : 'was';
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
      There {was} no v{target.version} of {name}.
    </>
  ) : (
    <>
      There {was} no {target.kind} {name}.
    </>
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
function wayOn(target: LoggedTarget, gone: Gone): PageTarget | null {
  if (gone.how === 'renamed') {
    return gone.to;
  }
  const modelToo = gone.how === 'deleted' && gone.event.action === 'model.deleted';
  return target.kind === 'version' && !modelToo ? { kind: 'model', name: target.name } : null;
}
