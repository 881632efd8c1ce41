"""Bytes on their way: read, hash, copy, move, flush; with news of how far they are, and errors that say what to do."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock

from jupyter_modelreg.core.errors import RegistryUnusable, SourceUnavailable
from jupyter_modelreg.core.progress import Listener, Progress, listener

Advance = Callable[[int], None]

BYTES = "bytes"
FILE_MODE = 0o444
FOLDER_MODE = 0o555

_CHUNK = 1 << 20  # bytes
_HASHING_THREADS = 2  # hashlib lets go of the interpreter: 1.7 GB/s with one thread, 3.3 GB/s with two
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


def copy_file(source: Path, target: Path, advance: Advance) -> tuple[int, str]:
    """Copy into the new file `target`, read-only and flushed to disk; returns size in bytes and SHA-256 in hex."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as writer:
        for chunk in chunks(source):
            digest.update(chunk)
            writer.write(chunk)
            size += len(chunk)
            advance(len(chunk))
        writer.flush()
        os.fsync(writer.fileno())
    target.chmod(FILE_MODE)
    return size, digest.hexdigest()


def move_file(source: Path, target: Path, advance: Advance) -> tuple[int, str]:
    """As `copy_file`, but by renaming where both are on one file system."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return copy_file(source, target, advance)
    target.chmod(FILE_MODE)
    with target.open("rb") as moved:  # who wrote it may not have flushed it
        os.fsync(moved.fileno())
    return target.stat().st_size, _sha256(target, advance, Event())


def sha256_each(paths: Sequence[Path], advance: Advance) -> Generator[str, None, None]:
    """The SHA-256 in hex of each file, in order; closing the generator stops the work. Raises SourceUnavailable."""
    for found in try_sha256_each(paths, advance):
        if isinstance(found, SourceUnavailable):
            raise found
        yield found


def try_sha256_each(paths: Sequence[Path], advance: Advance) -> Generator[str | SourceUnavailable, None, None]:
    """As `sha256_each`, but a file that cannot be read gives the error in its place."""
    stop = Event()

    def hashed(path: Path) -> str | SourceUnavailable:
        try:
            return _sha256(path, advance, stop)
        except SourceUnavailable as error:
            return error

    with ThreadPoolExecutor(_HASHING_THREADS, "modelreg-hash") as pool:
        try:
            yield from pool.map(hashed, paths)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _sha256(path: Path, advance: Advance, stop: Event) -> str:
    digest = hashlib.sha256()
    for chunk in chunks(path):
        if stop.is_set():
            break
        digest.update(chunk)
        advance(len(chunk))
    return digest.hexdigest()


def chunks(path: Path) -> Iterator[memoryview]:
    """The bytes of a file, in pieces that are only good until the next one. Raises SourceUnavailable."""
    view = memoryview(bytearray(_CHUNK))
    with reading(path), path.open("rb", buffering=0) as file:
        while size := file.readinto(view):
            yield view[:size]


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to disk, where the operating system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
