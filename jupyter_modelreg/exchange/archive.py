"""One portable file that holds part of a registry: a zip with tables, model files and a manifest.

- `manifest.json`: what the archive is, and size and SHA-256 of every other member;
- `tables/<name>.parquet`: the records;
- `files/<sha256>`: the files of managed versions, each content once, however many versions share it.

An archive is written under a temporary name and renamed when it is whole. Before anything of it is used, every member
is read and compared with the manifest.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.hashing import Piece, chunks_of, hash_all
from jupyter_modelreg.artifacts.modes import Modes
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.artifacts.staging import make_folders
from jupyter_modelreg.artifacts.zipping import unpacked
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput, RegistryUnavailable, SourceUnavailable
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.threads import in_threads

FORMAT, FORMAT_VERSION = "modelreg archive", 1
_MANIFEST = "manifest.json"
_SAMPLE = 64 << 10  # bytes
_WORTH_IT = 0.8  # of the size
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)
_RESTORE = "nothing was imported; get the archive again from where it was made"


@dataclass(frozen=True)
class Member:
    """What the manifest says of a member: its size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


class Packing:
    """An archive being written; use `packing`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, Member] = {}

    def add_table(self, name: str, file: Path) -> None:
        """Take in a Parquet file as the table `name`."""
        self._add(f"tables/{name}.parquet", file, zipfile.ZIP_STORED, lambda _: None)

    def add_files(self, folder: Path, entries: Sequence[FileEntry], advance: Advance) -> None:
        """Take in the files of a version. Raises FilesDamaged when one is not what its manifest says."""
        for entry in files_among(entries):
            name, file = f"files/{entry.sha256}", inside(folder, entry.path)
            if name in self._members:
                advance(entry.size)
            elif self._add(name, file, _compression(file), advance).sha256 != entry.sha256:
                raise FilesDamaged(
                    f"{file} has changed since it was registered", f"restore {folder} from a backup, then export again"
                )

    def finish(self, about: Mapping[str, JsonValue]) -> None:
        """Write the manifest, with `about` for whoever looks into the archive."""
        members: dict[str, JsonValue] = {name: dict(vars(member)) for name, member in self._members.items()}
        manifest = {"format": FORMAT, "version": FORMAT_VERSION, "about": dict(about), "members": members}
        self._archive.writestr(zipfile.ZipInfo(_MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False))

    def _add(self, name: str, file: Path, compression: int, advance: Advance) -> Member:
        info = zipfile.ZipInfo(name)
        info.compress_type = compression
        try:
            reader = file.open("rb", buffering=0)
        except OSError as error:
            raise FilesDamaged(
                f"{file} cannot be read: {error.strerror}", "restore it from a backup, then export again"
            ) from error
        with reader, self._archive.open(info, "w", force_zip64=True) as writer:
            self._members[name] = Member(*hash_all(chunks_of(reader), advance, writer.write))
        return self._members[name]


def _compression(file: Path) -> int:
    """Deflate what shrinks, as a sample from the middle says; weights hardly do, and would take many times as long."""
    try:
        with file.open("rb") as reader:
            reader.seek(file.stat().st_size // 2)
            sample = reader.read(_SAMPLE)
    except OSError:  # `_add` says what is wrong
        return zipfile.ZIP_STORED
    shrinks = len(zlib.compress(sample, 1)) < _WORTH_IT * len(sample)
    return zipfile.ZIP_DEFLATED if shrinks else zipfile.ZIP_STORED


@contextmanager
def packing(file: Path) -> Iterator[Packing]:
    """A new archive that becomes `file` if all goes well, and vanishes otherwise. Raises RegistryUnavailable."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        try:
            with unfinished.open("xb") as writer:
                with zipfile.ZipFile(writer, "w") as archive:
                    yield Packing(archive)
                writer.flush()
                os.fsync(writer.fileno())
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise RegistryUnavailable(
            f"the archive {file} cannot be written: {(error.strerror or str(error)).lower()}",
            "name a file in a folder that you may write to, with enough space",
        ) from error


