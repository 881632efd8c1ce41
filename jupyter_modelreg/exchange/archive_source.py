"""An archive made by `export`, as something to import from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import EntryKind, FileEntry, Version
from jupyter_modelreg.core.ports.exchange import ImportSource
from jupyter_modelreg.core.ports.tracking import ModelFiles, TrackingFactory
from jupyter_modelreg.exchange.archive import Unpacking, unpacking
from jupyter_modelreg.exchange.parquet import read_parquet


@dataclass(frozen=True, kw_only=True)
class ArchivedFile:
    """One line of a managed version's manifest, as an archive lists it: a `FileEntry`."""

    version_id: int
    path: str
    size: int
    sha256: str
    kind: EntryKind = "file"


class _Archive:
    """`core.ports.ImportSource` on an archive that has been checked."""

    def __init__(self, file: Path, archive: Unpacking, folder: Path, tracking: TrackingFactory) -> None:
        self.uri = str(file)
        self._archive = archive
        self._folder = folder
        self._tracking = tracking
        for name in ("catalogs", "schemas", "models", "versions", "files"):
            archive.table(name, folder / name)
        self._entries: dict[int, list[FileEntry]] = {}
        for page in read_parquet(folder / "files", ArchivedFile):
            for each in page:
                entry = FileEntry(path=each.path, size=each.size, sha256=each.sha256, kind=each.kind)
                self._entries.setdefault(each.version_id, []).append(entry)

    def containers(self) -> Sequence[Catalog | Schema]:
        found: list[Catalog | Schema] = []
        for catalogs in read_parquet(self._folder / "catalogs", Catalog):
            found += catalogs
        for schemas in read_parquet(self._folder / "schemas", Schema):
            found += schemas
        return found

    def models(self) -> Iterator[Sequence[Model]]:
        return read_parquet(self._folder / "models", Model)

    def versions(self) -> Iterator[Sequence[Version]]:
        return read_parquet(self._folder / "versions", Version)

    def files(self, version: Version) -> AbstractContextManager[ModelFiles]:
        return self._managed(version) if version.managed else self._tracking().fetch(version.files_uri)

    @contextmanager
    def _managed(self, version: Version) -> Iterator[ModelFiles]:
        entries = self._entries.get(version.id, [])
        with tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
            self._archive.files(entries, Path(folder))
            yield ModelFiles(folder=Path(folder), disposable=True, signature=version.signature, entries=entries)


@contextmanager
def open_archive(file: Path, tracking: TrackingFactory) -> Iterator[ImportSource]:
    """The archive `file`, checked and its tables unpacked. Raises FilesDamaged, SourceUnavailable.

    `tracking` makes what fetches the files of versions that the archive only names.
    """
    with unpacking(file) as archive, tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
        yield _Archive(file, archive, Path(folder), tracking)
