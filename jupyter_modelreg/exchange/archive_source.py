"""An archive made by `export`, as something to import from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from jupyter_modelreg.artifacts.bundle import BundleReader, open_bundle
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.errors import FilesDamaged
from jupyter_modelreg.core.exchange.consistency import Consistency
from jupyter_modelreg.core.exchange.schema import UnfitValue
from jupyter_modelreg.core.ports.exchange import ImportSource
from jupyter_modelreg.core.ports.tracking import TrackingFactory
from jupyter_modelreg.exchange.archive import ARCHIVE, missing_files, unpack_files, unpack_tables, work_folder
from jupyter_modelreg.exchange.parquet import ParquetReader


class _Archive:
    """`core.ports.ImportSource` on an archive that has been checked."""

    def __init__(
        self, file: Path, bundle: BundleReader, tables: ParquetReader, beside: Path, tracking: TrackingFactory
    ) -> None:
        self.uri = str(file)
        self.local = False  # an archive is made to be carried elsewhere
        self._bundle = bundle
        self._tables = tables
        self._beside = beside
        self._tracking = tracking
        self._files = _checked_files(file, bundle, tables)

    def containers(self) -> Sequence[Catalog | Schema]:
        found: list[Catalog | Schema] = []
        for catalogs in self._tables.read(Catalog):
            found += catalogs
        for schemas in self._tables.read(Schema):
            found += schemas
        return found

    def models(self) -> Iterator[Sequence[Model]]:
        return self._tables.read(Model)

    def versions(self) -> Iterator[Sequence[Version]]:
        return self._tables.read(Version)

    def files(self, version: Version) -> AbstractContextManager[ModelFiles]:
        return self._managed(version) if version.managed else self._tracking().fetch(version.files_uri)

    @contextmanager
    def _managed(self, version: Version) -> Iterator[ModelFiles]:
        entries = self._files.get(version.id, ())
        with work_folder(self._beside, "import") as folder:
            files = folder / "files"
            with writing(self._beside.parent, "unpack the archive in"):
                files.mkdir()
                unpack_files(self._bundle, entries, files)
            yield ModelFiles(folder=files, disposable=True, signature=version.signature, entries=entries)


@contextmanager
def open_archive(file: Path, beside: Path, tracking: TrackingFactory) -> Iterator[ImportSource]:
    """The archive `file`, checked, its tables unpacked into a temporary folder beside the path `beside`.

    `tracking` makes what fetches the files of versions that the archive only names.
    Raises InvalidInput, FilesDamaged, SourceUnavailable, RegistryUnavailable (there is no room to unpack it).
    """
    with open_bundle(file, ARCHIVE) as bundle, work_folder(beside, "import") as folder:
        bundle.check("Checking the archive")
        with writing(beside.parent, "unpack the archive in"):
            unpack_tables(bundle, folder)
        yield _Archive(file, bundle, ParquetReader(folder), beside, tracking)


def _checked_files(file: Path, bundle: BundleReader, tables: ParquetReader) -> dict[int, list[FileEntry]]:
    """The manifests by version id, once everything in the tables has been looked at. Raises FilesDamaged."""
    found = Consistency(tables, trash=False)
    try:
        found.check_archive()
    except UnfitValue as error:
        raise FilesDamaged(f"{file} is not valid: {error}", ARCHIVE.hint) from error
    files: dict[int, list[FileEntry]] = {}
    for version_id, entries in found.files.items():
        for entry in missing_files(bundle, entries):
            reference = found.versions[version_id].reference
            raise FilesDamaged(f"{file} lacks {entry.path} of {reference}", ARCHIVE.hint)
        files[version_id] = [each.entry for each in entries]
    return files
