"""`core.ports.Store` on one DuckDB file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TypeVar

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import TableReader, TableWriter, Transaction
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import database_errors, wal_of
from jupyter_modelreg.storage.duckdb.journal import Journal
from jupyter_modelreg.storage.duckdb.lease.lease import lease_on
from jupyter_modelreg.storage.duckdb.replacement import intent_of
from jupyter_modelreg.storage.duckdb.snapshot import opened_alone, replace_database, snapshot
from jupyter_modelreg.storage.sql.row_cache import RowCache
from jupyter_modelreg.storage.sql.session import Session
from jupyter_modelreg.storage.sql.transaction import SqlTransaction, all_or_nothing
from jupyter_modelreg.system.locks import waiting_at_most
from jupyter_modelreg.system.swap import discard_held, held

T = TypeVar("T")

# File systems take names of 255 bytes, and the files beside the database have its name and some letters more.
_LONGEST_NAME = 200


class DuckDBStore:
    """The registry's database at `path`; opened on first use, shared with other processes by a lease.

    `uri` is what the registry is called by. Raises InvalidInput for a path that DuckDB cannot open.
    """

    def __init__(self, path: Path, uri: str) -> None:
        _check_path(path)
        self.uri = uri
        self._path = path
        self._lease = lease_on(path)
        self._paths = (path, wal_of(path), Journal(path).path)
        self._intent = intent_of(path)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """A consistent view; nothing done in it is kept."""
        with database_errors(self._path), self._lease.acquire() as file:
            session = Session(file, file.cache, file, read_only=True)
            try:
                yield SqlTransaction(session)
            finally:
                session.end_read()

    def look(self, work: Callable[[Transaction], T]) -> T:
        """See `core.ports`."""
        with self.read() as tx:
            return work(tx)

    @contextmanager
    def write(self, patience: float | None = None) -> Iterator[SqlTransaction]:
        """All of it happens, or nothing."""
        with (
            waiting_at_most(patience),
            database_errors(self._path),
            self._lease.acquire() as file,
            all_or_nothing(Session(file, file.cache, file)) as tx,
        ):
            yield tx

    def exists(self) -> bool:
        """Whether there is a database, or has been one."""
        return any(path.exists() for path in (*self._paths, self._intent))

    @property
    def path(self) -> Path:
        """Where the database is."""
        return self._path

    @contextmanager
    def copied(self) -> Iterator[tuple[Database, SqlTransaction]]:
        """A copy of the database as it is in one moment, and a transaction on that; others wait while it is made.

        Nobody else knows of it, and it is gone afterwards. Raises RegistryBusy, RegistryUnavailable.
        """
        with self._copied() as (database, session):
            yield database, SqlTransaction(session)

    @contextmanager
    def _copied(self) -> Iterator[tuple[Database, Session]]:
        with snapshot(self._lease) as copy, opened_alone(copy) as database:
            session = Session(database, RowCache(), read_only=True)
            try:
                yield database, session
            finally:
                session.end_read()

    def dump(self, target: TableWriter) -> None:
        """See `core.ports.Store`: others wait no longer than it takes to copy the file."""
        from jupyter_modelreg.storage.sql.dump import dump

        with self._copied() as (_, session):
            dump(session, target)

    def load(
        self, source: TableReader, *, aside: str | None = None, along: Sequence[tuple[Path, Path]] = ()
    ) -> str | None:
        """See `core.ports.Store`."""
        kept = replace_database(self._lease, source, aside, along)
        return None if kept is None else str(kept)

    def leftovers(self) -> Sequence[str]:
        """See `core.ports.Store`: what a restore had laid ready when it was killed."""
        # Nobody replaces the database while this process has it, and what was begun has been completed.
        with database_errors(self._path), self._lease.acquire():
            return [str(path) for path in held(self._intent)]

    def clean_up(self) -> None:
        """Remove the `leftovers`."""
        with database_errors(self._path), self._lease.acquire():
            discard_held(self._intent)

    def size(self) -> int:
        """Bytes on disk, the write-ahead log and the journal included."""
        return sum(path.stat().st_size for path in self._paths if path.exists())

    def close(self) -> None:
        """Let other processes have the file at once, and end DuckDB here."""
        self._lease.close()


def _check_path(path: Path) -> None:
    """Refuse, before anything is made, a path that DuckDB would read as another one. Raises InvalidInput."""
    # DuckDB puts the name of its write-ahead log together in front of a `?`, and takes `\\` for `/` everywhere.
    wrong = "?" if "?" in str(path) else "\\" if isinstance(path, PurePosixPath) and "\\" in str(path) else ""
    if wrong:
        raise InvalidInput(
            f"{path} cannot be the path of a registry: DuckDB opens none with {wrong} in it",
            "rename the folder or the file, or choose another",
        )
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise InvalidInput(
            f"the name of the file {path.name[:40]}… is too long for a registry",
            f"choose one of at most {_LONGEST_NAME} bytes",
        )
