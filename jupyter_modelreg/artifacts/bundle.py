"""One file that holds many, each with its size and SHA-256: a plain zip with a manifest, readable with any tool.

`manifest.json` comes last and says what the bundle is, in which version of the format, what it is about, and size and
hash of every other member. A bundle is written under a temporary name and renamed when it is whole; whatever is read
from one is compared with the manifest.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock

from jupyter_modelreg.artifacts.copying import new_file
from jupyter_modelreg.artifacts.errors import reading, writing
from jupyter_modelreg.artifacts.hashing import CHUNK, NEVER, Piece, chunks, hash_all
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput
from jupyter_modelreg.system.files import sync_folder
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.threads import in_threads

MANIFEST = "manifest.json"

_SAMPLE = 64 << 10  # bytes
_WORTH_IT = 0.8  # of the size
_LONGEST_MANIFEST = 256 << 20  # bytes; a million members take as much
_opening = Lock()
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Format:
    """A kind of bundle.

    Attributes:
        name: what its manifest calls it.
        version: the newest one, which is written, and the only one that is read.
        what: what it is, for a person: `an archive of models`.
        writer: what writes one: `modelreg export`.
        hint: what to do when one is damaged.
    """

    name: str
    version: int
    what: str
    writer: str
    hint: str


@dataclass(frozen=True)
class Member:
    """What the manifest says of a member: its size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


