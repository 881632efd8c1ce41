import * as React from 'react';

import { asRegistryError, type Trashed } from '../../client/client';
import { Recorder } from '../../client/recorder';
import { ActButton } from '../../actions/ActButton';
import { need } from '../../actions/needs';
import type { Need } from '../../host/rights';
import type { Securable } from '../../registry/access/securable';
import { Icon } from '../../components/Icon';
import { When } from '../../components/When';
import { doneNotification } from '../../dialogs/form/done';
import { type Host, useHost } from '../../host/host';
import { notifyingFailure } from '../../host/notifying';
import { exact } from '../../registry/commandLine';
import { countedText, countText, dateTime, deletedText, isoTime, localTime, sizeText } from '../../registry/format';
import { pageTarget, trashedReference } from '../../registry/target';
import { useLiveQuery } from '../../state/query';
import { PlainFrame } from '../PlainFrame';
import { Filter } from '../Table';

/** With more than so many there is a filter. */
const FEW = 12;
/** More are drawn only when somebody asks for them. */
const MOST = 100;

/** What is in the trash, and how to have it back or be rid of it. */
export function TrashView(): React.JSX.Element {
  const host = useHost();
  const { value, error, retry } = useLiveQuery(client => client.call('trash.list', {}));
  return (
    <PlainFrame
      page={{ kind: 'trash' }}
      icon="delete"
      loaded={value !== null}
      error={error}
      onRetry={retry}
      actions={
        value !== null &&
        value.length > 0 && (
          <button
            type="button"
            className="mreg-page-action"
            title="Empty trash"
            onClick={() => void host.openDialog({ kind: 'purge', trashed: null })}
          >
            <Icon name="delete" />
            <span>Empty trash</span>
          </button>
        )
      }
    >
      {value !== null && <Shelf trashed={value} />}
    </PlainFrame>
  );
}

function Shelf({ trashed }: { trashed: readonly Trashed[] }): React.JSX.Element {
  const [filter, setFilter] = React.useState('');
  const [all, setAll] = React.useState(false);
  if (trashed.length === 0) {
    return (
      <div className="mreg-message">
        <Icon name="delete" className="mreg-mod-large" />
        <p>The trash is empty</p>
        <p className="mreg-quiet">Models and versions that are deleted wait here until they are restored or purged.</p>
      </div>
    );
  }
  const wanted = filter.trim().toLowerCase();
  const found = trashed.filter(each => trashedReference(each).toLowerCase().includes(wanted));
  const shown = all ? found : found.slice(0, MOST);
  const versions = trashed.reduce((sum, each) => sum + each.versions, 0);
  const size = trashed.reduce((sum, each) => sum + each.size, 0);
  return (
    <div className="mreg-page-body">
      <p className="mreg-quiet">
        {countedText(versions, 'version')}, {sizeText(size)} of files
      </p>
      {trashed.length > FEW && <Filter title="Trash" text={filter} onChange={setFilter} />}
      {found.length === 0 ? (
        <p className="mreg-quiet">Nothing in the trash has this in its name</p>
      ) : (
        <div className="mreg-trash-scroll" role="region" aria-label="What is in the trash" tabIndex={0}>
          <table className="mreg-table mreg-trash" aria-label="Trash">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Deleted</th>
                <th scope="col">By</th>
                <th scope="col" className="mreg-mod-number">
                  Versions
                </th>
                <th scope="col" className="mreg-mod-number">
                  Size
                </th>
                <th scope="col">Actions</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(each => (
                <ShelfRow key={each.id} trashed={each} twin={isTwin(each, trashed)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length < found.length && (
        <button type="button" className="mreg-link" onClick={() => setAll(true)}>
          Show all {countText(found.length)}
        </button>
      )}
    </div>
  );
}

/** `twin` says that another one is called so, too: then it is said exactly when, and by whom, it was deleted. */
function ShelfRow({ trashed, twin }: { trashed: Trashed; twin: boolean }): React.JSX.Element {
  const host = useHost();
  const { kind, deleted_at } = trashed;
  const reference = trashedReference(trashed);
  // What a model in the trash takes, its name cannot tell: another one may have it.
  const on: Securable | null = kind === 'version' ? { kind: 'model', name: trashed.name } : null;
  const about = twin ? `${reference}. ${deletedText(trashed)}` : reference;
  return (
    <tr>
      <td>
        <Icon name={kind === 'prompt' ? 'prompts' : kind} /> <bdi>{reference}</bdi>
      </td>
      <td>
        {twin ? (
          <time dateTime={isoTime(deleted_at)} title={dateTime(deleted_at)}>
            {localTime(deleted_at)}
          </time>
        ) : (
          <When time={deleted_at} />
        )}
      </td>
      <td>
        <bdi>{trashed.deleted_by}</bdi>
      </td>
      <td className="mreg-mod-number">{kind === 'version' ? '' : countText(trashed.versions)}</td>
      <td className="mreg-mod-number">{sizeText(trashed.size)}</td>
      <td className="mreg-trash-actions">
        <ShelfButton
          label="Restore"
          about={about}
          need={on && need('trash.restore', on)}
          onClick={() => void restore(host, trashed)}
        />
        {kind !== 'version' && (
          <ShelfButton
            label="Restore as…"
            about={about}
            onClick={() => void host.openDialog({ kind: 'restore', trashed })}
          />
        )}
        <ShelfButton
          label="Delete for good…"
          about={about}
          need={on && need('trash.purge', on)}
          onClick={() => void host.openDialog({ kind: 'purge', trashed })}
        />
      </td>
    </tr>
  );
}

function ShelfButton(props: {
  label: string;
  about: string;
  need?: Need | null;
  onClick: () => void;
}): React.JSX.Element {
  const { label, about, need: needed = null, onClick } = props;
  return (
    <ActButton need={needed} className="mreg-link" aria-label={`${label}: ${about}`} onClick={onClick}>
      {label}
    </ActButton>
  );
}

/** Whether another one of `all` is called as `one` is. */
function isTwin(one: Trashed, all: readonly Trashed[]): boolean {
  return all.some(each => each !== one && trashedReference(each) === trashedReference(one));
}

/** Restore it; when its name is taken, ask for another one. */
async function restore(host: Host, trashed: Trashed): Promise<void> {
  const reference = trashedReference(trashed);
  await notifyingFailure(host, async () => {
    const recorder = new Recorder(host.client);
    try {
      // A version is told by its number.
      const id = trashed.kind === 'version' ? null : trashed.id;
      await recorder.client.call('trash.restore', { reference: exact(reference), id });
    } catch (error) {
      if (trashed.kind !== 'version' && asRegistryError(error).code === 'ALREADY_EXISTS') {
        void host.openDialog({ kind: 'restore', trashed });
        return;
      }
      throw error;
    }
    const done = { message: `Restored ${reference} from the trash`, target: pageTarget(reference) };
    host.notify(doneNotification(host, done, await recorder.undoable()));
  });
}
