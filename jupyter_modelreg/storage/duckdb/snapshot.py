"""The database as a file: copied while others wait, opened on the side, put in the place of another one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import AlreadyExists, RegistryUnavailable
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import database_errors, wal_of
from jupyter_modelreg.storage.duckdb.journal import Contents, Journal
from jupyter_modelreg.storage.duckdb.lease.lease import Lease
from jupyter_modelreg.storage.duckdb.recovery import check_before_opening
from jupyter_modelreg.storage.duckdb.row_cache import Memory
from jupyter_modelreg.storage.sql.changes import Changes
from jupyter_modelreg.storage.sql.migrations import migrate
from jupyter_modelreg.storage.sql.rows.events import newest_event
from jupyter_modelreg.storage.sql.session import Ground


@dataclass
class _Alone:
    """`session.Ground` on a database that nobody else knows of, which so needs no journal."""

    memory: Memory
    opened: Database

    def database(self) -> Database:
        return self.opened

    def keep(self, unit: Changes) -> None:
        raise AssertionError("a database without a journal keeps nothing in it")

    def flush(self) -> None:
        """There is nothing outside the database."""

    def preview(self) -> None:
        """The same."""

    def committed(self, newest: Event | None) -> None:
        self.memory.forget_rows()
        self.memory.head = newest or self.memory.head


def copy_database(lease: Lease, target: Path) -> None:
    """Copy the database, complete and in one state, to `target`. Raises RegistryBusy, RegistryUnavailable."""
    with database_errors(lease.path), lease.alone(whole=True) as path:
        if wal_of(path).exists():
            raise RegistryUnavailable(
                f"the write-ahead log {wal_of(path)} stays, so {path} is not complete", "free some space on that disk"
            )
        _copy(path, target)


@contextmanager
def opened_alone(path: Path) -> Iterator[Ground]:
    """A database that nobody else knows of, brought up to date. Raises RegistryUnavailable."""
    check_before_opening(path, Contents())
    database = Database()
    try:
        with database_errors(path):
            database.attach(path)
            migrate(database.connection, path)
            memory = Memory()
            memory.head = newest_event(database)
            yield _Alone(memory, database)
            database.detach()
    finally:
        database.close()


@contextmanager
def replacing(lease: Lease, fresh: Path, last: Event | None, aside: str | None) -> Iterator[Path | None]:
    """See `DuckDBStore.replacing`.

    There is no moment without a database: whenever this process ends, there is the old one or the new one.
    """
    journal = Journal(lease.path)
    with lease.alone() as path:
        there = [old for old in (path, wal_of(path), journal.path) if old.exists()]
        if there and aside is None:
            raise AlreadyExists(f"there is a registry at {path}", "restore --force moves it aside")
        kept = path.with_name(f"{path.name}.{aside}") if aside is not None else None
        yield kept
        try:
            if kept is not None:
                _put_aside(path, kept)
            fresh.replace(path)
            if last is not None:
                journal.empty(last)
                journal.close()
        except OSError as error:
            raise RegistryUnavailable(
                f"{path} cannot be replaced: {error.strerror or error}", "check the permissions of its folder"
            ) from error


def _put_aside(path: Path, kept: Path) -> None:
    for old, new in ((wal_of(path), wal_of(kept)), (Journal(path).path, Journal(kept).path)):
        if old.exists():
            old.rename(new)
    if path.exists():
        try:
            os.link(path, kept)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                raise
            path.rename(kept)


def _copy(path: Path, target: Path) -> None:
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise RegistryUnavailable(
            f"{path} cannot be copied to {target.parent}: {error.strerror or error}", "free some space there"
        ) from error
