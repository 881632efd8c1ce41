"""Reading a backup: what it has to look like, and unpacking it with every byte checked. See `backups`."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.copying import new_file
from jupyter_modelreg.artifacts.errors import reading, writing
from jupyter_modelreg.artifacts.hashing import hash_all
from jupyter_modelreg.artifacts.modes import Modes
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.artifacts.staging import delete, flush, make_folders, seal
from jupyter_modelreg.artifacts.zipping import unpacked
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import EntryKind, FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput
from jupyter_modelreg.core.ports.files import Manifests
from jupyter_modelreg.system.files import sync_folder
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.threads import in_threads

DATABASE = "registry.duckdb"
MANIFEST = "manifest.json"
KIND = "modelreg backup"
FORMAT = 1

_NAME_IT = "name a file that modelreg backup has written"
_USE_ANOTHER = "use another backup"


class BackupReader:
    """A backup being unpacked: `core.ports.BackupReader`. Use `restoring`.

    Attributes:
        about: its manifest.
        size: of the file, in bytes.
        database: where the database is unpacked to.
    """

    def __init__(self, path: Path, archive: zipfile.ZipFile, staging: Path, root: Path) -> None:
        self.size = path.stat().st_size
        self.about = _manifest(path, archive)
        self.database = staging / DATABASE
        self._path = path
        self._archive = archive
        self._files = staging / "files"
        self._root = root
        self._modes = Modes()

    def unpack_database(self) -> None:
        """Raises FilesDamaged when it is not what was backed up."""
        noted = self.about.get("database")
        if not isinstance(noted, dict):
            raise FilesDamaged(f"{self._path} says nothing of its database", _USE_ANOTHER)
        with progress("Restoring the database", int(str(noted.get("size", 0)))) as advance:
            self._unpack(DATABASE, str(noted.get("sha256")), self.database, advance, Event())

    def unpack_files(self, manifests: Manifests) -> None:
        """Unpack the files of versions, each content once; others that have it get links, as they had before.

        Versions whose files the backup has left out get no folder. Raises FilesDamaged.
        """
        left_out = self.about.get("left_out")
        absent = set(left_out) if isinstance(left_out, dict) else set()
        wanted = {version_id: files for version_id, files in manifests.items() if str(version_id) not in absent}
        places: dict[str, list[tuple[FileEntry, Path]]] = {}
        self._files.mkdir()
        for version_id, files in wanted.items():
            folder = self._files / str(version_id)
            folder.mkdir()
            make_folders(folder, files)
            for entry in files_among(files):
                places.setdefault(entry.sha256, []).append((entry, inside(folder, entry.path)))
        with progress("Restoring model files", sum(same[0][0].size for same in places.values())) as advance:
            for _ in in_threads(lambda same, stop: self._bring(same, advance, stop), places.values()):
                pass
        for version_id in wanted:
            folder = self._files / str(version_id)
            seal(folder)
            folder.chmod(self._modes.kept("folder"))
            flush(folder)

    def put_files(self, aside: Path | None) -> None:
        """Put the unpacked files where the registry has its own; what is there goes to `aside`."""
        if aside is not None and self._root.exists():
            self._root.rename(aside)
        elif self._root.exists():
            delete(self._root)  # nothing but an empty folder, as the caller has seen
        self._files.rename(self._root)
        sync_folder(self._root)
        sync_folder(self._root.parent)

    def _bring(self, same: Sequence[tuple[FileEntry, Path]], advance: Advance, stop: Event) -> None:
        """Unpack one content to all the places that have it."""
        made: dict[EntryKind, Path] = {}  # files that share their bytes share their permissions, too
        for entry, target in same:
            first = made.setdefault(entry.kind, target)
            try:
                if first is not target:
                    os.link(first, target)
                    continue
            except OSError:  # no links here, or too many: its own bytes, then
                pass
            counted = advance if len(made) == 1 and first is target else _uncounted
            self._unpack(self._name_of(entry), entry.sha256, target, counted, stop)
            target.chmod(self._modes.kept(entry.kind))

    def _name_of(self, entry: FileEntry) -> str:
        # Where the first copy was damaged when the backup was made, a sound one has another name.
        elsewhere = self.about.get("elsewhere")
        usual = f"files/{entry.sha256}"
        return str(elsewhere.get(entry.sha256, usual)) if isinstance(elsewhere, dict) else usual

    def _unpack(self, name: str, sha256: str, target: Path, advance: Advance, stop: Event) -> None:
        try:
            with new_file(target) as writer:
                found = hash_all(unpacked(self._archive, name), advance, writer.write, stop)[1]
                os.fsync(writer.fileno())
        except KeyError as error:
            raise FilesDamaged(f"{self._path} lacks {name}", _USE_ANOTHER) from error
        if found != sha256:
            raise FilesDamaged(f"{name} in {self._path} is not what was backed up", _USE_ANOTHER)


@contextmanager
def backup_reader(path: Path, root: Path) -> Iterator[BackupReader]:
    """Read the backup `path`, whose files are to go into `root`.

    Raises InvalidInput for a file that is no backup, FilesDamaged, SourceUnavailable, RegistryUnavailable.
    """
    if not path.is_file():
        raise InvalidInput(f"there is no backup {path}", _NAME_IT)
    staging = root.with_name(f"{root.name}.restoring")
    try:
        with reading(path):
            archive = zipfile.ZipFile(path)
        with archive, writing(root):
            delete(staging)  # of a restore that was killed
            staging.mkdir(parents=True)
            try:
                yield BackupReader(path, archive, staging, root)
            finally:
                delete(staging)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise FilesDamaged(f"{path} is no backup, or is damaged: {error}", _USE_ANOTHER) from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> Mapping[str, JsonValue]:
    try:
        found = json.loads(b"".join(unpacked(archive, MANIFEST)))
    except (KeyError, ValueError):
        found = None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise InvalidInput(f"{path} is not a backup of a registry", _NAME_IT)
    if found.get("format") != FORMAT:
        raise InvalidInput(
            f"{path} was written by a newer jupyter_modelreg", "upgrade with: pip install -U jupyter_modelreg"
        )
    return found


def _uncounted(_size: int) -> None:
    """These bytes were counted the first time."""