class Unpacking:
    """An archive whose members have all been checked; use `unpacking`."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, members: Mapping[str, Member]) -> None:
        self._file = file
        self._archive = archive
        self._members = members

    def table(self, name: str, target: Path) -> None:
        """Write the table `name` to the Parquet file `target`."""
        self._extract(f"tables/{name}.parquet", target, lambda _: None, Event())

    def files(self, entries: Sequence[FileEntry], folder: Path) -> None:
        """Write the files of a version into `folder`. Raises FilesDamaged for a path that leads out of it."""
        with progress("Unpacking model files", sum(entry.size for entry in entries)) as advance:

            def extract(entry: FileEntry, stop: Event) -> None:
                target = inside(folder, entry.path)
                self._extract(f"files/{entry.sha256}", target, advance, stop)
                if entry.kind == "executable":
                    target.chmod(modes.copied(entry.kind))

            modes = Modes()
            make_folders(folder, entries)
            for _ in in_threads(extract, files_among(entries)):
                pass

    def _extract(self, name: str, target: Path, advance: Advance, stop: Event) -> None:
        if name not in self._members:
            raise FilesDamaged(f"{self._file} lacks {name}, which belongs to it", _RESTORE)
        with target.open("xb") as writer:
            _read(self._file, self._archive, name, self._members[name], advance, stop, writer.write)


@contextmanager
def unpacking(file: Path) -> Iterator[Unpacking]:
    """An archive, checked from end to end.

    Raises SourceUnavailable (it cannot be read), InvalidInput (not an archive, or a newer kind), FilesDamaged, which
    names the member that is not what the manifest says.
    """
    try:
        archive = zipfile.ZipFile(file)
    except OSError as error:
        raise SourceUnavailable(f"cannot read {file}: {(error.strerror or str(error)).lower()}") from error
    except _DAMAGED as error:
        raise FilesDamaged(f"{file} is not a whole zip file: {error}", _RESTORE) from error
    with archive:
        members = _members(file, archive)
        _check(file, archive, members)
        yield Unpacking(file, archive, members)


def _members(file: Path, archive: zipfile.ZipFile) -> Mapping[str, Member]:
    names = archive.namelist()
    if _MANIFEST not in names:
        raise InvalidInput(f"{file} is not an archive of models: it has no {_MANIFEST}", "export writes one")
    try:
        manifest = json.loads(b"".join(unpacked(archive, _MANIFEST)))
        kind, version = manifest["format"], manifest["version"]
        members = {name: Member(**member) for name, member in manifest["members"].items()}
    except (*_DAMAGED, TypeError, AttributeError) as error:
        raise FilesDamaged(f"{_MANIFEST} in {file} has been altered", _RESTORE) from error
    if kind != FORMAT:
        raise InvalidInput(f"{file} is not an archive of models", "export writes one")
    if version != FORMAT_VERSION:
        raise InvalidInput(
            f"{file} was written by a newer jupyter_modelreg (format {version})", "pip install -U jupyter_modelreg"
        )
    strange = sorted({*names} - {*members, _MANIFEST})
    if strange or len(names) != len({*names}):
        raise FilesDamaged(f"{strange[0] if strange else 'a member twice'} does not belong into {file}", _RESTORE)
    return members


def _check(file: Path, archive: zipfile.ZipFile, members: Mapping[str, Member]) -> None:
    with progress("Checking the archive", sum(member.size for member in members.values())) as advance:

        def check(item: tuple[str, Member], stop: Event) -> None:
            _read(file, archive, *item, advance, stop)

        for _ in in_threads(check, members.items()):
            pass


def _read(
    file: Path,
    archive: zipfile.ZipFile,
    name: str,
    expected: Member,
    advance: Advance,
    stop: Event,
    keep: Callable[[Piece], object] | None = None,
) -> None:
    """Read a member to its end. Raises FilesDamaged when it is not what the manifest says."""
    try:
        # One byte more than expected, not all there is: it may be made to fill the disk.
        found = Member(*hash_all(unpacked(archive, name, expected.size + 1), advance, keep, stop))
    except _DAMAGED as error:
        raise FilesDamaged(f"{name} in {file} is damaged", _RESTORE) from error
    if found != expected:
        raise FilesDamaged(f"{name} in {file} is not what it was when the archive was made", _RESTORE)
