"""Bytes on their way: read, hash, copy, move, flush; with news of how far they are, and errors that say what to do."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

from jupyter_modelreg.core.errors import RegistryUnusable, SourceUnavailable
from jupyter_modelreg.core.progress import Listener, Progress, listener

T = TypeVar("T")
R = TypeVar("R")
Advance = Callable[[int], None]
Piece = bytes | memoryview

BYTES = "bytes"
FILE_MODE = 0o444
FOLDER_MODE = 0o555

_PIECE = 16 << 20  # bytes that are copied, then hashed while they are still in memory
_CHUNK = 256 << 10  # bytes; fits into a processor's cache: with 1 MiB, reading and writing takes twice as long
# Hashing, copying and flushing let go of the interpreter. A few wait for the disk while the others keep it busy.
_THREADS = min(8, (os.cpu_count() or 2) + 2)
_NEVER = Event()
_opening = Lock()
_SAY_EVERY = 0.1  # seconds
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn a failure of the operating system into SourceUnavailable, which names `path`."""
    try:
        yield
    except OSError as error:
        raise SourceUnavailable(
            f"cannot read {path}: {_reason(error)}", "check that it is there and that you may read it"
        ) from error


@contextmanager
def writing(root: Path, doing: str = "keep model files in") -> Iterator[None]:
    """Turn a failure of the operating system into RegistryUnusable, which says that one cannot `doing` `root`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            hint = "free some space there, or move the registry to a larger disk"
        elif error.errno in _NOT_ALLOWED:
            hint = "make that folder writable for you, or connect to a registry elsewhere"
        else:
            hint = "check the disk, and try again"
        raise RegistryUnusable(f"cannot {doing} {root}: {_reason(error)}", hint) from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


@contextmanager
def progress(what: str, total: int, unit: str = BYTES) -> Iterator[Advance]:
    """Tell how far `total` bytes, or other units, have come, with the function given, from any thread.

    Whoever listens to this call is told some ten times a second, and at the end; with nobody there it is a bar that
    shows up after a second.
    """
    heard = listener()
    with _bar(what, total, unit) if heard is None else _told(heard, what, total) as advance:
        yield advance


@contextmanager
def _bar(what: str, total: int, unit: str) -> Iterator[Advance]:
    from tqdm.auto import tqdm

    lock = Lock()
    # disable=None: no bar where stderr is a log file; a notebook shows its own kind of bar all the same.
    scale = {"unit": "B", "unit_scale": True, "unit_divisor": 1024} if unit == BYTES else {"unit": f" {unit}"}
    with tqdm(total=total, desc=what, delay=1, leave=False, disable=None, **scale) as bar:

        def advance(size: int) -> None:
            with lock:
                bar.update(size)

        yield advance


@contextmanager
def _told(heard: Listener, what: str, total: int) -> Iterator[Advance]:
    lock = Lock()
    done, said_at = 0, time.monotonic()
    heard(Progress(what, 0, total))

    def advance(size: int) -> None:
        nonlocal done, said_at
        with lock:
            done += size
            if time.monotonic() - said_at >= _SAY_EVERY:
                heard(Progress(what, done, total))
                said_at = time.monotonic()

    yield advance
    heard(Progress(what, done, total))


def in_threads(work: Callable[[T, Event], R], items: Iterable[T]) -> Generator[R, None, None]:
    """What `work` gives for each item, in order; it is done in several threads, and told by an event when to stop.

    The first error, or closing the generator, stops the work; nothing is at work any more once that is out.
    """
    stop = Event()
    with ThreadPoolExecutor(_THREADS, "modelreg-files") as pool:
        try:
            yield from pool.map(lambda item: work(item, stop), items)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def copy_file(source: Path, target: Path, advance: Advance, stop: Event = _NEVER) -> tuple[int, str]:
    """Copy into the new file `target`, read-only and flushed to disk; returns size in bytes and SHA-256 in hex.

    The hash is that of what `target` holds: it is read back piece by piece, while it is still in memory.
    """
    with reading(source):
        reader = source.open("rb", buffering=0)
    with reader, target.open("x+b", buffering=0) as writer:
        size, sha256 = hash_all(_copied(source, reader, writer), advance, stop=stop)
        target.chmod(FILE_MODE)
        os.fsync(writer.fileno())
    return size, sha256


def _copied(source: Path, reader: FileIO, writer: FileIO) -> Iterator[memoryview]:
    """Copy piece by piece; each is read back from where it was copied to."""
    while copied := _copy_piece(source, reader, writer):
        writer.seek(-copied, os.SEEK_CUR)
        yield from chunks_of(writer, copied)


def _copy_piece(source: Path, reader: FileIO, writer: FileIO) -> int:
    """Copy some bytes from where both files are; returns how many, which is 0 at the end of `reader`."""
    if sys.platform == "linux":
        # The kernel copies three times as fast as reads and writes do, or lets both files share the blocks.
        # Where it cannot, or something is wrong, reading and writing can, or say of which of the two files it is.
        with suppress(OSError):
            if copied := os.copy_file_range(reader.fileno(), writer.fileno(), _PIECE):
                return copied
    view, copied = memoryview(bytearray(_CHUNK)), 0
    while copied < _PIECE:
        with reading(source):
            size = reader.readinto(view)
        if not size:
            break
        written = 0
        while written < size:
            written += writer.write(view[written:size])
        copied += size
    return copied


def move_file(source: Path, target: Path, advance: Advance, stop: Event = _NEVER) -> tuple[int, str]:
    """As `copy_file`, but by renaming where both are on one file system."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return copy_file(source, target, advance, stop)
    target.chmod(FILE_MODE)
    with target.open("rb") as moved:  # who wrote it may not have flushed it
        os.fsync(moved.fileno())
    return hash_all(chunks(target), advance, stop=stop)


