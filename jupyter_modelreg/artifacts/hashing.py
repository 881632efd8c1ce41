"""Files read in pieces and hashed with SHA-256, several at a time."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from io import FileIO
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.errors import reading
from jupyter_modelreg.core.errors import SourceUnavailable
from jupyter_modelreg.system.progress import Advance
from jupyter_modelreg.system.threads import in_threads

Piece = bytes | memoryview
CHUNK = 256 << 10  # bytes; fits into a processor's cache: with 1 MiB, reading and writing takes twice as long
NEVER = Event()


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
    stop: Event = NEVER,
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
    view = memoryview(bytearray(CHUNK))
    while limit and (size := file.readinto(view[:limit])):
        yield view[:size]
        limit -= size
