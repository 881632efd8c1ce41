"""Bytes on their way: read, hash, copy, move, flush; with news of how far they are, and errors that say what to do."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.errors import reading, writing
from jupyter_modelreg.artifacts.hashing import CHUNK, NEVER, chunks, chunks_of, hash_all
from jupyter_modelreg.system.modes import PART_MODE
from jupyter_modelreg.system.progress import Advance

Copied = tuple[int, str]

# Another file system, not ours or not allowed here, too many links, no links at all.
_NO_LINK = (errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS)

_PIECE = 16 << 20  # bytes that are copied, then hashed while they are still in memory


def copy_file(reader: FileIO, source: Path, target: Path, mode: int, advance: Advance, stop: Event = NEVER) -> Copied:
    """Copy `reader`, which is the open file `source`, into the new file `target`, flushed to disk; closes `reader`.

    The file has the permissions `mode` once it is whole. The hash is that of what `target` holds: it is read back piece
    by piece, while it is still in memory. Returns the size in bytes and the SHA-256 in hex.
    """
    with reader, new_file(target) as writer:
        size, sha256 = hash_all(_copied(source, reader, writer), advance, stop=stop)
        target.chmod(mode)
        os.fsync(writer.fileno())
    return size, sha256


def copy_path(source: Path, target: Path, mode: int, advance: Advance, stop: Event = NEVER) -> Copied:
    """`copy_file` of the file at `source`. Raises SourceUnavailable, too."""
    with reading(source):
        reader = FileIO(source, "rb")
    return copy_file(reader, source, target, mode, advance, stop)


def copy_secret(source: Path, target: Path) -> None:
    """Copy a small file for its owner's eyes only, flushed to disk. Raises SourceUnavailable, RegistryUnavailable."""
    with reading(source):
        content = source.read_bytes()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with writing(target.parent), FileIO(os.open(target, flags, 0o600), "w") as writer:
        writer.write(content)
        os.fsync(writer.fileno())


def linked(source: Path, target: Path) -> bool:
    """Whether `target` is another name of the file `source` now; not where there can be none. Raises OSError."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        return False
    return True


def new_file(path: Path) -> FileIO:
    """A new file to write to and to read from, which nobody else may read before it is whole. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return FileIO(os.open(path, flags, PART_MODE), "r+b")


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
    view, copied = memoryview(bytearray(CHUNK)), 0
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


def move_file(reader: FileIO, source: Path, target: Path, mode: int, advance: Advance, stop: Event = NEVER) -> Copied:
    """As `copy_file`, but by renaming `source` where both are on one file system."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return copy_file(reader, source, target, mode, advance, stop)
    reader.close()
    target.chmod(mode)
    with target.open("rb") as moved:  # who wrote it may not have flushed it
        os.fsync(moved.fileno())
    return hash_all(chunks(target), advance, stop=stop)
