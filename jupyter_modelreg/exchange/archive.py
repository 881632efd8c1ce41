"""An archive: one portable file that holds part of a registry.

It is a bundle (see `artifacts.bundle`): `tables/<name>.parquet` are the records, `files/<sha256>` the files of managed
versions, each content once, however many versions share it. Before anything of it is used, every member is read and
compared with the manifest, and every record is held against the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.bundle import BundleReader, BundleWriter, Format, new_bundle
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.artifacts.staging import make_folders
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, Version, VersionFile, files_among
from jupyter_modelreg.core.errors import FilesDamaged, SourceUnavailable
from jupyter_modelreg.core.ports.exchange import ArchiveContent
from jupyter_modelreg.exchange.parquet import ParquetWriter, table_file
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.scratch import scratch_folder
from jupyter_modelreg.system.threads import in_threads

ARCHIVE = Format(
    "modelreg archive",
    2,
    "an archive of models",
    "modelreg export",
    "nothing was imported; get the archive again from where it was made",
)
KINDS: tuple[type, ...] = (Catalog, Schema, Model, Version, VersionFile)


@contextmanager
def work_folder(beside: Path, what: str) -> Iterator[Path]:
    """A temporary folder beside a registry: see `scratch_folder`. Raises RegistryUnavailable where none can be made."""
    with ExitStack() as stack:
        with writing(beside.parent, "work in"):
            folder = stack.enter_context(scratch_folder(beside, what))
        yield folder


def write_archive(file: Path, content: ArchiveContent, about: Mapping[str, JsonValue], scratch: Path) -> int:
    """Write an archive, with the folder `scratch` to work in; returns its size in bytes.

    Raises FilesDamaged, RegistryUnavailable.
    """
    files = [
        VersionFile(version_id=version_id, **vars(entry))
        for version_id, entries in content.files.items()
        for entry in entries
    ]
    tables = ParquetWriter(scratch)
    tables.write(Catalog, [content.catalogs])
    tables.write(Schema, [content.schemas])
    tables.write(Model, [content.models])
    tables.write(Version, [content.versions])
    tables.write(VersionFile, [files])
    with new_bundle(file, ARCHIVE) as bundle:
        for kind in KINDS:
            table = table_file(scratch, kind)
            bundle.add(f"tables/{table.name}", table, lambda _: None)
        with progress("Writing model files", sum(each.size for each in files)) as advance:
            for version_id, entries in content.files.items():
                _add_files(bundle, content.folder(version_id), entries, advance)
        bundle.finish(about)
    return file.stat().st_size


def unpack_tables(bundle: BundleReader, folder: Path) -> None:
    """Write the tables of an archive into `folder`. Raises FilesDamaged."""
    for kind in KINDS:
        table = table_file(folder, kind)
        bundle.extract(f"tables/{table.name}", table)


def unpack_files(bundle: BundleReader, entries: Sequence[FileEntry], folder: Path) -> None:
    """Write the files of a version into `folder`. Raises FilesDamaged."""
    with progress("Unpacking model files", sum(entry.size for entry in entries)) as advance:

        def extract(entry: FileEntry, stop: Event) -> None:
            target = inside(folder, entry.path)
            bundle.extract(f"files/{entry.sha256}", target, advance, stop)
            target.chmod(modes.copied(entry.kind))

        modes = Modes()
        make_folders(folder, entries)
        for _ in in_threads(extract, files_among(entries)):
            pass


def missing_files(bundle: BundleReader, files: Sequence[FileEntry]) -> Iterator[FileEntry]:
    """The files of a manifest whose contents the archive lacks, or has in another size."""
    for file in files_among(files):
        member = bundle.members.get(f"files/{file.sha256}")
        if member is None or (member.size, member.sha256) != (file.size, file.sha256):
            yield file


def _add_files(bundle: BundleWriter, folder: Path, entries: Sequence[FileEntry], advance: Advance) -> None:
    """Take in the files of a version. Raises FilesDamaged when one is not what its manifest says."""
    for entry in files_among(entries):
        name, file = f"files/{entry.sha256}", inside(folder, entry.path)
        if name in bundle.members:
            advance(entry.size)
            continue
        try:
            added = bundle.add(name, file, advance, deflate=True)
        except SourceUnavailable as error:
            raise FilesDamaged(error.message, "restore it from a backup, then export again") from error
        if added.sha256 != entry.sha256:
            raise FilesDamaged(
                f"{file} has changed since it was registered", f"restore {folder} from a backup, then export again"
            )
