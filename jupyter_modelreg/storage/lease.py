"""The lease on a registry's DuckDB file: many processes take turns, and nobody sees a lock error.

DuckDB lets one process have the file, readers included. So a process opens it late, keeps it while it is busy, and
lets go once it is idle and another wants it, or has been idle for a while. Two lock files keep the order:

- `hold` belongs to whoever has the file open;
- `turn` is what one waits for first, and is given back once `hold` is won. A process that lets go has to queue for
  `turn` again, behind whoever waits, so a busy one cannot starve the others; and a holder sees that it is wanted by
  finding `turn` taken.

Inside a process the lease is shared: its threads take turns too, one unit of work at a time.
"""

from __future__ import annotations

import atexit
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.pool import NullPool

from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnusable
from jupyter_modelreg.storage.migrations import migrate

# How long to wait for other processes, in seconds.
WAIT_LIMIT = float(os.environ.get("MODELREG_LOCK_TIMEOUT", "30"))
# A busy process hands over after holding the file this long while others wait, in seconds.
SLICE = 0.03
# An idle process gives the file back after this long even if nobody asks, in seconds.
IDLE_LIMIT = 1.0
# How often an idle holder looks whether it is wanted, in seconds.
_LOOK = 0.005
_POLL = 0.002

_leases: dict[Path, Lease] = {}
_leases_lock = threading.Lock()


def lease_on(path: Path) -> Lease:
    """The one lease this process has on the database at `path`."""
    real = path.resolve()
    with _leases_lock:
        if real not in _leases:
            _leases[real] = Lease(real)
        return _leases[real]


