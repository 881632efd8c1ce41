"""The database as a file: copied while others wait, opened on the side, built anew in the place of another one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from jupyter_modelreg.core.errors import AlreadyExists, RegistryUnavailable
from jupyter_modelreg.core.ports.store import Store, TableReader
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import database_errors, wal_of
from jupyter_modelreg.storage.duckdb.journal import Journal, JournalState
from jupyter_modelreg.storage.duckdb.lease.lease import Lease
from jupyter_modelreg.storage.duckdb.recovery import check_before_opening
from jupyter_modelreg.storage.duckdb.replacement import intent_of
from jupyter_modelreg.storage.sql.migrations import migrate
from jupyter_modelreg.storage.sql.row_cache import RowCache
from jupyter_modelreg.storage.sql.rows.events import newest_event
from jupyter_modelreg.storage.sql.session import Session
from jupyter_modelreg.storage.sql.transaction import SqlTransaction, all_or_nothing
from jupyter_modelreg.system.files import free_name
from jupyter_modelreg.system.scratch import scratch_folder
from jupyter_modelreg.system.swap import held_path, swap

R = TypeVar("R")


@contextmanager
def snapshot(lease: Lease) -> Iterator[Path]:
    """A copy of the database, complete and in one state, for as long as this lasts; others wait while it is made.

    Raises RegistryBusy, RegistryUnavailable.
    """
    with scratch_folder(lease.path, "dump") as folder:
        copy = folder / lease.path.name
        with database_errors(lease.path), lease.exclusive(whole=True) as path:
            if wal_of(path).exists():
                raise RegistryUnavailable(
                    f"the write-ahead log {wal_of(path)} stays, so {path} is not complete",
                    "free some space on that disk",
                )
            _copy(path, copy)
        yield copy


@contextmanager
def opened_alone(path: Path) -> Iterator[Database]:
    """A database that nobody else knows of, brought up to date; it has no journal. Raises RegistryUnavailable."""
    check_before_opening(path, JournalState())
    database = Database(path)
    try:
        with database_errors(path):
            database.attach(path)
            with database.defining():
                migrate(database.connection, path)
            yield database
            database.detach()
    finally:
        database.close()


@contextmanager
def copy_of(store: Store) -> Iterator[tuple[Database, SqlTransaction]]:
    """What any store holds in one moment, as a DuckDB database for as long as this lasts, and a transaction on it.

    Raises RegistryBusy, RegistryUnavailable.
    """
    with TemporaryDirectory() as folder:
        copy, records = Path(folder).resolve() / "copy.duckdb", _Records()
        store.dump(records)
        _build(copy, records)
        with opened_alone(copy) as database:
            session = Session(database, RowCache(), read_only=True)
            yield database, SqlTransaction(session)
            session.end_read()


class _Records:
    """The records of a whole registry, kept in memory: a `TableWriter` and a `TableReader`."""

    def __init__(self) -> None:
        self._pages: dict[type, list[Sequence[Any]]] = {}

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        """See `core.ports`."""
        self._pages[kind] = list(pages)

    def read(self, kind: type[R]) -> Iterator[Sequence[R]]:
        """See `core.ports`."""
        return iter(self._pages.get(kind, ()))


def replace_database(
    lease: Lease, source: TableReader, aside: str | None, along: Sequence[tuple[Path, Path]]
) -> Path | None:
    """See `Store.load`."""
    with lease.exclusive() as path, scratch_folder(path, "load") as folder:
        there = [old for old in (path, wal_of(path), Journal(path).path) if old.exists()]
        if there and aside is None:
            raise AlreadyExists(f"there is a registry at {path}", "restore --force moves it aside")
        fresh = folder / path.name
        _build(fresh, source)
        kept = path if aside is None else free_name(path, aside)
        old_folders = [to for _, to in along if to.exists()]
        # Without a name to keep them under, there is nothing but empty folders.
        away = held_path(intent_of(path), "old") if aside is None else kept
        moves = [(old, away.with_name(f"{away.name}{old.name.removeprefix(path.name)}")) for old in there + old_folders]
        journal = Journal(fresh).path
        place = [(fresh, path), *([(journal, Journal(path).path)] if journal.exists() else ()), *along]
        try:
            swap(intent_of(path), moves, place)
        except OSError as error:
            raise RegistryUnavailable(
                f"{path} cannot be replaced: {error.strerror or error}", "check the permissions of its folder"
            ) from error
        return kept if moves and aside is not None else None


def _build(fresh: Path, source: TableReader) -> None:
    """Make a new database with the records of `source`, and its journal."""
    from jupyter_modelreg.storage.sql.dump import load

    with opened_alone(fresh) as database:
        session = Session(database, RowCache())
        with all_or_nothing(session):
            load(session, source)
        newest = newest_event(database)
    journal = Journal(fresh)
    if newest is not None:
        journal.empty(newest)
        journal.close()


def _copy(path: Path, target: Path) -> None:
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise RegistryUnavailable(
            f"{path} cannot be copied to {target.parent}: {error.strerror or error}", "free some space there"
        ) from error
