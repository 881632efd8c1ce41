"""Reading a backup, and unpacking it beside the registry with every byte checked. See `backup_writer`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.backups.writer import BACKUP
from jupyter_modelreg.artifacts.bundle import BundleReader, open_bundle
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.artifacts.staging import flush, make_folders, seal
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import EntryKind, FileEntry, files_among
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.files import Manifests
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.scratch import scratch_folder
from jupyter_modelreg.system.threads import in_threads


class BackupReader:
    """A backup being unpacked: `core.ports.BackupReader`. Use `backup_reader`.

    Attributes:
        about: what was written with it.
        size: of the file, in bytes.
    """

    def __init__(self, file: Path, bundle: BundleReader, staging: Path, root: Path) -> None:
        self.size = file.stat().st_size
        self.about: Mapping[str, JsonValue] = bundle.about
        self._bundle = bundle
        self._staging = staging
        self._root = root
        self._modes = Modes()
        self._contents = {member.sha256: name for name, member in bundle.members.items() if name.startswith("files/")}

    def unpack_tables(self) -> Path:
        """Unpack the tables; returns their folder. Raises FilesDamaged."""
        folder = self._staging / "tables"
        folder.mkdir()
        for name in self._bundle.members:
            kind, _, table = name.partition("/")
            if kind == "tables":
                self._bundle.extract(name, inside(folder, table))
        return folder

    def unpack_files(self, manifests: Manifests) -> Sequence[tuple[Path, Path]]:
        """Unpack the files of versions, each content once; others that have it get links, as they had before.

        Returns the folder they are in now, with the one they have to be moved to. Raises FilesDamaged.
        """
        folders = self._staging / "files"
        folders.mkdir()
        places: dict[str, list[tuple[FileEntry, Path]]] = {}
        for version_id, files in manifests.items():
            folder = folders / str(version_id)
            folder.mkdir()
            make_folders(folder, files)
            for entry in files_among(files):
                places.setdefault(entry.sha256, []).append((entry, inside(folder, entry.path)))
        with progress("Restoring model files", sum(same[0][0].size for same in places.values())) as advance:
            for _ in in_threads(lambda same, stop: self._bring(same, advance, stop), places.values()):
                pass
        for version_id in manifests:
            folder = folders / str(version_id)
            seal(folder)
            folder.chmod(self._modes.kept("folder"))
            flush(folder)
        return [(folders, self._root)]

    def settled(self, aside: str) -> AbstractContextManager[None]:
        """Nothing but the folder is to be put in place."""
        return nullcontext()

    def extract(self, sha256: str, target: Path, advance: Advance, stop: Event) -> None:
        """Unpack the bytes that have this hash into a new file. Raises FilesDamaged, OSError."""
        # Where the first copy was damaged when the backup was made, a sound one has another name.
        self._bundle.extract(self._contents.get(sha256, f"files/{sha256}"), target, advance, stop)

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
            self._unpack(entry, target, counted, stop)

    def _unpack(self, entry: FileEntry, target: Path, advance: Advance, stop: Event) -> None:
        self.extract(entry.sha256, target, advance, stop)
        target.chmod(self._modes.kept(entry.kind))


@contextmanager
def backup_reader(file: Path, root: Path) -> Iterator[BackupReader]:
    """Read a backup, whose files are to go into `root`. Raises what `open_backup` raises."""
    with open_backup(file, root) as (bundle, staging):
        yield BackupReader(file, bundle, staging, root)


@contextmanager
def open_backup(file: Path, root: Path) -> Iterator[tuple[BundleReader, Path]]:
    """A backup, and an empty folder beside `root` to work in.

    Raises InvalidInput for a file that is no backup, FilesDamaged, SourceUnavailable, RegistryUnavailable.
    """
    if not file.is_file():
        raise InvalidInput(f"there is no backup {file}", f"name a file that {BACKUP.writer} has written")
    with open_bundle(file, BACKUP) as bundle, writing(root), scratch_folder(root, "restore") as staging:
        yield bundle, staging


def _uncounted(_size: int) -> None:
    """These bytes were counted the first time."""
