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
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.entities import Event
from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnusable
from jupyter_modelreg.storage.damage import check_before_opening, database_errors, wal_of
from jupyter_modelreg.storage.engine import Database
from jupyter_modelreg.storage.events import EventRows
from jupyter_modelreg.storage.locks import ProcessLock
from jupyter_modelreg.storage.mark import Mark
from jupyter_modelreg.storage.migrations import migrate
from jupyter_modelreg.storage.pace import Pace
from jupyter_modelreg.storage.refusals import no_locks, not_attached, not_opened, wait_limit
from jupyter_modelreg.storage.session import Memory, Session

# An idle process gives the file back after this long even if nobody asks, in seconds.
IDLE_LIMIT = 1.0
# How often an idle holder looks whether it is wanted, in seconds.
_LOOK = 0.003

_log = logging.getLogger(__name__)

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
    """The turn of this process at one DuckDB file. Use `lease_on`, so that there is one a file.

    Attributes:
        path: the file.
        memory: what is known of the file since it was opened; nobody else can change it meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.memory = Memory()
        self._database: Database | None = None
        self._held = False
        self._file: os.stat_result | None = None
        self._opened_at = 0.0
        self._used_at = 0.0
        self._pace = Pace()
        self._watcher: threading.Thread | None = None
        self._mark = Mark(path)
        self._renew_locks()

    @property
    def held(self) -> bool:
        """Whether this process has the file open."""
        return self._held

    @contextmanager
    def use(self) -> Iterator[sa.Connection]:
        """The open database, for one unit of work.

        Raises RegistryBusy when others hold it for longer than `wait_limit()`, RegistryUnusable when it cannot be
        opened at all.
        """
        limit = wait_limit()
        deadline = time.monotonic() + limit
        if not self._mutex.acquire(timeout=limit):
            raise RegistryBusy(f"{self.path} is busy in another thread of this process", "try again when it is done")
        try:
            yield self._opened(deadline, limit)
        except (duckdb.Error, sa.exc.DBAPIError):
            # The domain never asks for what the database refuses, so this is a full disk or the like, after which
            # DuckDB may want to be started again.
            self._end()
            raise
        finally:
            self._after_use()
            self._mutex.release()

    @contextmanager
    def alone(self) -> Iterator[Path]:
        """The file, closed, and nobody opening it meanwhile: to copy it, or to put another in its place.

        Raises RegistryBusy, RegistryUnusable.
        """
        limit = wait_limit()
        deadline = time.monotonic() + limit
        if not self._mutex.acquire(timeout=limit):
            raise RegistryBusy(f"{self.path} is busy in another thread of this process", "try again when it is done")
        try:
            self._close()
            self._make_place()
            self._queue(deadline, limit)
            try:
                yield self.path
            finally:
                self._file = None
                self._hold.release()
        finally:
            self._mutex.release()

    def note(self, event: Event) -> None:
        """Remember how far the activity log goes; for whoever has committed in `use`, which is not over."""
        self._mark.note(event)

    def release(self) -> None:
        """Close the database and let others have it."""
        with self._mutex:
            self._close()

    def shut_down(self) -> None:
        """Release, and wait for the watcher, so that nothing of DuckDB outlives the interpreter."""
        with self._mutex:
            self._end()
        watcher = self._watcher
        if watcher is not None:
            watcher.join(timeout=1)

    # --- everything below runs with the mutex held ---

    def _opened(self, deadline: float, limit: float) -> sa.Connection:
        if self._held and not self._in_place():
            self._close()
        if not self._held:
            self._open(deadline, limit)
        assert self._database is not None
        return self._database.connection

    def _in_place(self) -> bool:
        """Whether the file is still the one that was opened."""
        try:
            return self._file is not None and os.path.samestat(self._file, self.path.stat())
        except FileNotFoundError:
            return False

    def _open(self, deadline: float, limit: float) -> None:
        if self._file is not None and not self.path.exists():
            # Opening it would put an empty registry in the place of one that somebody has moved or means to restore.
            raise RegistryUnusable(
                f"the registry {self.path} is gone",
                "put it back, or restore a backup: modelreg restore FILE --force; a new process may begin anew",
            )
        self._make_place()
        try:
            self._queue(deadline, limit)
        except OSError as error:
            raise not_opened(self.path, error) from error
        began = time.monotonic()
        try:
            check_before_opening(self.path)
            if not self.path.exists():
                self._create()
            self._attach(self.path, deadline, limit)
            assert self._database is not None
            with database_errors(self.path):
                migrate(self._database.connection, self.path)
                self.memory.forget()
                head = EventRows(Session(self._database.connection, self.memory, read_only=True)).last()
                self._mark.check(self._database.connection, head)
            self._file = self.path.stat()
        except BaseException:
            self._close()
            raise
        self._opened_at = self._used_at = time.monotonic()
        self._pace.opening = self._opened_at - began

    def _queue(self, deadline: float, limit: float) -> None:
        """Wait for our turn."""
        try:
            if not (self._turn.acquire(deadline) and self._hold.acquire(deadline)):
                raise RegistryBusy(
                    f"{self.path} has been held for over {limit:g} s by {self._holder()}",
                    "try again when it is done, or stop that process",
                )
        finally:
            self._turn.release()
        try:
            self._hold.note(f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})\n")
        except OSError as error:  # a full disk: whoever waits will not learn our name
            _log.warning("%s could not be written: %s", self._hold.path, error)

    def _create(self) -> None:
        """Make a new registry out of sight, so that what has its name is whole, whenever this process ends."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        for left in (fresh, wal_of(fresh)):
            left.unlink(missing_ok=True)
        self._attach(fresh, 0, 0)
        assert self._database is not None
        with database_errors(fresh):
            migrate(self._database.connection, self.path)
            self._database.detach()
        self._held = False
        fresh.replace(self.path)

    def _attach(self, path: Path, deadline: float, limit: float) -> None:
        if self._database is None:
            self._database = Database()
        while True:
            try:
                self._database.attach(path)
            except duckdb.Error as error:
                foreign = re.search(r"lock is held in (.*?) \(PID (\d+)\)", str(error))
                if foreign is None:
                    raise not_attached(self.path, error) from error
                # Not one of ours: ours would hold the lock files. It may be a DuckDB shell.
                if time.monotonic() > deadline:
                    raise RegistryBusy(
                        f"{self.path} has been open for over {limit:g} s in process {foreign[2]} ({foreign[1]})",
                        "close it there, then try again",
                    ) from error
                time.sleep(_LOOK)
            else:
                self._held = True
                return

    def _after_use(self) -> None:
        if not self._held:
            return
        self._used_at = time.monotonic()
        if self._used_at - self._opened_at > self._pace.slice and self._turn.taken():
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
                idle = time.monotonic() - self._used_at
                if self._held and (idle > IDLE_LIMIT or (idle > self._pace.patience and self._turn.taken())):
                    self._close()
                if not self._held:
                    self._watcher = None
                    return
            finally:
                self._mutex.release()

    def _close(self) -> None:
        """Let go of the file; DuckDB itself goes on running."""
        began = time.monotonic()
        try:
            if self._held and self._database is not None:
                self._database.detach()
        except duckdb.Error as error:
            # What was committed is safe in the write-ahead log.
            _log.warning("%s could not be closed, and will be read afresh: %s", self.path, error)
            self._end()
        finally:
            if self._held:
                self._pace.closing = time.monotonic() - began
            self._held = False
            self._hold.release()

    def _end(self) -> None:
        """Let go of the file, and of DuckDB too."""
        database, self._database = self._database, None
        try:
            if database is not None:
                database.close()
        finally:
            self._held = False
            self._hold.release()

    def _make_place(self) -> None:
        """Make the folder, and see that files can be made and locked in it: waiting for a lock would not tell."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._hold.path.touch()
            keeps_locks = self._file is not None or self._turn.works()
        except OSError as error:
            raise not_opened(self.path, error) from error
        if not keeps_locks:
            raise no_locks(self.path)

    def _holder(self) -> str:
        try:
            return self._hold.path.read_text().strip() or "another process"
        except OSError:
            return "another process"

    # --- fork: the child must not touch the parent's database ---

    def _renew_locks(self) -> None:
        self._mutex = threading.RLock()
        self._turn = ProcessLock(self.path.with_name(f"{self.path.name}.turn"))
        self._hold = ProcessLock(self.path.with_name(f"{self.path.name}.lock"))

    def before_fork(self) -> None:
        """Hand the file back and end DuckDB, so that parent and child both start without it."""
        self._mutex.acquire()
        self._end()

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