def sha256_each(paths: Sequence[Path], advance: Advance) -> Generator[str, None, None]:
    """The SHA-256 in hex of each file, in order; closing the generator stops the work. Raises SourceUnavailable."""
    for found in try_sha256_each(paths, advance):
        if isinstance(found, SourceUnavailable):
            raise found
        yield found


def try_sha256_each(paths: Sequence[Path], advance: Advance) -> Generator[str | SourceUnavailable, None, None]:
    """As `sha256_each`, but a file that cannot be read gives the error in its place."""

    def hashed(path: Path, stop: Event) -> str | SourceUnavailable:
        try:
            return hash_all(chunks(path), advance, stop=stop)[1]
        except SourceUnavailable as error:
            return error

    return in_threads(hashed, paths)


def hash_all(
    pieces: Iterable[Piece],
    advance: Advance,
    keep: Callable[[Piece], object] | None = None,
    stop: Event = _NEVER,
) -> tuple[int, str]:
    """How many bytes `pieces` are together, and their SHA-256 in hex; each is given to `keep` on the way.

    Raises CancelledError when told to `stop`.
    """
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        if stop.is_set():
            raise CancelledError
        digest.update(piece)
        if keep is not None:
            keep(piece)
        size += len(piece)
        advance(len(piece))
    return size, digest.hexdigest()


def chunks(path: Path) -> Iterator[memoryview]:
    """The bytes of a file, in pieces that are only good until the next one. Raises SourceUnavailable."""
    with reading(path), path.open("rb", buffering=0) as file:
        yield from chunks_of(file)


def chunks_of(file: FileIO, limit: int = sys.maxsize) -> Iterator[memoryview]:
    """The next `limit` bytes of a file, or all there are, in pieces that are only good until the next one."""
    view = memoryview(bytearray(_CHUNK))
    while limit and (size := file.readinto(view[:limit])):
        yield view[:size]
        limit -= size


def unpacked(archive: ZipFile, name: str, limit: int = sys.maxsize) -> Iterator[bytes]:
    """The first `limit` bytes of a member of an archive, or all there are, in pieces; for several threads at once.

    Raises KeyError when there is no such member, and what zipfile raises when it is damaged.
    """
    with _opening:  # zipfile lets threads read at once, but counts what is open without a lock
        try:
            member = archive.open(name)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise BadZipFile(f"{name} begins outside the file") from error
    try:
        while chunk := member.read(min(_CHUNK, limit)):
            yield chunk
            limit -= len(chunk)
    finally:
        with _opening:
            member.close()


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to disk, where the operating system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
