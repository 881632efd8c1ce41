"""Who is at work on a version's files: a lock that ends with the process that holds it."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_modelreg.system.locks import ProcessLock, too_long, wait_limit

_logger = logging.getLogger(__name__)
_UNLOCKABLE = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EINVAL)


@contextmanager
def claiming(path: Path) -> Iterator[None]:
    """Hold the claim `path`, a file that is there for as long; where there are no locks, nothing is held.

    Raises OSError, and RegistryBusy when another process has held it for longer than `wait_limit()`.
    """
    if os.name == "nt":
        yield
        return
    lock = ProcessLock(path)
    try:
        _take(lock)
        try:
            yield
        finally:
            _remove(path)
    finally:
        lock.release()


def claimed(path: Path) -> bool | None:
    """Whether a living process holds the claim `path`; None where that cannot be known."""
    if os.name == "nt":
        return None
    try:
        return ProcessLock(path, create=False).taken()
    except FileNotFoundError:
        return False
    except OSError:
        return None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # the work is done; a claim that nobody holds means nothing
        _logger.warning("the claim %s could not be removed", path, exc_info=True)


def _take(lock: ProcessLock) -> None:
    lock.path.parent.mkdir(parents=True, exist_ok=True)
    limit = wait_limit()
    try:
        if not lock.acquire(time.monotonic() + limit):
            raise too_long(lock.path, limit, lock)
    except OSError as error:
        if error.errno not in _UNLOCKABLE:
            raise
