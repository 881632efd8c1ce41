"""The lock on a registry's files, in order of arrival.

DuckDB lets one process have a file, readers included, so processes take turns. Two lock files keep the order:

- `lock` belongs to whoever has the files;
- `turn` is what one waits for first, and is given back once `lock` is won. A process that lets go has to queue for
  `turn` again, behind whoever waits, so a busy one cannot starve the others; and a holder sees that it is wanted by
  finding `turn` taken.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from pathlib import Path

from jupyter_modelreg.storage.duckdb.errors import no_locks, not_opened
from jupyter_modelreg.system.locks import ProcessLock, too_long

_log = logging.getLogger(__name__)


class FairLock:
    """The lock of one process on the database at `path`; for one thread at a time, which no signal may interrupt.

    Attributes:
        held: whether this process has it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.held = False
        self._works = False
        self._queue = ProcessLock(path.with_name(f"{path.name}.turn"))
        self._lock = ProcessLock(path.with_name(f"{path.name}.lock"))

    def acquire(self, limit: float) -> None:
        """Wait for it, for `limit` seconds at most.

        Raises RegistryBusy, and RegistryUnavailable where locks do not work.

        Whoever waits for this process to let go can read its number in the lock file.
        """
        deadline = time.monotonic() + limit
        try:
            self._make_place()
            try:
                if not (self._queue.acquire(deadline) and self._lock.acquire(deadline)):
                    # Who waits holds `turn` only; it is in the way itself where it was stopped while it waits.
                    raise too_long(self.path, limit, self._lock if self._lock.taken() else self._queue)
            finally:
                self._queue.release()
        except OSError as error:
            raise not_opened(self.path, error) from error
        self.held = True
        try:
            self._lock.note(f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})\n")
        except OSError as error:  # a full disk: whoever waits will not learn our name
            _log.warning("%s could not be written: %s", self._lock.path, error)

    def is_wanted(self) -> bool:
        """Whether another process waits for it; none does where the folder is gone."""
        try:
            return self._queue.taken()
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let others have it; nothing happens when it is not ours."""
        self.held = False
        self._lock.release()
        self._queue.release()

    def _make_place(self) -> None:
        """Make the folder, and see that files can be made and locked in it: waiting for a lock would not tell."""
        folder = self.path.parent
        if self._works and self._lock.path.exists():
            _check_writable(folder)
            return
        folder.mkdir(parents=True, exist_ok=True)
        _check_writable(folder)
        if not (self._queue.works() and self._lock.works()):
            raise no_locks(self.path)
        self._works = True


def _check_writable(folder: Path) -> None:
    """Raises OSError where the files may be written, but not the folder: DuckDB makes its write-ahead log there."""
    if os.access(folder, os.W_OK | os.X_OK):
        return
    read_only = hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY
    number = errno.EROFS if read_only else errno.EACCES
    raise OSError(number, os.strerror(number), str(folder))
