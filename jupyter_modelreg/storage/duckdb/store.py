"""`core.ports.Store` on one DuckDB file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.duckdb.backend import DUCKDB
from jupyter_modelreg.storage.duckdb.errors import database_errors, wal_of
from jupyter_modelreg.storage.duckdb.journal import Journal
from jupyter_modelreg.storage.duckdb.lease.lease import lease_on
from jupyter_modelreg.storage.duckdb.snapshot import copy_database, opened_alone, replacing
from jupyter_modelreg.storage.sql.session import Session
from jupyter_modelreg.storage.sql.transaction import SqlTransaction, all_or_nothing


class DuckDBStore:
    """The registry's database at `path`; opened on first use, shared with other processes by a lease.

    `uri` is what the registry is called by.
    """

    def __init__(self, path: Path, uri: str) -> None:
        self.uri = uri
        self._path = path
        self._lease = lease_on(path)
        self._paths = (path, wal_of(path), Journal(path).path)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """A consistent view; nothing done in it is kept."""
        with database_errors(self._path), self._lease.use() as file:
            session = Session(DUCKDB, file, read_only=True)
            try:
                yield SqlTransaction(session)
            finally:
                session.rollback()

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        """All of it happens, or nothing."""
        with database_errors(self._path), self._lease.use() as file, all_or_nothing(Session(DUCKDB, file)) as tx:
            yield tx

    def exists(self) -> bool:
        """Whether there is a database, or has been one."""
        return any(path.exists() for path in self._paths)

    def copy_to(self, target: Path) -> None:
        """Copy the database as it is in one moment; others wait as long as that takes. Raises RegistryUnavailable."""
        copy_database(self._lease, target)

    @contextmanager
    def opened(self, copy: Path) -> Iterator[SqlTransaction]:
        """A transaction on a copy that nobody else knows of; what it does is kept. Raises RegistryUnavailable."""
        with opened_alone(copy) as file, all_or_nothing(Session(DUCKDB, file, keeping=False)) as tx:
            yield tx

    @contextmanager
    def replacing(self, fresh: Path, last: Event | None, aside: str | None) -> Iterator[Path | None]:
        """Put the database `fresh` in the place of this one when the body is done, which puts the files in place.

        Its newest event is `last`.

        With `aside` what is there now is kept under its own name and that ending, which the body is given as the path
        of the database; without, there must be none: raises AlreadyExists.
        """
        with replacing(self._lease, fresh, last, aside) as kept:
            yield kept

    def size(self) -> int:
        """Bytes on disk, the write-ahead log and the journal included."""
        return sum(path.stat().st_size for path in self._paths if path.exists())

    def close(self) -> None:
        """Let other processes have the file at once."""
        self._lease.release()
