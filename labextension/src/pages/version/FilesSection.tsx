import * as React from 'react';

import { type FileEntry, type Version } from '../../client/client';
import { copy } from '../../actions/actions';
import { type MenuContent, useMenu } from '../../actions/useMenu';
import { CopyButton } from '../../components/CopyButton';
import { Icon } from '../../components/Icon';
import { useHost } from '../../host/host';
import { countText, sizeText } from '../../registry/format';
import { type QueryState, useQuery } from '../../state/query';
import { type Folder, folderOf } from './files';
import { Section } from '../parts';

/** With more files than this, folders are closed at first. */
const FEW = 40;

interface Props {
  version: Version;
  files: QueryState<readonly FileEntry[]>;
  onRetry: () => void;
}

/** The files the registry keeps of a version. */
export function FilesSection({ version, files, onRetry }: Props): React.JSX.Element | null {
  const { value, error } = files;
  const { actions, menu } = useFileActions(`${version.name}/${version.version}`);
  if (!version.managed || (value === null && error === null)) {
    return null;
  }
  if (value === null) {
    return (
      <Section title="Files">
        <p className="mreg-quiet">
          {error?.message}{' '}
          <button type="button" className="mreg-link" onClick={onRetry}>
            Retry
          </button>
        </p>
      </Section>
    );
  }
  const top = folderOf(value);
  const count = value.filter(entry => entry.kind !== 'folder').length;
  return (
    <Section title="Files" count={`${countText(count)} · ${sizeText(top.size)}`}>
      <Kept reference={`${version.name}/${version.version}`} />
      <FileActions.Provider value={actions}>
        <Inside folder={top} open={value.length <= FEW} />
      </FileActions.Provider>
      {menu}
    </Section>
  );
}

function Inside({ folder, open }: { folder: Folder; open: boolean }): React.JSX.Element {
  return (
    <ul className={`mreg-files${folder.folders.length > 0 ? ' mreg-mod-folders' : ''}`}>
      {folder.folders.map(each => (
        <li key={each.name}>
          <Closable folder={each} open={open} />
        </li>
      ))}
      {folder.files.map(({ name, entry }) => (
        <li key={name} className="mreg-file-line">
          <FileRow name={name} entry={entry} />
        </li>
      ))}
    </ul>
  );
}

/** What can be done with a file where it is listed. */
interface Actions {
  /** Null where nothing can be opened. */
  readonly open: ((entry: FileEntry) => void) | null;
  readonly download: ((entry: FileEntry) => void) | null;
  readonly menu: (entry: FileEntry, event: React.MouseEvent) => void;
}

const FileActions = React.createContext<Actions>({ open: null, download: null, menu: () => undefined });

/** What can be done with the files of the version `reference`, and the menu that offers it. */
function useFileActions(reference: string): { actions: Actions; menu: React.JSX.Element | null } {
  const host = useHost();
  const { opener } = host;
  const { moment } = host.client;
  const { open: openMenu, menu } = useMenu();
  const actions = React.useMemo((): Actions => {
    const open = opener && ((entry: FileEntry) => opener.openFile(reference, entry.path, moment));
    const download = opener && ((entry: FileEntry) => opener.download(reference, entry.path, moment));
    const content = (entry: FileEntry): MenuContent => ({
      label: `Actions for ${entry.path}`,
      items: [
        ...(open ? [{ id: 'open', label: 'Open', icon: 'open', group: 'open', run: () => open(entry) } as const] : []),
        ...(download
          ? [
              {
                id: 'download',
                label: 'Download',
                icon: 'download',
                group: 'open',
                run: () => download(entry)
              } as const
            ]
          : []),
        {
          id: 'path',
          label: 'Copy path',
          icon: 'copy',
          group: 'copy',
          run: () => copy(host, entry.path, `Copied ${entry.path}`)
        },
        {
          id: 'hash',
          label: 'Copy SHA-256',
          icon: 'copy',
          group: 'copy',
          run: () => copy(host, entry.sha256, `Copied ${entry.sha256}`)
        }
      ]
    });
    return { open, download, menu: (entry, event) => openMenu(content(entry), event) };
  }, [host, opener, openMenu, reference, moment]);
  return { actions, menu };
}

/** A file, which opens by a click and is downloaded by a button. */
function FileRow({ name, entry }: { name: string; entry: FileEntry }): React.JSX.Element {
  const { open, download, menu } = React.useContext(FileActions);
  const title = `${entry.path}\nSHA-256 ${entry.sha256}`;
  const content = (
    <>
      <Icon name="file" />
      <bdi>{name}</bdi>
      <span className="mreg-quiet">{sizeText(entry.size)}</span>
    </>
  );
  return (
    <>
      {open ? (
        <button
          type="button"
          className="mreg-file mreg-mod-opens"
          title={title}
          onClick={() => open(entry)}
          onContextMenu={event => menu(entry, event)}
        >
          {content}
        </button>
      ) : (
        <span className="mreg-file" title={title} onContextMenu={event => menu(entry, event)}>
          {content}
        </span>
      )}
      {download && (
        <button
          type="button"
          className="mreg-copy"
          aria-label={`Download ${entry.path}`}
          title={`Download ${entry.path}`}
          onClick={() => download(entry)}
        >
          <Icon name="download" />
        </button>
      )}
    </>
  );
}

/** Where the files are on the machine of the server, and the ways to look at them there. */
function Kept({ reference }: { reference: string }): React.JSX.Element | null {
  const { opener } = useHost();
  const { value } = useQuery(reference, (client, signal) => client.call('versions.folder', { reference }, signal));
  if (value === null) {
    return null;
  }
  return (
    <p className="mreg-kept">
      <span className="mreg-copied">
        <span className="mreg-mono mreg-quiet" title={value}>
          <bdi>{value}</bdi>
        </span>
        <CopyButton text={value} what="path of the folder" />
      </span>
      {opener?.foldersFor(value).map(each => (
        <button key={each.label} type="button" className="mreg-link" onClick={() => each.open()}>
          {each.label}
        </button>
      ))}
    </p>
  );
}

/** A folder; what it holds is drawn only while it is open. */
function Closable({ folder, open }: { folder: Folder; open: boolean }): React.JSX.Element {
  const [shown, setShown] = React.useState(open);
  return (
    <>
      <button
        type="button"
        className="mreg-file mreg-mod-folder"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        <span className={`mreg-caret${shown ? ' mreg-mod-open' : ''}`}>
          <Icon name="caret" />
        </span>
        <Icon name="folder" />
        <bdi>{folder.name}</bdi>
        <span className="mreg-quiet">{sizeText(folder.size)}</span>
      </button>
      {shown && <Inside folder={folder} open={open} />}
    </>
  );
}
