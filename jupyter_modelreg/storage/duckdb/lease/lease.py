"""The lease on a registry's files: many processes take turns, and nobody sees a lock error.

A process takes the lease late, keeps it while it is busy, and lets go once it is idle and another wants it, or has been
idle for a while. Inside a process the lease is shared: its threads take turns too, one unit of work at a time.

Nothing can tear the lease apart. Signals wait until a unit of work is over (see `system.interrupts`). Should an
exception break the end of a unit all the same, `_unsettled` is left behind; then whoever comes next, or the watcher
before other processes have to wait, lets go of everything, and the files are read afresh.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.errors import RegistryBusy, RegistryError
from jupyter_modelreg.storage.duckdb.file import DatabaseFile
from jupyter_modelreg.storage.duckdb.lease.fair_lock import FairLock
from jupyter_modelreg.storage.duckdb.replacement import finish_replacing
from jupyter_modelreg.system import interrupts
from jupyter_modelreg.system.locks import wait_limit

# An idle process gives the files back after this long even if nobody asks, in seconds.
IDLE_LIMIT = 1.0
# How often a holder looks whether it is wanted, in seconds.
_LOOK = 0.003
# A busy process hands over after this long, or after this many times what handing over takes, which is more on a busy
# machine: else most of the time would go into handing over. In seconds.
SLICE = 0.03
_SLICE_COSTS = 4
_LONGEST_SLICE = 0.3
# Who has done nothing for this long, or for as long as handing over takes, is idle. In seconds.
_PATIENCE = 0.004
_LONGEST_PATIENCE = 0.03

_logger = logging.getLogger(__name__)
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
    """The lease of one process on one registry's files. Use `lease_on`, so that there is one a registry.

    Attributes:
        path: the database.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = DatabaseFile(path)
        self._taken_at = 0.0
        self._used_at = 0.0
        self._looked_at = 0.0
        self._watcher: threading.Thread | None = None
        self._mutex = threading.RLock()
        self._lock = FairLock(path)
        self._unsettled = False

    @property
    def held(self) -> bool:
        """Whether this process has the files."""
        return self._lock.held

    @contextmanager
    def acquire(self) -> Iterator[DatabaseFile]:
        """The files, for one unit of work.

        Raises RegistryBusy when others hold them for longer than `wait_limit()`, RegistryUnavailable when they
        cannot be opened at all.
        """
        with self._one_thread() as limit:
            try:
                if self._lock.held and not self._file.is_current:
                    self._drop()
                if not self._lock.held:
                    self._lock.acquire(limit)
                    self._taken_at = time.monotonic()
                    finish_replacing(self.path)
                    self._file.refresh()
                with interrupts.stopping(self._file.interrupt):
                    yield self._file
            except RegistryError:
                if not self._file.is_current:
                    self._let_go()
                raise
            except (duckdb.Error, sa.exc.DBAPIError):
                # The domain never asks for what the database refuses, so this is a full disk or the like, after which
                # DuckDB may want to be started again.
                self._end()
                raise
            except Exception:
                self._drop()
                raise
            except BaseException:
                self._end()
                raise
            finally:
                self._after_use()

    @contextmanager
    def exclusive(self, *, whole: bool = False) -> Iterator[Path]:
        """The database, closed, and nobody opening it meanwhile: to copy it, or to put another in its place.

        With `whole` everything is in it. Raises RegistryBusy, RegistryUnavailable.
        """
        with self._one_thread() as limit:
            try:
                self._let_go()
                self._lock.acquire(limit)
                finish_replacing(self.path)
                if whole:
                    self._file.refresh()
                    self._file.flush()
                    self._file.detach(flush=False)
                yield self.path
            finally:
                self._end()
                self._file.opened_before = False
                self._unsettled = False

    def close(self) -> None:
        """Enter everything in the database, unless others wait who will, let others have it, and end DuckDB.

        That takes megabytes for each registry. It starts again with the next unit of work.
        """
        with interrupts.held_back(), self._mutex:
            self._let_go(flush=self._lock.held and not self._lock.is_wanted())
            self._end()

    def shut_down(self) -> None:
        """Close, and wait for the watcher, so that nothing of DuckDB outlives the interpreter."""
        self.close()
        watcher = self._watcher
        if watcher is not None:
            watcher.join(timeout=1)

    @property
    def _slice(self) -> float:
        """For how long a busy process goes on while others wait, in seconds."""
        return min(_LONGEST_SLICE, max(SLICE, _SLICE_COSTS * self._file.opening))

    @property
    def _patience(self) -> float:
        """How long a process waits for more to do while others wait, in seconds."""
        return min(_LONGEST_PATIENCE, max(_PATIENCE, self._file.opening))

    @contextmanager
    def _one_thread(self) -> Iterator[float]:
        """What follows, in one thread at a time and held back from signals; gives the limit for waiting, in seconds.

        Raises RegistryBusy.
        """
        with interrupts.held_back():
            limit = wait_limit()
            try:
                self._wait_for_thread(limit)
                if self._unsettled:
                    self._end()
                self._unsettled = True
                if self._watcher is None:
                    self._watcher = threading.Thread(target=self._watch, name="modelreg-lease", daemon=True)
                    self._watcher.start()
                yield limit
            finally:
                with suppress(RuntimeError):  # another thread has it; or this is a child, forked meanwhile
                    self._mutex.release()

    def _wait_for_thread(self, limit: float) -> None:
        if self._is_ours():  # an exception broke the end of a unit of this very thread
            return
        deadline = time.monotonic() + limit
        while not self._mutex.acquire(timeout=max(0.0, min(interrupts.PATIENCE, deadline - time.monotonic()))):
            interrupts.check()
            if time.monotonic() >= deadline:
                raise RegistryBusy(
                    f"{self.path} is busy in another thread of this process", "try again when it is done"
                )

    def _is_ours(self) -> bool:
        """Whether this thread has the mutex."""
        return bool(self._mutex._is_owned())  # type: ignore[attr-defined]  # threading.Condition asks so, too

    # --- everything below runs with the mutex held ---

    def _after_use(self) -> None:
        if self._lock.held:
            now = self._used_at = time.monotonic()
            if now - self._taken_at > self._slice and now - self._looked_at > _LOOK:
                self._looked_at = now
                if self._lock.is_wanted():
                    self._let_go()
        self._unsettled = False

    def _watch(self) -> None:
        """Let go when idle and wanted, or idle for long; ends when there is nothing to let go of."""
        while True:
            time.sleep(_LOOK)
            if not self._mutex.acquire(blocking=False):
                continue
            try:
                if self._unsettled:
                    self._end()
                    self._unsettled = False
                idle = time.monotonic() - self._used_at
                if self._lock.held and idle > IDLE_LIMIT:
                    self._let_go(flush=True)
                elif self._lock.held and idle > self._patience and self._lock.is_wanted():
                    self._let_go()
                if not self._lock.held:
                    self._watcher = None
                    return
            finally:
                self._mutex.release()

    def _let_go(self, *, flush: bool = False) -> None:
        """Let others have the files; with `flush` everything is entered in the database first."""
        try:
            if self._lock.held:
                self._file.detach(flush=flush)
        finally:
            self._lock.release()

    def _drop(self) -> None:
        """Let others have the files, and read them afresh the next time."""
        try:
            self._file.invalidate()
        finally:
            self._lock.release()

    def _end(self) -> None:
        """Let go of the files, and of DuckDB too."""
        try:
            self._file.close()
        finally:
            self._lock.release()

    # --- fork: the child must not touch the parent's database ---

    def before_fork(self) -> None:
        """Hand the files back and end DuckDB, so that parent and child both start without it.

        Within a unit of work of this thread everything stays as it is, for the parent; see `after_fork_in_child`.
        """
        within = self._is_ours()
        self._mutex.acquire()
        if not within:
            try:
                self._end()
            except Exception:  # whatever it is, Python forks all the same, and the mutex is given back
                _logger.warning("the registry %s could not be closed for a fork", self.path, exc_info=True)

    def after_fork_in_parent(self) -> None:
        """Go on as before."""
        self._mutex.release()

    def after_fork_in_child(self) -> None:
        """Start afresh: the watcher thread did not come along, and what was under way is the parent's."""
        self._file.abandon()
        self._file = DatabaseFile(self.path)
        self._watcher = None
        self._mutex = threading.RLock()
        self._lock = FairLock(self.path)
        self._unsettled = False


# A stop that came while a fork waits for other threads would leave locks taken: it comes when that is over.
_forking = interrupts.held_back()


def _before_fork() -> None:
    global _forking
    holding = interrupts.held_back()
    holding.__enter__()
    _leases_lock.acquire()
    _forking = holding
    for lease in _leases.values():
        lease.before_fork()


def _after_fork_in_parent() -> None:
    for lease in _leases.values():
        lease.after_fork_in_parent()
    holding = _forking
    _leases_lock.release()
    holding.__exit__(None, None, None)


def _after_fork_in_child() -> None:
    for lease in _leases.values():
        lease.after_fork_in_child()
    _leases_lock.release()
    interrupts.forget()  # what has arrived is the parent's business
    _forking.__exit__(None, None, None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


@atexit.register
def _shut_down_all() -> None:
    for lease in list(_leases.values()):
        lease.shut_down()
