import * as React from 'react';

import type { FileEntry, Version } from '../../client/client';
import { Icon } from '../../components/Icon';
import { countText, sizeText } from '../../registry/format';
import type { QueryState } from '../../state/query';
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
      <Inside folder={top} open={value.length <= FEW} />
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
        <li key={name} className="mreg-file" title={`${entry.path}\nSHA-256 ${entry.sha256}`}>
          <Icon name="file" />
          <bdi>{name}</bdi>
          <span className="mreg-quiet">{sizeText(entry.size)}</span>
        </li>
      ))}
    </ul>
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
