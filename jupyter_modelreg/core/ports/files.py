"""Managed files: one folder a version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import RegistryError

if TYPE_CHECKING:  # what most commands never use
    from jupyter_modelreg.core.entities.findings import FilesFound

# MLflow before 3.18 writes this on top of a model's folder whenever it loads `models:/name/3` in place: name and
# version. It is no part of the model.
MLFLOW_NOTE = "registered_model_meta"
Manifests = Mapping[int, Sequence[FileEntry]]  # by version id


class BackupWriter(Protocol):
    """A backup on its way: the tables of a snapshot are put into `tables`, its files gathered, then it is written."""

    @property
    def tables(self) -> Path:
        """An empty folder for the tables; all that is in it by the time of `write` goes into the backup."""

    def gather(self, manifests: Manifests) -> set[int]:
        """Take hold of files, so that a purge does not take them away; returns the ids of versions that lack one."""

    def write(
        self, manifests: Manifests, names: Mapping[int, str], about: Mapping[str, JsonValue], *, skip_damaged: bool
    ) -> list[str]:
        """Write the backup; returns the names of versions whose files are left out, being damaged.

        `names` are those of versions by id; `about` is for whoever reads it. Raises FilesDamaged (unless damaged
        files may be skipped), SourceUnavailable, RegistryUnavailable.
        """


class BackupReader(Protocol):
    """A backup being unpacked beside the registry, to be put in its place."""

    @property
    def about(self) -> Mapping[str, JsonValue]:
        """What was written with it, and `left_out`: the names, by id as text, of versions whose files are not in it."""

    @property
    def size(self) -> int:
        """Bytes of the file."""

    def unpack_tables(self) -> Path:
        """Unpack the tables; returns their folder. Raises FilesDamaged."""

    def unpack_files(self, manifests: Manifests) -> Sequence[tuple[Path, Path]]:
        """Unpack files of versions; returns folders that are to be moved, from where to where. Raises FilesDamaged.

        What is not moved from there is gone when the reader is closed.
        """

    def settled(self, aside: str) -> AbstractContextManager[None]:
        """What is unpacked is in its place, but for folders to be moved, and what was there aside, under that name.

        As it was before where the block raises. Raises RegistryUnavailable, SourceUnavailable.
        """


class Incoming(Protocol):
    """Files of another registry on their way here, to be put in place with its tables.

    What has come stays, out of sight, when this is closed before: a later one goes on from there.
    """

    @property
    def tables(self) -> Path:
        """An empty folder for the tables; it is gone in the end."""

    def bring(self, folder_of: Callable[[int], Path], manifests: Manifests) -> int:
        """Have all these versions, each found in the folder that `folder_of` gives, and no others.

        Returns how many files had to be brought. Raises FilesDamaged, SourceUnavailable, RegistryUnavailable.
        """

    def bring_file(self, source: Path, target: Path) -> None:
        """Have a copy of one more file, for its owner's eyes only, that belongs to `target`.

        Raises SourceUnavailable, RegistryUnavailable.
        """

    def places(self) -> Sequence[tuple[Path, Path]]:
        """What has been brought and is to be moved: where it is now, and where it belongs; see `Store.load`."""

    def settled(self, aside: str) -> AbstractContextManager[None]:
        """What has been brought is in its place, but for `places`; see `BackupReader.settled`."""


class FileStore(Protocol):
    """Managed folders of model files, one a version, named by the id of the version.

    All methods may be called from several threads and processes at once. What has the name of a version is whole: a
    folder is filled elsewhere and gets its name when it is complete and on disk, so a process that is killed leaves
    nothing half-done under that name. Nobody may write to what is kept. Sizes are in bytes, hashes SHA-256 in hex.

    Failures of the disk are RegistryUnavailable when writing and SourceUnavailable when reading.
    """

    def path(self, version_id: int, only: Collection[str] | None = None) -> Path:
        """A folder on this machine with what a version has, to be read from, never to be loaded from.

        What is kept elsewhere is fetched; with `only`, other files than those that have these paths in the manifest
        need not be there. Of a version that has nothing here it is a folder that is not there either.
        Raises FilesDamaged (what was fetched is not what the version had), SourceUnavailable, RegistryUnavailable.
        """

    def place(self, version_id: int | None = None) -> str:
        """What a person calls the place where a version is kept, or all of them are; nothing is looked at for it."""

    def add(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]:
        """Give a version a copy of what is in the folder `source`; returns its manifest, sorted by path.

        Symbolic links arrive as what they lead to. Empty folders and the executable bit are kept; `__pycache__` and
        `MLFLOW_NOTE` are left out. The hashes are those of what is kept, even if `source` changes meanwhile. With
        `move` the files may be taken away from `source`, which is of no more use then, even after an error.

        Raises:
            InvalidInput: `source` is no folder, holds no file, or something that cannot be added: a link that leads
                out of it or nowhere, a pipe, socket or device, a name that is not UTF-8.
            SourceUnavailable: a file of it cannot be read.
            RegistryUnavailable: nothing can be written, or the version has files already. Nothing is left then.
        """

    def link(self, source_id: int, version_id: int, files: Sequence[FileEntry]) -> None:
        """Give a version what another one has, whose manifest is `files`, at no cost of space where that is possible.

        Each is independent of the other: removing one leaves the other whole.

        Raises:
            FilesDamaged: something of the other version is missing, or of another kind or size.
            RegistryUnavailable: as for `add`.
        """

    def verify(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Compare a version with its manifest: names, sizes, hashes, empty folders.

        Bytecode beside the model's code is removed. Raises FilesDamaged, which names the first thing by path that is
        missing, too many or different; SourceUnavailable.
        """

    def working_copy(self, version_id: int, files: Sequence[FileEntry]) -> Path:
        """A folder with what a version has, which is first verified; this process may write to it, and it alone does.

        No write to it reaches what is kept. The same folder is returned again until something in it has been written
        to. It is gone when the process ends, however it ends, or some time after. Raises FilesDamaged,
        SourceUnavailable, RegistryUnavailable.
        """

    def remove(self, version_id: int) -> None:
        """Remove what a version has; nothing happens when there is nothing. Raises RegistryUnavailable."""

    def size(self) -> int:
        """Bytes in the files of all versions; what versions share counts once. Raises SourceUnavailable."""

    def claim(self, version_id: int) -> AbstractContextManager[None]:
        """Say for as long as this lasts, or this process lives, that it is at work on a version.

        Another process that claims it meanwhile waits. Raises RegistryUnavailable; RegistryBusy for having waited
        longer than MODELREG_LOCK_TIMEOUT says.
        """

    def claimed(self, version_id: int) -> bool | None:
        """Whether a living process, or one that was so a moment ago, has claimed a version; None where nobody knows."""

    def inventory(self) -> FilesFound:
        """What there is, by name, and what processes that are gone have left; changes nothing.

        Raises SourceUnavailable.
        """

    def check(self, manifests: Manifests) -> Mapping[int, RegistryError]:
        """What is wrong with each of many versions, by id; changes nothing, and reads what versions share once.

        Beyond what `verify` finds it names bytecode and permissions that are not as they were. The errors are
        FilesDamaged or SourceUnavailable, and name the first thing by path.
        """

    def clean_up(self) -> None:
        """Remove what processes that are gone have left unfinished. What cannot be removed stays.

        Raises RegistryUnavailable, RegistryBusy.
        """

    def backup_writer(self, target: Path) -> AbstractContextManager[BackupWriter]:
        """Write a backup to `target`. Raises RegistryUnavailable."""

    def backup_reader(self, backup: Path) -> AbstractContextManager[BackupReader]:
        """Read the backup at `backup`. Raises InvalidInput, FilesDamaged, SourceUnavailable, RegistryUnavailable."""

    def incoming(self) -> AbstractContextManager[Incoming]:
        """Bring the files of another registry here, where there must be none.

        Raises RegistryUnavailable; RegistryBusy where another process does so.
        """


FileStoreFactory = Callable[[], FileStore]