class Lease:
    """The turn of this process at one DuckDB file. Use `lease_on`, so that there is one a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: sa.Engine | None = None
        self._connection: sa.Connection | None = None
        self._opened_at = 0.0
        self._used_at = 0.0
        self._watcher: threading.Thread | None = None
        self._renew_locks()

    @contextmanager
    def use(self) -> Iterator[sa.Connection]:
        """The open database, for one unit of work.

        Raises RegistryBusy when others hold it for longer than `WAIT_LIMIT`, RegistryUnusable when it cannot be
        opened at all.
        """
        deadline = time.monotonic() + WAIT_LIMIT
        if not self._mutex.acquire(timeout=WAIT_LIMIT):
            raise RegistryBusy(f"{self.path} is busy in another thread of this process", "try again when it is done")
        try:
            yield self._connection or self._open(deadline)
        finally:
            self._after_use()
            self._mutex.release()

    def release(self) -> None:
        """Close the database and let others have it."""
        with self._mutex:
            self._close()

    def shut_down(self) -> None:
        """Release, and wait for the watcher, so that nothing of DuckDB outlives the interpreter."""
        self.release()
        watcher = self._watcher
        if watcher is not None:
            watcher.join(timeout=1)

    # --- everything below runs with the mutex held ---

    def _open(self, deadline: float) -> sa.Connection:
        self._make_place()
        try:
            with self._turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
                self._hold.acquire(timeout=max(0.0, deadline - time.monotonic()))
        except Timeout:
            raise RegistryBusy(
                f"{self.path} has been held for over {WAIT_LIMIT:g} s by {self._holder()}",
                "try again when it is done, or stop that process",
            ) from None
        except OSError as error:
            raise _not_writable(self.path, error) from error
        try:
            self._note_holder()
            self._connection = self._connect(deadline)
            migrate(self._connection, self.path)
        except BaseException:
            self._close()
            raise
        self._opened_at = time.monotonic()
        return self._connection

    def _connect(self, deadline: float) -> sa.Connection:
        if self._engine is None:
            url = sa.URL.create("duckdb", database=str(self.path))
            self._engine = sa.create_engine(url, poolclass=NullPool)
        while True:
            try:
                return self._engine.connect()
            except sa.exc.DBAPIError as error:
                foreign = re.search(r"lock is held in (.*?) \(PID (\d+)\)", str(error.orig))
                if foreign is None:
                    raise _unusable(self.path, error) from error
                # Not one of ours: ours would hold the lock files. It may be a DuckDB shell.
                if time.monotonic() > deadline:
                    raise RegistryBusy(
                        f"{self.path} has been open for over {WAIT_LIMIT:g} s in process {foreign[2]} ({foreign[1]})",
                        "close it there, then try again",
                    ) from error
                time.sleep(_LOOK)

    def _after_use(self) -> None:
        if self._connection is None:
            return
        self._used_at = time.monotonic()
        if self._used_at - self._opened_at > SLICE and self._wanted():
            self._close()
        elif self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="modelreg-lease", daemon=True)
            self._watcher.start()

    def _watch(self) -> None:
        """Let go when idle and wanted, or idle for long; ends with the lease."""
        while True:
            time.sleep(_LOOK)
            if not self._mutex.acquire(blocking=False):
                continue
            try:
                if self._connection is not None and (time.monotonic() - self._used_at > IDLE_LIMIT or self._wanted()):
                    self._close()
                if self._connection is None:
                    self._watcher = None
                    return
            finally:
                self._mutex.release()

    def _wanted(self) -> bool:
        try:
            self._turn.acquire(blocking=False)
        except Timeout:
            return True
        self._turn.release()
        return False

    def _close(self) -> None:
        try:
            if self._connection is not None:
                self._connection.close()
        finally:
            self._connection = None
            self._hold.release()

    def _make_place(self) -> None:
        """Make the folder, and see that files can be made in it: waiting for a lock file would not tell."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            Path(self._hold.lock_file).touch()
        except OSError as error:
            raise _not_writable(self.path, error) from error

    def _note_holder(self) -> None:
        Path(self._hold.lock_file).write_text(f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})\n")

    def _holder(self) -> str:
        try:
            return Path(self._hold.lock_file).read_text().strip() or "another process"
        except OSError:
            return "another process"

    # --- fork: the child must not touch the parent's database ---

    def _renew_locks(self) -> None:
        self._mutex = threading.RLock()
        self._turn = FileLock(f"{self.path}.turn", thread_local=False, poll_interval=_POLL)
        self._hold = FileLock(f"{self.path}.lock", thread_local=False, poll_interval=_POLL)

    def before_fork(self) -> None:
        """Hand the file back, so that parent and child both start without it."""
        self._mutex.acquire()
        self._close()

    def after_fork_in_parent(self) -> None:
        """Go on as before."""
        self._mutex.release()

    def after_fork_in_child(self) -> None:
        """Start afresh: the watcher thread did not come along."""
        self._watcher = None
        self._renew_locks()


def _before_fork() -> None:
    _leases_lock.acquire()
    for lease in _leases.values():
        lease.before_fork()


def _after_fork_in_parent() -> None:
    for lease in _leases.values():
        lease.after_fork_in_parent()
    _leases_lock.release()


def _after_fork_in_child() -> None:
    for lease in _leases.values():
        lease.after_fork_in_child()
    _leases_lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


@atexit.register
def _shut_down_all() -> None:
    for lease in list(_leases.values()):
        lease.shut_down()


def _not_writable(path: Path, error: OSError) -> RegistryUnusable:
    return RegistryUnusable(
        f"the registry {path} cannot be opened: {error.strerror or error} ({error.filename or path.parent})",
        "choose a folder you can write to, like: connect modelreg:////folder/registry.duckdb",
    )


def _unusable(path: Path, error: sa.exc.DBAPIError) -> RegistryUnusable:
    text = str(error.orig)
    if "not a valid DuckDB database" in text:
        return RegistryUnusable(
            f"{path} is not a DuckDB database", "give the registry another file name, or restore it from a backup"
        )
    return RegistryUnusable(f"{path} cannot be opened: {text.splitlines()[0]}", "check the file and its folder")
