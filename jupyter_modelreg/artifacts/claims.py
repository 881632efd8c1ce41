"""Who is at work on a version's files: a lock that ends with the process that holds it."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_logger = logging.getLogger(__name__)
_UNLOCKABLE = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EINVAL)


@contextmanager
def claiming(path: Path) -> Iterator[None]:
    """Hold the claim `path`, a file that is there for as long; where there are no locks, nothing is held.

    Raises OSError.
    """
    if os.name == "nt":
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = _take(path)
    try:
        yield
    finally:
        try:
            path.unlink(missing_ok=True)
        except OSError:  # the work is done; a claim that nobody holds means nothing
            _logger.warning("the claim %s could not be removed", path, exc_info=True)
        _let_go(handle)


def claimed(path: Path) -> bool | None:
    """Whether a living process holds the claim `path`; None where that cannot be known."""
    if os.name == "nt":
        return None
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    else:
        return False
    finally:
        os.close(handle)


def _let_go(handle: int) -> None:
    import fcntl

    # Closing alone would not do: a process forked meanwhile has the handle, and with it the lock, too.
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)


def _take(path: Path) -> int:
    """The locked file at `path`, open. Whoever sweeps up may remove it before it is locked: then there is a new one."""
    import fcntl

    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _UNLOCKABLE:
                os.close(handle)
                raise
            return handle
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)
