import * as React from 'react';

import { Icon } from '../../components/Icon';
import { asSentence } from '../../components/sentence';
import type { FolderEntry, FolderListing, ServerFolders } from '../../host/host';
import { type Models, useFolder, useModels } from './useFolders';

const NOTHING: readonly FolderEntry[] = [];

interface Props {
  folders: ServerFolders;
  /** The folder that is chosen, absolute, or whatever else stands in its field. */
  chosen: string;
  onChoose: (folder: string) => void;
}

/** The folders of the machine Jupyter runs on: one opens them and chooses one that is a model. */
export function FolderBrowser({ folders, chosen, onChoose }: Props): React.JSX.Element {
  const [place, setPlace] = React.useState(() => folders.relative(chosen) ?? '');
  const [from, setFrom] = React.useState<string | null>(null);
  const list = React.useRef<HTMLUListElement>(null);
  const found = useFolder(folders, place);
  const listing = found.settled ? found.value : null;
  const models = useModels(folders, listing?.entries ?? NOTHING);
  const go = (path: string): void => {
    setFrom(path === parentOf(place) ? place : null);
    setPlace(path);
  };
  const choose = (path: string): void => onChoose(folders.absolute(path));
  return (
    <div className="mreg-folders mreg-combo mreg-mod-open">
      <Trail
        top={folders.absolute('')}
        place={place}
        onGo={path => {
          go(path);
          list.current?.focus();
        }}
      />
      <Entries
        list={list}
        place={place}
        listing={listing}
        models={models}
        first={from}
        chosen={path => folders.absolute(path) === chosen}
        onOpen={go}
        onUp={() => place !== '' && go(parentOf(place))}
        onChoose={choose}
      />
      {found.error ? (
        <p className="mreg-note" role="alert">
          {asSentence(found.error.message)}{' '}
          <button type="button" className="mreg-link" onClick={found.retry}>
            Retry
          </button>
        </p>
      ) : (
        listing && (
          <Here model={listing.model} chosen={folders.absolute(place) === chosen} onChoose={() => choose(place)} />
        )
      )}
    </div>
  );
}

/** The way from the folder that the server shows to the one in sight. */
function Trail(props: { top: string; place: string; onGo: (path: string) => void }): React.JSX.Element {
  const { top, place, onGo } = props;
  const names = place === '' ? [] : place.split('/');
  const steps = [
    {
      name:
        top
          .split(/[\\/]/)
          .filter(each => each !== '')
          .at(-1) ?? '/',
      path: ''
    },
    ...names.map((name, at) => ({ name, path: names.slice(0, at + 1).join('/') }))
  ];
  return (
    <nav className="mreg-trail" aria-label="Folder" title={place === '' ? top : `${top}/${place}`}>
      <Icon name="folder" />
      {steps.map(({ name, path }) => (
        <React.Fragment key={path}>
          {path !== '' && <span aria-hidden="true">/</span>}
          {path === place ? (
            <bdi aria-current="location">{name}</bdi>
          ) : (
            <button type="button" className="mreg-link" onClick={() => onGo(path)}>
              <bdi>{name}</bdi>
            </button>
          )}
        </React.Fragment>
      ))}
    </nav>
  );
}

interface EntriesProps {
  list: React.RefObject<HTMLUListElement>;
  place: string;
  /** null while it is read. */
  listing: FolderListing | null;
  models: Models;
  /** The entry to begin at; null for the first one. */
  first: string | null;
  chosen: (path: string) => boolean;
  onOpen: (path: string) => void;
  onUp: () => void;
  onChoose: (path: string) => void;
}

/** What is in the folder: arrows walk through its folders, Enter opens or chooses, Backspace goes up. */
function Entries(props: EntriesProps): React.JSX.Element {
  const { list, place, listing, models, first, onOpen, onUp, onChoose } = props;
  const id = React.useId();
  const [focused, setFocused] = React.useState(false);
  const [moved, setMoved] = React.useState({ place, to: -1 });
  const entries = listing?.entries ?? NOTHING;
  const count = entries.filter(each => each.isFolder).length;
  const begin = Math.max(
    0,
    entries.findIndex(each => each.path === first)
  );
  const at = moved.place === place && moved.to >= 0 ? moved.to : begin;
  const active = focused && at < count ? entries[at] : undefined;
  const act = (entry: FolderEntry): void => (models.has(entry.path) ? onChoose : onOpen)(entry.path);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = steppedTo(event.key, at, count);
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (next !== null) {
      setMoved({ place, to: next });
    } else if (event.key === 'Enter' && active) {
      act(active);
    } else if (event.key === 'ArrowRight' && active) {
      onOpen(active.path);
    } else if (event.key === 'Backspace' || event.key === 'ArrowLeft') {
      onUp();
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <ul
      ref={list}
      className="mreg-options"
      role="listbox"
      aria-label="Folders"
      aria-busy={listing === null}
      tabIndex={0}
      aria-activedescendant={active ? `${id}${at}` : undefined}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onKeyDown={onKeyDown}
    >
      {entries.map((entry, index) => (
        <Entry
          key={entry.path}
          id={`${id}${index}`}
          entry={entry}
          model={models.get(entry.path) ?? null}
          active={entry === active}
          chosen={props.chosen(entry.path)}
          onAct={() => {
            setMoved({ place, to: index });
            act(entry);
          }}
        />
      ))}
      {entries.length === 0 && (
        <li role="option" aria-selected={false} aria-disabled={true}>
          {listing === null ? 'Loading…' : 'This folder is empty'}
        </li>
      )}
    </ul>
  );
}

function Entry(props: {
  id: string;
  entry: FolderEntry;
  /** Its flavors; null for what is no model. */
  model: readonly string[] | null;
  active: boolean;
  chosen: boolean;
  onAct: () => void;
}): React.JSX.Element {
  const { id, entry, model, active, chosen, onAct } = props;
  const ref = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    if (active) {
      ref.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [active]);
  return (
    <li
      ref={ref}
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={!entry.isFolder}
      onClick={entry.isFolder ? onAct : undefined}
    >
      <Icon name={!entry.isFolder ? 'file' : model ? 'model' : 'folder'} />
      <bdi>{entry.name}</bdi>
      {model && <span className="mreg-quiet">{['model', ...model].join(' · ')}</span>}
      {chosen && <Icon name="check" />}
    </li>
  );
}

/** What the folder in sight is itself. */
function Here(props: {
  model: readonly string[] | null;
  chosen: boolean;
  onChoose: () => void;
}): React.JSX.Element | null {
  const { model, chosen, onChoose } = props;
  if (model === null) {
    return chosen ? (
      <p className="mreg-note" role="status">
        This folder is no model: it has no MLmodel file.
      </p>
    ) : null;
  }
  return (
    <p className="mreg-note" role="status">
      This folder is a model{model.length > 0 ? ` (${model.join(', ')})` : ''}.{' '}
      {!chosen && (
        <button type="button" className="mreg-link" onClick={onChoose}>
          Choose it
        </button>
      )}
    </p>
  );
}

function parentOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/** The place an arrow leads to among `count`; null for any other key. */
function steppedTo(key: string, at: number, count: number): number | null {
  switch (count === 0 ? '' : key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1);
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
