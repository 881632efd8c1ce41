"""Files beside the registry's own, opened with care, flushed and removed."""

from __future__ import annotations

import glob
import itertools
import logging
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_logger = logging.getLogger(__name__)
# Opening a named pipe must not wait for somebody at its other end either.
_CAREFUL = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY", "O_NONBLOCK"))


class OwnFile:
    """The file at `path`, open; or a folder, with the flags for that. It is closed when nobody has it any more.

    It is never what a symbolic link points to: in a folder that others may write to, that could be any file of the
    user's. Raises OSError.
    """

    def __init__(self, path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> None:
        self._descriptor = -1
        self._descriptor = os.open(path, flags | _CAREFUL, 0o666)

    def fileno(self) -> int:
        """The descriptor, for the functions of `os`."""
        return self._descriptor

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._descriptor < 0

    def close(self) -> None:
        """Close it; nothing happens when it is closed."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> OwnFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def read(self, size: int, start: int = 0) -> bytes:
        """Up to `size` bytes from `start` on."""
        os.lseek(self._descriptor, start, os.SEEK_SET)
        pieces = []
        while size and (piece := os.read(self._descriptor, size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def write(self, content: bytes, start: int = 0) -> None:
        """Write all of `content` from `start` on."""
        os.lseek(self._descriptor, start, os.SEEK_SET)
        while content:
            content = content[os.write(self._descriptor, content) :]


def replace_file(file: Path, text: str) -> None:
    """Write `file`, whole or not at all, for nobody else to read. Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as writer:
            writer.write(text)
        Path(scratch).replace(file)
    except OSError:
        Path(scratch).unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to disk, where the operating system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(path: Path) -> None:
    """Remove a file or a folder, what is read-only in it too; what cannot be removed stays, and the log says so.

    It is for cleaning up after a failure, which is what the caller must hear about, whatever happens here.
    """
    if path.is_dir() and not path.is_symlink():
        for parent, _, _ in os.walk(path):
            with suppress(OSError):
                Path(parent).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
    if os.path.lexists(path):
        _logger.warning("%s could not be removed", path)


def free_name(path: Path, ending: str) -> Path:
    """A name for what is moved aside that nothing has yet, nor begins with."""
    for number in itertools.count(1):
        kept = path.with_name(f"{path.name}.{ending}" + (f"-{number}" if number > 1 else ""))
        if not any(kept.parent.glob(f"{glob.escape(kept.name)}*")):
            return kept
    raise AssertionError("numbers do not end")
