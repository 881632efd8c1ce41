"""The database and its journal, as this process has them while it is its turn at them.

The database is attached only when it is asked something: what is remembered from the last turn stays true unless others
have changed the files meanwhile, and what they have added to the journal is read from there.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnavailable
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import (
    database_errors,
    is_broken,
    not_attached,
    unfit_journal,
    wal_of,
)
from jupyter_modelreg.storage.duckdb.journal import Journal, JournalState
from jupyter_modelreg.storage.duckdb.recovery import (
    check_before_opening,
    check_continuity,
    check_only_name,
    check_tables,
    without_stored,
)
from jupyter_modelreg.storage.duckdb.row_cache import RowCache
from jupyter_modelreg.storage.sql.changes import Changes
from jupyter_modelreg.storage.sql.migrations import migrate, missing_steps
from jupyter_modelreg.storage.sql.rows.events import newest_event
from jupyter_modelreg.system.files import sync_folder
from jupyter_modelreg.system.locks import wait_limit

# Rows in the journal at a time: whoever opens the registry has to read them, and enter them in the database.
_MOST_PENDING = 1000
# How often to look whether a DuckDB shell or the like has let go of the file, in seconds.
_LOOK = 0.003

_log = logging.getLogger(__name__)
_Stats = tuple[tuple[int, ...] | None, ...]


class DatabaseFile:
    """The database at `path` and its journal. All methods but `close` are for whoever has the turn.

    After any error but a RegistryError it is to `invalidate`, as it may not have taken note of what was done.

    Attributes:
        memory: what is known without asking the database.
        opened_before: whether there was a database when it was opened last, so that a missing one has gone.
        opening: seconds it took to attach the database and to let go of it in the last turn that needed it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.memory = RowCache()
        self.opening = 0.0
        self.opened_before = False
        self._fresh = path.with_name(f"{path.name}.new")
        self._journal = Journal(path)
        self._journaled: JournalState | None = None
        self._database: Database | None = None
        self._attached = False
        self._seen: _Stats = ()
        self._writing = False
        self._abandoned = False

    def refresh(self) -> None:
        """See what others have done since the last turn. Raises RegistryBusy, RegistryUnavailable."""
        news = None
        if self._journaled is not None and self._seen == self._stats():
            news = self._journal.news(self._journaled)
        if news is None:
            self._read_anew()
        else:
            for unit in news:
                self.memory.apply(unit)

    @property
    def is_current(self) -> bool:
        """Whether the files have been taken up, and are still those that were."""
        return self._journaled is not None and self._in_place()

    def database(self) -> Database:
        """The open database; what is in the journal may be missing in it. Raises RegistryBusy, RegistryUnavailable."""
        self._check_ours()
        if not self._attached:
            if self._stats() != self._seen:  # DuckDB would make an empty one where there is none
                raise RegistryUnavailable(
                    f"{self.path} was changed, moved or removed while it was in use",
                    "see that it is whole, and try again",
                )
            began = time.monotonic()
            self._attach()
            self.opening = time.monotonic() - began
        assert self._database is not None
        return self._database

    def append(self, unit: Changes) -> None:
        """Keep a unit of work in the journal. Raises RegistryUnavailable, and then nothing has been kept."""
        self._check_ours()
        if len(self.memory.pending) >= _MOST_PENDING:
            self.flush()
        assert self._journaled is not None
        self.memory.apply(self._journal.append(unit, self._journaled, self.memory.head))

    def flush(self) -> None:
        """Enter what is in the journal in the database.

        Raises RegistryUnavailable, duckdb.Error; nothing is lost then.
        """
        if not len(self.memory.pending):
            return
        database = self.database()
        self._writing = True
        try:
            with database.connection.begin():
                self.memory.pending.write(database)
        except duckdb.Error as error:
            if is_broken(error):
                raise
            raise unfit_journal(self.path, self._journal.path, error) from error
        finally:
            self._writing = False
        self._journaled = self._journal.empty(self.memory.head)
        self.memory.mark_flushed()

    def preview(self) -> None:
        """Begin a transaction that holds what is in the journal, to be rolled back: where `flush` fails."""
        self._stop()  # DuckDB may want to be started again
        self._seen = self._stats()
        database = self.database()
        database.connection.begin()
        self.memory.pending.write(database)

    def note_commit(self, newest: Event | None) -> None:
        """Take note of a transaction that has gone to the database directly; `newest` is its last event."""
        self.memory.forget_rows()
        if newest is not None:
            self.memory.head = newest
            self._journaled = self._journal.empty(newest)

    def detach(self, *, flush: bool) -> None:
        """Let go of the files; DuckDB itself goes on running. With `flush` the database is to have everything."""
        try:
            if flush:
                self._flush_if_possible()
            if self._attached and self._database is not None:
                began = time.monotonic()
                self._database.detach()
                self.opening += time.monotonic() - began
                self._attached = False
                self._seen = self._stats()
        except duckdb.Error as error:
            # What was committed is safe in the write-ahead log.
            _log.warning("%s could not be closed, and will be read afresh: %s", self.path, error)
            self.close()
        finally:
            self._journal.close()

    def invalidate(self) -> None:
        """Know nothing of the files any more."""
        self._journaled = None
        self.memory.forget()

    def close(self) -> None:
        """Let go of the files and of DuckDB; whatever has been committed or kept stays."""
        self.invalidate()
        self._journal.close()
        self._stop()

    def interrupt(self) -> None:
        """Make the statement end that the database is at, unless it writes; for a signal that has arrived meanwhile."""
        if self._database is not None and self._attached and not self._writing:
            self._database.interrupt()

    def abandon(self) -> None:
        """Never touch the files again, in a process that was forked while they were in use; they are its parent's."""
        if self._database is not None:
            self._database.abandon()
        self._abandoned = True
        self._journal.close()

    def _check_ours(self) -> None:
        if self._abandoned:
            raise RegistryUnavailable(
                f"{self.path} was in use when this process was forked, so what was under way is its parent's to end",
                "do it again: it begins afresh here",
            )

    def _in_place(self) -> bool:
        now = self._stats()
        if not self._attached:
            return now == self._seen
        return now[0] is not None and self._seen[0] is not None and now[0][:2] == self._seen[0][:2]

    def _stop(self) -> None:
        database, self._database = self._database, None
        self._attached = False
        if database is not None:
            database.close()

    def _flush_if_possible(self) -> None:
        try:
            with database_errors(self.path):
                self.flush()
        except (RegistryUnavailable, RegistryBusy) as error:
            _log.warning("the newest changes stay in %s: %s", self._journal.path, error.message)

    def _read_anew(self) -> None:
        if self.opened_before and not self.path.exists():
            # Opening it would put an empty registry in the place of one that somebody has moved or means to restore.
            raise RegistryUnavailable(
                f"the registry {self.path} is gone",
                "put it back, or restore a backup: modelreg restore FILE --force; to begin anew, remove "
                f"{self._journal.path} and {self.path}.files, and start a new process",
            )
        self.invalidate()
        check_only_name(self.path)
        state = self._journal.read()
        check_before_opening(self.path, state)
        if not self.path.exists():
            self._create()
        elif wal_of(self.path).exists():
            self._look(state)
        self._attach()
        assert self._database is not None
        with database_errors(self.path):
            if missing_steps(self._database.connection, self.path):
                with self._database.defining():
                    migrate(self._database.connection, self.path)
            check_tables(self._database, self.path)
            head, missing = self._compared(state)
        self.memory.head = head
        for unit in missing:
            self.memory.apply(unit)
        if (state.units and not missing) or (head is not None and not state.there):
            if not state.there:
                _log.warning(
                    "%s is missing: if %s was moved or copied without it, its newest changes may be missing, too",
                    self._journal.path,
                    self.path,
                )
            state = self._journal.empty(head)
        self._journaled = state
        self._seen = self._stats()
        self.opened_before = True

    def _compared(self, state: JournalState) -> tuple[Event | None, Sequence[Changes]]:
        """The newest event in the open database, and what it has not of the journal. Raises RegistryUnavailable."""
        assert self._database is not None
        connection, head = self._database.connection, newest_event(self._database)
        check_continuity(connection, self.path, state, head)
        return head, without_stored(connection, self.path, state, head)

    def _look(self, state: JournalState) -> None:
        """See that the database goes with its journal, before DuckDB enters the write-ahead log in it for good.

        A log that came late or was cut short must be told while the right one still fits. Raises RegistryUnavailable.
        """
        self._attach(read_only=True)
        assert self._database is not None
        try:
            with database_errors(self.path):
                if not missing_steps(self._database.connection, self.path):
                    check_tables(self._database, self.path)
                    self._compared(state)
                self._database.detach()
        except BaseException:
            self._stop()
            raise
        self._attached = False

    def _create(self) -> None:
        """Make a new registry out of sight, so that what has its name is whole, whenever this process ends."""
        for left in (self._fresh, wal_of(self._fresh)):
            left.unlink(missing_ok=True)
        self._attach(self._fresh)
        assert self._database is not None
        with database_errors(self._fresh):
            with self._database.defining():
                migrate(self._database.connection, self.path)
            self._database.detach()
        self._attached = False
        self._fresh.replace(self.path)
        sync_folder(self.path.parent)

    def _attach(self, path: Path | None = None, *, read_only: bool = False) -> None:
        limit = wait_limit()
        deadline = time.monotonic() + limit
        if self._database is None:
            self._database = Database(self.path, self._fresh)
        while not self._attached:
            try:
                self._database.attach(path or self.path, read_only=read_only)
                self._attached = True
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

    def _stats(self) -> _Stats:
        """What tells the database and its write-ahead log from what they were."""
        return tuple(_stat(path) for path in (self.path, wal_of(self.path)))


def _stat(path: Path) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_nlink)
