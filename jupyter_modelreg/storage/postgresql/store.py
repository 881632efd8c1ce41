"""`core.ports.Store` in a schema of a PostgreSQL database."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg.errors
import sqlalchemy as sa

from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, RegistryBusy
from jupyter_modelreg.core.ports.store import TableReader, TableWriter, Transaction
from jupyter_modelreg.storage.postgresql import schema
from jupyter_modelreg.storage.postgresql.connecting import own_name, pool_of
from jupyter_modelreg.storage.postgresql.engine import PostgreSQLEngine
from jupyter_modelreg.storage.postgresql.errors import database_errors
from jupyter_modelreg.storage.postgresql.known import KnownRows, NotKnown, OnlyKnown
from jupyter_modelreg.storage.postgresql.loading import drop, fresh_name, fresh_schema, has_schema, put_in_place
from jupyter_modelreg.storage.postgresql.replacing import Outcome, Replacement, outcome, transaction_of
from jupyter_modelreg.storage.sql.migrations import is_current, migrate
from jupyter_modelreg.storage.sql.row_cache import RowCache
from jupyter_modelreg.storage.sql.session import Session
from jupyter_modelreg.storage.sql.transaction import SqlTransaction, all_or_nothing
from jupyter_modelreg.system.locks import wait_limit, waiting_at_most

T = TypeVar("T")

DEFAULT_SCHEMA = "modelreg"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,40}")
# The first half of the key of every lock; the second is made of the name of the schema.
_LOCK = 0x6D6F6465
_TRIES = 3

# How long to wait is said in the same statement, from left to right: whoever has the lock keeps others from writing.
_TAKE = "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s, hashtext(%s))"
_KEEP = "SELECT set_config('lock_timeout', %s, true), pg_advisory_lock(%s, hashtext(%s))"
_LET_GO = sa.text("SELECT pg_advisory_unlock(:kind, hashtext(:schema))")
_HOLDER = sa.text(
    """SELECT a.application_name, a.usename::text, a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = :kind
        AND l.objid = hashtext(:schema)::bit(32)::bigint"""
)
_THERE = sa.text("SELECT to_regclass(:table) IS NOT NULL")
_EVENTS = sa.text("SELECT EXISTS (SELECT FROM events)")
_SIZE = sa.text(
    """SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
    WHERE relkind = 'r' AND relnamespace = to_regnamespace(:schema)"""
)


class PostgreSQLStore:
    """The registry in the schema `schema` of a database; connected on first use.

    Writing transactions hold an advisory lock, so they run one after the other, whichever machine they come from.
    Reading ones wait for nobody: each sees the database as it was when it began.

    Args:
        url: where the database is, and who asks.
        uri: what the registry is called by, without a password.
        schema: the schema of the database that is the registry's own; None for `modelreg`.
        beside: the path whose name, with an ending, what belongs to the registry beside the database has; without it,
            no folders come along where it is loaded.

    Raises InvalidInput for the name of a schema that needs quotes.
    """

    def __init__(self, url: str, uri: str, schema: str | None = None, beside: Path | None = None) -> None:
        schema = schema or DEFAULT_SCHEMA
        if not _SCHEMA.fullmatch(schema):
            raise InvalidInput(
                f"{schema!r} cannot be the schema of a registry", "take small letters, digits and _, at most 41"
            )
        self.uri = uri
        self.schema = schema
        self._url = sa.make_url(url).set(drivername="postgresql+modelreg")
        self._names = {"kind": _LOCK, "schema": schema}
        self._opening = threading.Lock()
        self._turn = threading.Lock()
        self._engine: sa.Engine | None = None
        self._ready = False
        self._known: KnownRows | None = None
        self._process = os.getpid()
        self._folders = None if beside is None else Replacement(beside.with_name(f"{beside.name}.replacing"))

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """A consistent view; nothing done in it is kept."""
        with self._reading() as session:
            yield SqlTransaction(session)

    def look(self, work: Callable[[Transaction], T]) -> T:
        """See `core.ports.Store`: one small statement, where all that `work` asks for is known."""
        known = self._current()
        if known is not None:
            with suppress(NotKnown):
                return work(SqlTransaction(Session(OnlyKnown(), known, read_only=True)))
        with self.read() as tx:
            return work(tx)

    def _current(self) -> KnownRows | None:
        """What is known, if it is so at this moment."""
        known = self._known
        if known is None or not self._ready:
            return None
        try:
            with self._pool().connect() as connection:
                asked = connection.execution_options(isolation_level="AUTOCOMMIT")
                return known if PostgreSQLEngine(asked).is_current(known) else None
        except (psycopg.Error, sa.exc.DBAPIError):
            return None  # who opens a transaction then gets to know what is wrong

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with database_errors(self.uri), self._connected(**options) as (engine, known):
            session = Session(engine, known, read_only=True)
            try:
                yield session
            finally:
                session.end_read()

    @contextmanager
    def write(self, patience: float | None = None) -> Iterator[SqlTransaction]:
        """All of it happens, or nothing."""
        with (
            waiting_at_most(patience),
            database_errors(self.uri),
            self._in_turn(),
            self._connected(_TAKE) as (engine, known),
        ):
            own = known.own()
            with all_or_nothing(Session(engine, own)) as tx:
                yield tx
            self._known = own

    def exists(self) -> bool:
        """Whether there is a registry in the database."""
        with self._asking() as connection:
            return self._is_there(connection)

    def size(self) -> int:
        """Bytes that the registry takes in the database, its indexes included."""
        with self._asking() as connection:
            return int(connection.scalar(_SIZE, {"schema": self.schema}) or 0)

    def dump(self, target: TableWriter) -> None:
        """See `core.ports.Store`: nobody waits."""
        from jupyter_modelreg.storage.sql.dump import dump

        with self._reading() as session:
            dump(session, target)

    def load(
        self, source: TableReader, *, aside: str | None = None, along: Sequence[tuple[Path, Path]] = ()
    ) -> str | None:
        """See `core.ports.Store`: what was there is kept as another schema of the database.

        The folders are moved just before the database is told to keep its new rows, and back where it does not.
        """
        from jupyter_modelreg.storage.sql.dump import load

        with self._alone() as connection:
            # Whoever looks at a registry makes its tables, in which there is nothing yet.
            there = self._is_there(connection) and bool(connection.scalar(_EVENTS))
            if there and aside is None:
                raise AlreadyExists(f"there is a registry at {self.uri}", "restore --force moves it aside")
            with fresh_schema(connection, self.schema, self.uri):
                session = Session(PostgreSQLEngine(connection), RowCache())
                load(session, source)
                session.flush()
                kept = put_in_place(connection, self.schema, aside)
                with self._moving(connection, along, aside or "old"):
                    connection.commit()
        self._ready = True
        return kept if there else None

    def leftovers(self) -> Sequence[str]:
        """See `core.ports.Store`: the schema that a restore was filling when its process ended."""
        with self._alone() as connection:
            fresh = fresh_name(self.schema)
            return [fresh] if has_schema(connection, fresh) else []

    def clean_up(self) -> None:
        """Remove the `leftovers`."""
        with self._alone() as connection:
            drop(connection, fresh_name(self.schema))
            connection.commit()

    def close(self) -> None:
        """Let go of all connections."""
        with self._opening:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _pool(self) -> sa.Engine:
        with self._opening:
            if self._process != os.getpid():  # forked: the connections are the parent's
                if self._engine is not None:
                    self._engine.dispose(close=False)
                self._engine, self._turn, self._process = None, threading.Lock(), os.getpid()
            if self._engine is None:
                self._engine = pool_of(self._url, self.schema)
            return self._engine

    @contextmanager
    def _connected(self, lock: str | None = None, **options: Any) -> Iterator[tuple[PostgreSQLEngine, KnownRows]]:
        """A connection that holds `lock`, and what is known at that moment.

        Raises RegistryUnavailable where a newer jupyter_modelreg has brought the tables up to date meanwhile.
        """
        pool = self._pool()
        for _ in range(_TRIES):
            if not self._ready:
                self._make_ready(pool)
            with pool.connect() as connection:
                engine = PostgreSQLEngine(connection.execution_options(**options))
                if lock is not None:
                    self._wait(connection, lock)
                known = engine.known(self._known)
                if known is not None:
                    self._known = known
                    yield engine, known
                    return
            self._ready = False
        raise RegistryBusy(f"the tables of {self.uri} are changed all the time", "try again later")

    def _make_ready(self, pool: sa.Engine) -> None:
        """Make the tables where there are none, and bring them up to date; one process after the other."""
        with pool.connect() as connection:
            self._settle(connection)
            if self._is_there(connection):
                current = is_current(PostgreSQLEngine(connection))
                connection.rollback()
                if current:
                    self._ready = True
                    return
            connection.rollback()
            with self._kept_away(connection):
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {self.schema}")
                connection.commit()
                migrate(connection, self.uri)
                schema.settle(connection)
        self._ready = True

    @contextmanager
    def _asking(self) -> Iterator[sa.Connection]:
        """A connection for what is no transaction of the registry's."""
        with database_errors(self.uri), self._pool().connect() as connection:
            self._settle(connection)
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        """The same, while nobody else writes. Raises RegistryBusy."""
        with self._asking() as connection, self._kept_away(connection):
            yield connection

    def _is_there(self, connection: sa.Connection) -> bool:
        return bool(connection.scalar(_THERE, {"table": f"{self.schema}.migrations"}))

    @contextmanager
    def _kept_away(self, connection: sa.Connection) -> Iterator[None]:
        """Be the only one who writes over several transactions. Raises RegistryBusy."""
        self._wait(connection, _KEEP)
        connection.commit()
        try:
            yield
        finally:
            try:
                connection.rollback()
                connection.exec_driver_sql(f"SET search_path = {self.schema}")
                connection.execute(_LET_GO, self._names)
                connection.commit()
            except sa.exc.DBAPIError:  # it is broken, and with it goes the lock
                connection.invalidate()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Be the only thread of this process that writes: each that waits for the database takes a connection."""
        self._pool()  # a forked process has a lock of its own then
        limit = wait_limit()
        if not self._turn.acquire(timeout=limit):
            raise self._busy(own_name(), limit)
        try:
            yield
        finally:
            self._turn.release()

    def _busy(self, holders: str, limit: float) -> RegistryBusy:
        return RegistryBusy(
            f"{self.uri} is being written by {holders} for longer than {limit:g} s",
            "try again, or wait longer with MODELREG_LOCK_TIMEOUT=SECONDS",
        )

    def _wait(self, connection: sa.Connection, lock: str) -> None:
        """Wait for a lock that the others have. Raises RegistryBusy, which says who that is."""
        limit = wait_limit()
        patience = str(max(1, int(limit * 1000)))
        try:
            PostgreSQLEngine(connection).ask(lock, (patience, *self._names.values()))
        except psycopg.errors.LockNotAvailable as error:
            connection.rollback()
            found = connection.execute(_HOLDER, self._names).all()
            holders = ", ".join(name or f"{user}, process {pid}" for name, user, pid in found)
            raise self._busy(holders or "somebody else", limit) from error

    def _moving(
        self, connection: sa.Connection, along: Sequence[tuple[Path, Path]], aside: str
    ) -> AbstractContextManager[None]:
        """Folders in their places with the transaction that is open; see `Replacement`."""
        if self._folders is None:
            assert not along, "it is not known where folders could come along"
            return nullcontext()
        transaction = transaction_of(connection)
        return self._folders.moving(along, aside, transaction, partial(self._became, connection))

    def _settle(self, connection: sa.Connection) -> None:
        """Come to an end with folders that a process was moving when it was killed."""
        if self._folders is not None and self._folders.pending():
            with self._kept_away(connection):
                self._folders.settle(partial(outcome, connection))

    def _became(self, connection: sa.Connection, transaction: str) -> Outcome | None:
        """What became of a transaction that may have broken its connection."""
        try:
            connection.rollback()
            return outcome(connection, transaction)
        except sa.exc.DBAPIError:
            connection.invalidate()
        try:
            with self._pool().connect() as other, self._kept_away(other):  # then the server has given it up, too
                return outcome(other, transaction)
        except (sa.exc.DBAPIError, RegistryBusy):
            return None