class BundleWriter:
    """A bundle being written; use `new_bundle`.

    Attributes:
        members: those that are in it so far, by name.
    """

    def __init__(self, archive: zipfile.ZipFile, kind: Format) -> None:
        self.members: dict[str, Member] = {}
        self._archive = archive
        self._kind = kind

    def add(self, name: str, file: Path, advance: Advance, *, deflate: bool = False) -> Member:
        """Take in `file` under a new name, deflated where told and where it shrinks. Raises SourceUnavailable."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if deflate and _shrinks(file) else zipfile.ZIP_STORED
        with self._archive.open(info, "w", force_zip64=True) as writer:
            self.members[name] = Member(*hash_all(chunks(file), advance, writer.write))
        return self.members[name]

    def finish(self, about: Mapping[str, JsonValue]) -> None:
        """Write the manifest, with what the bundle is `about`."""
        members: dict[str, JsonValue] = {name: dict(vars(member)) for name, member in self.members.items()}
        kind = self._kind
        manifest = {"format": kind.name, "version": kind.version, "about": dict(about), "members": members}
        self._archive.writestr(zipfile.ZipInfo(MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False))


@contextmanager
def new_bundle(target: Path, kind: Format) -> Iterator[BundleWriter]:
    """A new bundle that becomes `target` if all goes well, and vanishes otherwise. Raises RegistryUnavailable."""
    folder = target.parent
    with writing(folder, f"write {kind.what} into"):
        # Nobody else may read it before it is whole; then it gets the modes that new files have here.
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=folder)
        part = Path(name)
        try:
            with open(descriptor, "wb") as writer:
                with zipfile.ZipFile(writer, "w") as archive:
                    yield BundleWriter(archive, kind)
                writer.flush()
                os.fsync(writer.fileno())
            part.chmod(Modes().copied("file"))
            part.replace(target)
            sync_folder(folder)
        finally:
            part.unlink(missing_ok=True)


class BundleReader:
    """A bundle whose manifest has been read; use `open_bundle`.

    Attributes:
        about: what it is about, as its writer was told.
        members: by name.
    """

    def __init__(self, file: Path, archive: zipfile.ZipFile, kind: Format) -> None:
        self._file = file
        self._archive = archive
        self._hint = kind.hint
        self.about, self.members = self._manifest(kind)

    def check(self, what: str) -> None:
        """Read everything; `what` is what a progress bar says. Raises FilesDamaged."""
        with progress(what, sum(member.size for member in self.members.values())) as advance:
            for _ in in_threads(lambda name, stop: self._read(name, advance, stop), self.members):
                pass

    def extract(self, name: str, target: Path, advance: Advance = lambda _: None, stop: Event = NEVER) -> None:
        """Write a member to the new file `target`, flushed to disk. Raises FilesDamaged, OSError."""
        with new_file(target) as writer:
            self._read(name, advance, stop, writer.write)
            os.fsync(writer.fileno())

    def _read(self, name: str, advance: Advance, stop: Event, keep: Callable[[Piece], object] | None = None) -> None:
        """Read a member to its end."""
        expected = self.members.get(name)
        if expected is None:
            raise FilesDamaged(f"{self._file} lacks {name}, which belongs to it", self._hint)
        try:
            # One byte more than expected, not all there is: it may be made to fill the disk.
            found = Member(*hash_all(_unpacked(self._archive, name, expected.size + 1), advance, keep, stop))
        except _DAMAGED as error:
            raise FilesDamaged(f"{name} in {self._file} is damaged", self._hint) from error
        if found != expected:
            raise FilesDamaged(f"{name} in {self._file} is not what it was when it was written", self._hint)

    def _manifest(self, kind: Format) -> tuple[Mapping[str, JsonValue], Mapping[str, Member]]:
        names = self._archive.namelist()
        no_bundle = InvalidInput(f"{self._file} is not {kind.what}", f"name a file that {kind.writer} has written")
        if MANIFEST not in names:
            raise no_bundle
        try:
            text = b"".join(_unpacked(self._archive, MANIFEST, _LONGEST_MANIFEST))
            found = json.loads(text)
        except (*_DAMAGED, RecursionError) as error:
            raise FilesDamaged(f"{MANIFEST} in {self._file} has been altered", self._hint) from error
        if not isinstance(found, dict) or found.get("format") != kind.name:
            raise no_bundle
        version = found.get("version")
        if type(version) is int and version > kind.version:
            raise InvalidInput(
                f"{self._file} was written by a newer jupyter_modelreg (format {version}, here {kind.version})",
                "upgrade with: pip install -U jupyter_modelreg",
            )
        if version != kind.version:
            raise InvalidInput(
                f"{self._file} was written by an older jupyter_modelreg, in a format that is not read any more",
                f"write it again with {kind.writer}",
            )
        about, members = found.get("about"), _members(found.get("members"))
        if not isinstance(about, dict) or members is None:
            raise FilesDamaged(f"{MANIFEST} in {self._file} has been altered", self._hint)
        foreign = sorted({*names} - {*members, MANIFEST})
        if foreign:
            raise FilesDamaged(f"{foreign[0]} in {self._file} is not in its manifest", self._hint)
        lacking = sorted({*members} - {*names})
        if lacking:
            raise FilesDamaged(f"{self._file} lacks {lacking[0]}, which belongs to it", self._hint)
        if len(names) != len({*names}):
            raise FilesDamaged(f"{self._file} holds two members of one name", self._hint)
        return about, members


@contextmanager
def open_bundle(file: Path, kind: Format) -> Iterator[BundleReader]:
    """Read a bundle.

    Raises SourceUnavailable (it cannot be read), InvalidInput (not one, or of another version), FilesDamaged, which
    names the member that is not what the manifest says.
    """
    try:
        with reading(file):
            archive = zipfile.ZipFile(file)
    except _DAMAGED as error:
        raise FilesDamaged(f"{file} is not {kind.what}, or is damaged: {error}", kind.hint) from error
    with archive:
        yield BundleReader(file, archive, kind)


def _members(found: object) -> Mapping[str, Member] | None:
    """What a manifest says of its members; None for something else."""
    if not isinstance(found, dict):
        return None
    members: dict[str, Member] = {}
    for name, said in found.items():
        if not isinstance(said, dict) or said.keys() != {"size", "sha256"}:
            return None
        size, sha256 = said["size"], said["sha256"]
        if type(size) is not int or size < 0 or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            return None
        members[name] = Member(size, sha256)
    return members


def _shrinks(file: Path) -> bool:
    """Whether a sample from the middle does: weights hardly do, and would take many times as long."""
    with reading(file), file.open("rb") as reader:
        reader.seek(file.stat().st_size // 2)
        sample = reader.read(_SAMPLE)
    return len(zlib.compress(sample, 1)) < _WORTH_IT * len(sample)


def _unpacked(archive: zipfile.ZipFile, name: str, limit: int = sys.maxsize) -> Iterator[bytes]:
    """The first `limit` bytes of a member of an archive, or all there are, in pieces; for several threads at once.

    Raises KeyError when there is no such member, and what zipfile raises when it is damaged.
    """
    with _opening:  # zipfile lets threads read at once, but counts what is open without a lock
        try:
            member = archive.open(name)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise zipfile.BadZipFile(f"{name} begins outside the file") from error
    try:
        while chunk := member.read(min(CHUNK, limit)):
            yield chunk
            limit -= len(chunk)
    finally:
        with _opening:
            member.close()
