"""Managed model files on a local file system."""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts import verify
from jupyter_modelreg.artifacts.backups.reader import BackupReader, backup_reader
from jupyter_modelreg.artifacts.backups.writer import BackupWriter, backup_writer
from jupyter_modelreg.artifacts.claims import claimed, claiming
from jupyter_modelreg.artifacts.copying import copy_file, copy_path, linked, move_file
from jupyter_modelreg.artifacts.errors import reading, writing
from jupyter_modelreg.artifacts.incoming import Incoming, incoming
from jupyter_modelreg.artifacts.scan import SourceFile, SourceFolder, inside, listing, source_folder
from jupyter_modelreg.artifacts.staging import STAGING, clean_up, delete, inventory, make_folders, staged
from jupyter_modelreg.artifacts.working_copy import working_copy
from jupyter_modelreg.core.entities.findings import FilesFound
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.threads import in_threads


class ManagedFiles:
    """One folder a version, `<root>/<version id>`, readable with any tool and read-only.

    A folder is filled under `<root>/.staging` and renamed when it is complete and its files are on disk, so what has
    the name of a version is whole; when a method that fills one returns, the names are on disk, too.
    Nothing is created before it is needed, `root` neither.

    Empty sub-folders and the executable bit are kept. `__pycache__` folders and MLflow's `registered_model_meta` are
    not added.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, version_id: int, only: Collection[str] | None = None) -> Path:
        """The folder of a version, whether it is there or not."""
        return self._root / str(version_id)

    def place(self, version_id: int | None = None) -> str:
        """The path of that folder, or of the one that all of them are in."""
        return str(self._root if version_id is None else self.path(version_id))

    def add(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]:
        """Copy the files of the folder `source`, hashing them on the way; returns the manifest, sorted by path.

        With `move` they are renamed where both places are on one file system; a `source` that was moved from is of
        no more use, even after an error.

        Raises:
            InvalidInput: `source` is no folder, is empty, or holds what cannot be taken in (see `SourceFolder.walk`).
            SourceUnavailable: a file of it cannot be read.
            RegistryUnavailable: the disk is full, the files cannot be written, or `version_id` has some already.
        """
        with source_folder(source) as opened:
            found = opened.walk()
            total = sum(file.size for file in found)
            with staged(self._root, str(version_id)) as folder, progress("Adding model files", total) as advance:
                bring = _Bringing(opened, source.resolve(), folder, move, advance)
                return list(in_threads(bring, found))

    def link(self, source_id: int, version_id: int, files: Sequence[FileEntry]) -> None:
        """Give a version the files of another one, as hard links: no bytes are copied where links are possible.

        Raises:
            FilesDamaged: a file of the other version is missing or has another size (see `verify` for the hashes).
            RegistryUnavailable: as for `add`.
        """
        source = self.path(source_id)
        verify.check_entries(source, files)
        total = sum(entry.size for entry in files)
        with staged(self._root, str(version_id)) as folder, progress("Linking model files", total) as advance:
            make_folders(folder, files)
            modes = Modes()
            for entry in files_among(files):
                _link(source, folder, entry, modes, advance)

    def verify(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Compare the files of a version with its manifest: names, sizes, hashes.

        Bytecode that Python left beside a model's own code is removed, since it would run in place of that code.
        Raises FilesDamaged, which names the first file (by path) that is missing, too many, or different.
        """
        folder = self.path(version_id)
        present = verify.present_in(folder)
        for path in verify.bytecode_in(present, files):
            with writing(folder):
                (folder / path).unlink(missing_ok=True)
        verify.check_names(folder, files, present)
        verify.check_hashes(folder, sorted(files_among(files), key=lambda entry: entry.path))

    def working_copy(self, version_id: int, files: Sequence[FileEntry]) -> Path:
        """A folder of this process's own to load the version from, once its files are verified; see `working_copy`.

        Raises FilesDamaged, RegistryUnavailable.
        """
        self.verify(version_id, files)
        return working_copy(self._root, version_id, files)

    def remove(self, version_id: int) -> None:
        """Remove the files of a version; nothing to do when there are none. Links of other versions stay intact.

        Raises RegistryUnavailable.
        """
        with writing(self._root):
            delete(self.path(version_id))

    def size(self) -> int:
        """Bytes in the files of all versions; what versions share counts once."""
        if not self._root.exists():
            return 0
        inodes: dict[tuple[int, int], int] = {}
        with reading(self._root):
            for folder in self._root.iterdir():
                if folder.name != STAGING and not folder.is_symlink():
                    files = (status for status in listing(folder).values() if stat.S_ISREG(status.st_mode))
                    inodes |= {(file.st_dev, file.st_ino): file.st_size for file in files}
        return sum(inodes.values())

    @contextmanager
    def claim(self, version_id: int) -> Iterator[None]:
        """Say for as long as this lasts, or this process lives, that it is at work on a version.

        Raises RegistryUnavailable.
        """
        with ExitStack() as held:
            with writing(self._root):
                held.enter_context(claiming(self._claim(version_id)))
            yield

    def claimed(self, version_id: int) -> bool | None:
        """Whether a living process is at work on a version; None where the file system cannot tell."""
        return claimed(self._claim(version_id))

    def inventory(self) -> FilesFound:
        """What there is, by name. Raises SourceUnavailable."""
        return inventory(self._root)

    def check(self, manifests: Mapping[int, Sequence[FileEntry]]) -> Mapping[int, RegistryError]:
        """Compare many versions with their manifests, changing nothing; a shared file is read once.

        Returns what is wrong by the id of the version: FilesDamaged or SourceUnavailable, which name the first file
        that is missing, too many, different or unreadable.
        """
        return verify.check_all({version_id: (self.path(version_id), files) for version_id, files in manifests.items()})

    def clean_up(self) -> None:
        """Remove what processes that are gone have left unfinished."""
        with writing(self._root):
            clean_up(self._root)

    def backup_writer(self, target: Path) -> AbstractContextManager[BackupWriter]:
        """Write a backup to `target`. Raises RegistryUnavailable."""
        return backup_writer(self._root, target)

    def backup_reader(self, backup: Path) -> AbstractContextManager[BackupReader]:
        """Read the backup at `backup`. Raises InvalidInput, FilesDamaged, SourceUnavailable, RegistryUnavailable."""
        return backup_reader(backup, self._root)

    def incoming(self) -> AbstractContextManager[Incoming]:
        """Bring the files of a whole registry here. Raises RegistryUnavailable, RegistryBusy."""
        return incoming(self._root)

    def _claim(self, version_id: int) -> Path:
        return self._root / STAGING / f"{version_id}.lock"


@dataclass(frozen=True)
class _Bringing:
    """Brings what is in the folder `opened`, which lies at `source`, into the new folder `folder`."""

    opened: SourceFolder
    source: Path
    folder: Path
    move: bool
    advance: Advance
    modes: Modes = field(default_factory=Modes)

    def __call__(self, file: SourceFile, stop: Event) -> FileEntry:
        target = self.folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.kind == "folder":
            target.mkdir()
            return FileEntry(path=file.path, size=0, sha256="", kind=file.kind)
        reader = self.opened.open(file)
        bring = move_file if self.move and not file.shared else copy_file
        mode = self.modes.kept(file.kind)
        size, sha256 = bring(reader, self.source / file.real, target, mode, self.advance, stop)
        return FileEntry(path=file.path, size=size, sha256=sha256, kind=file.kind)


def _link(source: Path, folder: Path, entry: FileEntry, modes: Modes, advance: Advance) -> None:
    original, target = inside(source, entry.path), inside(folder, entry.path)
    if linked(original, target):
        advance(entry.size)
    else:
        _, sha256 = copy_path(original, target, modes.kept(entry.kind), advance)
        verify.check_hash(source, entry, sha256)
