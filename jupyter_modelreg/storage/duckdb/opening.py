"""Opening a database of which nothing is remembered: it is made where there is none, looked at, brought up to date."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import RegistryBusy
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import database_errors, not_attached, wal_of
from jupyter_modelreg.storage.duckdb.journal import JournalState
from jupyter_modelreg.storage.duckdb.recovery import (
    check_before_opening,
    check_continuity,
    check_tables,
    without_stored,
)
from jupyter_modelreg.storage.sql.migrations import create, is_current, migrate, missing_steps
from jupyter_modelreg.storage.sql.rows.events import newest_event
from jupyter_modelreg.storage.sql.unit import LoggedUnit
from jupyter_modelreg.system.files import sync_folder
from jupyter_modelreg.system.locks import wait_limit

# How often to look whether a DuckDB shell or the like has let go of the file, in seconds.
_LOOK = 0.003


def instance_for(path: Path) -> Database:
    """DuckDB, started, which can open the database at `path` and no other."""
    return Database(path, _fresh(path))


def attach(database: Database, path: Path, *, named: Path | None = None, read_only: bool = False) -> None:
    """Open the file at `path`, once a DuckDB shell or the like has let go of it; in errors it is called `named`.

    Raises RegistryBusy, RegistryUnavailable.
    """
    named = named or path
    limit = wait_limit()
    deadline = time.monotonic() + limit
    while True:
        try:
            return database.attach(path, read_only=read_only)
        except duckdb.Error as error:
            foreign = re.search(r"lock is held in (.*?) \(PID (\d+)\)", str(error))
            if foreign is None:
                raise not_attached(named, error) from error
            # Not one of ours: ours would hold the lock files. It may be a DuckDB shell.
            if time.monotonic() > deadline:
                raise RegistryBusy(
                    f"{named} has been open for over {limit:g} s in process {foreign[2]} ({foreign[1]})",
                    "close it there, then try again",
                ) from error
            time.sleep(_LOOK)


def attach_unknown(database: Database, path: Path, journal: JournalState) -> tuple[Event | None, Sequence[LoggedUnit]]:
    """Open the file at `path`, made when missing, see that it goes with its journal, and bring it up to date.

    Returns the newest event in it, and what it has not of the journal. Raises RegistryBusy, RegistryUnavailable; then
    the file may be open, and DuckDB is to be ended.
    """
    check_before_opening(path, journal)
    if not path.exists():
        _create(database, path)
    elif wal_of(path).exists():
        _look(database, path, journal)
    attach(database, path)
    with database_errors(path):
        if not is_current(database) and missing_steps(database.connection, path):
            with database.defining():
                migrate(database.connection, path)
        check_tables(database, path)
        return _compare(database, path, journal)


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _create(database: Database, path: Path) -> None:
    """Make a new registry out of sight, so that what has its name is whole, whenever this process ends."""
    fresh = _fresh(path)
    for left in (fresh, wal_of(fresh)):
        left.unlink(missing_ok=True)
    attach(database, fresh, named=path)
    with database_errors(fresh):
        with database.defining():
            create(database.connection)
        database.detach()
    fresh.replace(path)
    sync_folder(path.parent)


def _look(database: Database, path: Path, journal: JournalState) -> None:
    """See that the database goes with its journal, before DuckDB enters the write-ahead log in it for good.

    A log that came late or was cut short must be told while the right one still fits. Raises RegistryUnavailable.
    """
    attach(database, path, read_only=True)
    with database_errors(path):
        if is_current(database) or not missing_steps(database.connection, path):
            check_tables(database, path)
            _compare(database, path, journal)
        database.detach()


def _compare(database: Database, path: Path, journal: JournalState) -> tuple[Event | None, Sequence[LoggedUnit]]:
    newest = newest_event(database)
    check_continuity(database, path, journal, newest)
    return newest, without_stored(database, path, journal, newest)
