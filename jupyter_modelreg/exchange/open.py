"""Opening what models are imported from, and writing archives: where storage, files and MLflow meet once more."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from jupyter_modelreg.artifacts.copying import progress
from jupyter_modelreg.connection import SCHEME, mlflow_sources, open_registry, registry_path
from jupyter_modelreg.core.entities.values import Catalog, FileEntry, JsonValue, Model, Schema, Version
from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.exchange.registry_source import Neighbour
from jupyter_modelreg.core.ports.store import Incoming, ModelFiles, Outgoing
from jupyter_modelreg.exchange.archive import Unpacking, packing, unpacking
from jupyter_modelreg.exchange.parquet import read_parquet, write_parquet

_SQLITE, _DUCKDB, _DUCKDB_AT = b"SQLite format 3\0", b"DUCK", 8
_KINDS = "name an MLflow server or database, a registry (modelreg:///…), or an archive made by export"


@dataclass(frozen=True, kw_only=True)
class ArchivedFile:
    """One file of a managed version, as an archive lists it; `size` in bytes, SHA-256 in hex."""

    version_id: int
    path: str
    size: int
    sha256: str


class LocalTraffic:
    """`core.outside.Traffic` on this machine."""

    def incoming(self, source: str) -> AbstractContextManager[Incoming]:
        """What is at `source`: an archive, a registry of ours, or whatever MLflow makes of it.

        Raises InvalidInput for what is none of them, SourceUnavailable, FilesDamaged.
        """
        if source.startswith(f"{SCHEME}:"):
            return _neighbour(registry_path(source))
        file = _file(source)
        if file is None:
            return _mlflow(source)
        if not file.exists():
            raise SourceUnavailable(f"{file} does not exist", _KINDS)
        if file.is_dir():
            return _mlflow(file.as_uri())
        with file.open("rb") as reader:
            start = reader.read(len(_SQLITE))
        if start == _SQLITE:
            return _mlflow(f"sqlite:///{file}")
        if start[_DUCKDB_AT : _DUCKDB_AT + len(_DUCKDB)] == _DUCKDB:
            return _neighbour(file)
        if start.startswith(b"PK") or zipfile.is_zipfile(file):
            return _archive(file)
        raise InvalidInput(f"{file} is neither a registry nor an archive", _KINDS)

    def write_archive(self, file: Path, content: Outgoing, about: Mapping[str, JsonValue]) -> int:
        """Write an archive; returns its size in bytes. Raises FilesDamaged, RegistryUnusable."""
        files = [
            ArchivedFile(version_id=version_id, **vars(entry))
            for version_id, entries in content.files.items()
            for entry in entries
        ]
        tables: Mapping[str, tuple[type, Sequence[object]]] = {
            "catalogs": (Catalog, content.catalogs),
            "schemas": (Schema, content.schemas),
            "models": (Model, content.models),
            "versions": (Version, content.versions),
            "files": (ArchivedFile, files),
        }
        with packing(file) as archive, tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
            for name, (kind, records) in tables.items():
                table = Path(folder, name)
                write_parquet(table, kind, records)
                archive.add_table(name, table)
            with progress("Writing model files", sum(each.size for each in files)) as advance:
                for version_id, entries in content.files.items():
                    archive.add_files(content.folder(version_id), entries, advance)
            archive.finish(about)
        return file.stat().st_size

    def progress(self, what: str, total: int, unit: str) -> AbstractContextManager[Callable[[int], None]]:
        """A bar, or news for whoever listens."""
        return progress(what, total, unit)


class _Archive:
    """`core.outside.Incoming` on an archive that has been checked."""

    def __init__(self, file: Path, archive: Unpacking, folder: Path) -> None:
        self.uri = str(file)
        self._archive = archive
        self._folder = folder
        for name in ("catalogs", "schemas", "models", "versions", "files"):
            archive.table(name, folder / name)
        self._entries: dict[int, list[FileEntry]] = {}
        for page in read_parquet(folder / "files", ArchivedFile):
            for each in page:
                entry = FileEntry(path=each.path, size=each.size, sha256=each.sha256)
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
        return self._managed(version) if version.managed else mlflow_sources().files(version.files_uri)

    @contextmanager
    def _managed(self, version: Version) -> Iterator[ModelFiles]:
        entries = self._entries.get(version.id, [])
        with tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
            self._archive.files(entries, Path(folder))
            yield ModelFiles(folder=Path(folder), disposable=True, signature=version.signature, entries=entries)


@contextmanager
def _archive(file: Path) -> Iterator[Incoming]:
    with unpacking(file) as archive, tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
        yield _Archive(file, archive, Path(folder))


@contextmanager
def _neighbour(path: Path) -> Iterator[Incoming]:
    if not path.exists():  # opening it would make an empty one
        raise SourceUnavailable(f"there is no registry at {path}", _KINDS)
    registry = open_registry(str(path))
    try:
        yield Neighbour(registry)
    finally:
        registry.close()


def _mlflow(uri: str) -> AbstractContextManager[Incoming]:
    from jupyter_modelreg.mlflow_client.importing.source import open_mlflow_registry

    return open_mlflow_registry(uri)


def _file(source: str) -> Path | None:
    """The file or folder `source` names; None for the URI of something else. Raises InvalidInput."""
    try:
        parts = urlparse(source)
    except ValueError as error:
        raise InvalidInput(f"the source is not a URI: {error}", _KINDS) from None  # it may hold a password
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    return None if len(parts.scheme) > 1 else Path(source).expanduser().absolute()
