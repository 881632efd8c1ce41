"""Managed files: one folder a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from jupyter_modelreg.core.entities.findings import FilesFound
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import RegistryError

# MLflow writes this on top of a model's folder whenever it loads `models:/name/3` in place: name and version. It is
# no part of the model.
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

    def unpack_files(self, manifests: Manifests) -> tuple[Path, Path]:
        """Unpack files of versions; returns the folder they are in, and the one they belong into. Raises FilesDamaged.

        What is not moved from there is gone when the reader is closed.
        """


class FileStore(Protocol):
    """Managed folders of model files, one a version, named by the id of the version."""

    def path(self, version_id: int) -> Path: ...
    def add(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]: ...
    def link(self, source_id: int, version_id: int, files: Sequence[FileEntry]) -> None: ...
    def verify(self, version_id: int, files: Sequence[FileEntry]) -> None: ...
    def working_copy(self, version_id: int, files: Sequence[FileEntry]) -> Path: ...
    def remove(self, version_id: int) -> None: ...
    def size(self) -> int: ...
    def claim(self, version_id: int) -> AbstractContextManager[None]: ...
    def claimed(self, version_id: int) -> bool | None: ...
    def inventory(self) -> FilesFound: ...
    def check(self, manifests: Manifests) -> Mapping[int, RegistryError]: ...
    def clean_up(self) -> None: ...
    def backup_writer(self, target: Path) -> AbstractContextManager[BackupWriter]: ...
    def backup_reader(self, backup: Path) -> AbstractContextManager[BackupReader]: ...
