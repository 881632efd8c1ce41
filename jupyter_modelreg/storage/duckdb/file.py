"""The database and its journal, as this process has them while it is its turn at them.

The database is attached only when it is asked something: what is remembered from the last turn stays true unless others
have changed the files meanwhile, and what they have added to the journal is read from there.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnavailable
from jupyter_modelreg.storage.duckdb.backend import DUCKDB
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import database_errors, is_broken, unfit_journal, wal_of
from jupyter_modelreg.storage.duckdb.journal import Journal, JournalState
from jupyter_modelreg.storage.duckdb.opening import attach, attach_unknown, instance_for
from jupyter_modelreg.storage.duckdb.recovery import check_only_name
from jupyter_modelreg.storage.sql.changes import Changes
from jupyter_modelreg.storage.sql.row_cache import RowCache
from jupyter_modelreg.storage.sql.unit import LoggedUnit

# Rows in the journal at a time: whoever opens the registry has to read them, and enter them in the database.
_MOST_PENDING = 1000

_log = logging.getLogger(__name__)
_Stats = tuple[tuple[int, ...] | None, ...]


class State(Enum):
    """What a process has of a database and its journal; see the package for what leads from one to the next."""

    CLOSED = auto()  # nothing
    KNOWN = auto()  # what the journal says, and rows of the database, which DuckDB has let go of
    ATTACHED = auto()  # the same, and DuckDB has the database
    ABANDONED = auto()  # nothing for good: the files were in use when this process was forked


class DatabaseFile:
    """The database at `path` and its journal: the engine and the buffer of a `Session`.

    All methods but `close` are for whoever has the turn. After any error but a RegistryError it is to `invalidate`, as
    it may not have taken note of what was done.

    Attributes:
        backend: that it is DuckDB.
        cache: what is known without asking the database.
        opened_before: whether there was a database when it was opened last, so that a missing one has gone.
        opening: seconds it took to open the database and to let go of it in the last turn that needed it.
    """

    backend = DUCKDB

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cache = RowCache()
        self.opening = 0.0
        self.opened_before = False
        self._state = State.CLOSED
        self._journal = Journal(path)
        self._journaled = JournalState()  # while KNOWN or ATTACHED
        self._database: Database | None = None  # DuckDB goes on running while it has nothing attached
        self._watched = (os.fspath(path), os.fspath(wal_of(path)))
        self._seen: _Stats = ()
        self._writing = False

    def refresh(self) -> None:
        """See what others have done since the last turn. Raises RegistryBusy, RegistryUnavailable."""
        news = None
        if self._state is State.KNOWN and self._seen == self._stats():
            news = self._journal.news(self._journaled)
        if news is None:
            self._open()
        else:
            for unit in news:
                self.cache.project(unit)

    @property
    def is_current(self) -> bool:
        """Whether the files are known, and are still those that were."""
        if self._state is State.KNOWN:
            return self._stats() == self._seen
        if self._state is State.ATTACHED:  # where DuckDB writes to it, its size and its times change
            now, seen = self._stats()[0], self._seen[0]
            return now is not None and seen is not None and now[:2] == seen[:2]
        return False

    @property
    def connection(self) -> sa.Connection:
        """The connection to the database, which is attached; what is in the journal may be missing in it.

        Raises RegistryBusy, RegistryUnavailable.
        """
        return self._attached().connection

    def ask(self, sql: str, parameters: Sequence[object]) -> Sequence[Sequence[Any]]:
        """See `Database.ask`; the database is attached. Raises RegistryBusy, RegistryUnavailable, duckdb.Error."""
        return self._attached().ask(sql, parameters)

    def append(self, unit: LoggedUnit, changes: Changes) -> None:
        """Add a unit of work to the journal, which has made these changes.

        Raises RegistryUnavailable, and then nothing has been added.
        """
        self._check_ours()
        if len(self.cache.overlay) >= _MOST_PENDING:
            self.flush()
        self._journal.append(unit, self._journaled, self.cache.last_event)
        self.cache.take(unit, changes)

    def flush(self) -> None:
        """Enter what is in the journal in the database.

        Raises RegistryBusy, RegistryUnavailable, duckdb.Error; nothing is lost then.
        """
        if not len(self.cache.overlay):
            return
        connection = self.connection
        self._writing = True
        try:
            with connection.begin():
                self.cache.overlay.write(self)
        except duckdb.Error as error:
            if is_broken(error):
                raise
            raise unfit_journal(self.path, error) from error
        finally:
            self._writing = False
        self._journaled = self._journal.empty(self.cache.last_event)
        self.cache.mark_flushed()

    def preview(self) -> None:
        """Begin a transaction that holds what is in the journal, to be rolled back: where `flush` fails."""
        self._stop()  # DuckDB may want to be started again
        self._seen = self._stats()
        self.connection.begin()
        self.cache.overlay.write(self)

    def note_commit(self, newest: Event | None) -> None:
        """Take note of a transaction that has gone to the database directly; `newest` is its last event."""
        if newest is not None:
            self._journaled = self._journal.empty(newest)

    def detach(self, *, flush: bool) -> None:
        """Let go of the files; DuckDB itself goes on running. With `flush` the database is to have everything."""
        try:
            if flush:
                self._flush_if_possible()
            if self._state is State.ATTACHED and self._database is not None:
                began = time.monotonic()
                self._database.detach()
                self._state = State.KNOWN
                self._seen = self._stats()
                self.opening += time.monotonic() - began
        except duckdb.Error as error:
            # What was committed is safe in the write-ahead log.
            _log.warning("%s could not be closed, and will be read afresh: %s", self.path, error)
            self.close()
        finally:
            self._journal.close()

    def invalidate(self) -> None:
        """Let go of the files, and know nothing of them any more."""
        self.detach(flush=False)
        self._forget()

    def close(self) -> None:
        """Let go of the files and of DuckDB, and know nothing; whatever has been committed or journaled stays."""
        self._journal.close()
        self._stop()
        self._forget()

    def interrupt(self) -> None:
        """Make the statement end that the database is at, unless it writes; for a signal that has arrived meanwhile."""
        if self._database is not None and self._state is State.ATTACHED and not self._writing:
            self._database.interrupt()

    def abandon(self) -> None:
        """Never touch the files again, in a process that was forked while they were in use; they are its parent's."""
        if self._database is not None:
            self._database.abandon()
        self._state = State.ABANDONED
        self._journal.close()

    def _attached(self) -> Database:
        if self._state is not State.ATTACHED or self._database is None:
            self._check_ours()
            if self._stats() != self._seen:  # DuckDB would make an empty one where there is none
                raise RegistryUnavailable(
                    f"{self.path} was changed, moved or removed while it was in use",
                    "see that it is whole, and try again",
                )
            began = time.monotonic()
            self._database = self._database or instance_for(self.path)
            attach(self._database, self.path)
            self._state = State.ATTACHED
            self.opening = time.monotonic() - began
        return self._database

    def _open(self) -> None:
        """Read the journal and the database, which is attached then. Raises RegistryBusy, RegistryUnavailable."""
        if self.opened_before and not self.path.exists():
            # Opening it would put an empty registry in the place of one that somebody has moved or means to restore.
            raise RegistryUnavailable(
                f"the registry {self.path} is gone",
                "put it back, or restore a backup: modelreg restore FILE --force; to begin anew, remove "
                f"{self._journal.path} and {self.path}.files, and start a new process",
            )
        self.invalidate()
        check_only_name(self.path)
        journal = self._journal.read()
        self._database = self._database or instance_for(self.path)
        try:
            newest, missing = attach_unknown(self._database, self.path, journal)
            self.cache.last_event = newest
            for unit in missing:
                self.cache.project(unit)
        except BaseException:
            self._stop()
            raise
        if (journal.units and not missing) or (newest is not None and not journal.there):
            if not journal.there:
                _log.warning(
                    "%s is missing: if %s was moved or copied without it, its newest changes may be missing, too",
                    self._journal.path,
                    self.path,
                )
            journal = self._journal.empty(newest)
        self._journaled = journal
        self._seen = self._stats()
        self._state = State.ATTACHED
        self.opened_before = True

    def _stop(self) -> None:
        """End DuckDB; what is known stays so."""
        database, self._database = self._database, None
        if self._state is State.ATTACHED:
            self._state = State.KNOWN
        if database is not None:
            database.close()

    def _forget(self) -> None:
        if self._state is not State.ABANDONED:
            self._state = State.CLOSED
        self.cache.forget()

    def _flush_if_possible(self) -> None:
        try:
            with database_errors(self.path):
                self.flush()
        except (RegistryUnavailable, RegistryBusy) as error:
            _log.warning("the newest changes stay in %s: %s", self._journal.path, error.message)

    def _check_ours(self) -> None:
        if self._state is State.ABANDONED:
            raise RegistryUnavailable(
                f"{self.path} was in use when this process was forked, so what was under way is its parent's to end",
                "do it again: it begins afresh here",
            )

    def _stats(self) -> _Stats:
        """What tells the database and its write-ahead log from what they were."""
        return tuple(map(_stat, self._watched))


def _stat(path: str) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_nlink)
