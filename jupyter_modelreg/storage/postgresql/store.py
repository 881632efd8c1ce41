"""`core.ports.Store` in a schema of a PostgreSQL database."""

from __future__ import annotations

import getpass
import itertools
import os
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg.errors
import sqlalchemy as sa

from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, RegistryBusy
from jupyter_modelreg.core.ports.store import TableReader, TableWriter
from jupyter_modelreg.storage.postgresql import schema
from jupyter_modelreg.storage.postgresql.engine import PostgreSQLEngine
from jupyter_modelreg.storage.postgresql.errors import database_errors
from jupyter_modelreg.storage.sql.migrations import is_current, migrate
from jupyter_modelreg.storage.sql.row_cache import RowCache
from jupyter_modelreg.storage.sql.session import Session
from jupyter_modelreg.storage.sql.transaction import SqlTransaction, all_or_nothing
from jupyter_modelreg.system.files import free_name
from jupyter_modelreg.system.locks import wait_limit, waiting_at_most

DEFAULT_SCHEMA = "modelreg"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,40}")
# The first half of the key of every lock; the second is made of the name of the schema.
_LOCK = 0x6D6F6465
_CONNECTIONS = 5
_TRIES = 3

_TAKE = sa.text("SELECT pg_advisory_xact_lock(:kind, hashtext(:schema))")
_KEEP = sa.text("SELECT pg_advisory_lock(:kind, hashtext(:schema))")
_LET_GO = sa.text("SELECT pg_advisory_unlock(:kind, hashtext(:schema))")
_PATIENCE = sa.text("SELECT set_config('lock_timeout', :ms, true)")
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
_SCHEMAS = sa.text("SELECT count(*) FROM pg_namespace WHERE nspname = :schema")


class PostgreSQLStore:
    """The registry in the schema `schema` of a database; connected on first use.

    Writing transactions hold an advisory lock, so they run one after the other, whichever machine they come from.
    Reading ones wait for nobody: each sees the database as it was when it began.

    Args:
        url: where the database is, and who asks.
        uri: what the registry is called by, without a password.
        schema: the schema of the database that is the registry's own; None for `modelreg`.

    Raises InvalidInput for the name of a schema that needs quotes.
    """

    def __init__(self, url: str, uri: str, schema: str | None = None) -> None:
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
        self._engine: sa.Engine | None = None
        self._ready = False
        self._process = os.getpid()

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """A consistent view; nothing done in it is kept."""
        with self._reading() as session:
            yield SqlTransaction(session)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with database_errors(self.uri), self._connected(**options) as engine:
            session = Session(engine, engine.cache, read_only=True)
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
            self._connected(_TAKE) as engine,
            all_or_nothing(Session(engine, engine.cache)) as tx,
        ):
            yield tx

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
            with self._removed_on_error(connection):
                self._make_fresh(connection)
                session = Session(PostgreSQLEngine(connection), RowCache())
                load(session, source)
                session.flush()
                kept = self._make_way(connection, aside)
                connection.exec_driver_sql(f"ALTER SCHEMA {self._fresh} RENAME TO {self.schema}")
                with _moved(along, aside or "old"):
                    connection.commit()
        self._ready = True
        return kept if there else None

    def leftovers(self) -> Sequence[str]:
        """See `core.ports.Store`: the schema that a restore was filling when its process ended."""
        with self._alone() as connection:
            return [self._fresh] if connection.scalar(_SCHEMAS, {"schema": self._fresh}) else []

    def clean_up(self) -> None:
        """Remove the `leftovers`."""
        with self._alone() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {self._fresh} CASCADE")
            connection.commit()

    def close(self) -> None:
        """Let go of all connections."""
        with self._opening:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    @property
    def _fresh(self) -> str:
        return f"{self.schema}_loading"

    def _pool(self) -> sa.Engine:
        with self._opening:
            if self._process != os.getpid():  # forked: the connections are the parent's
                if self._engine is not None:
                    self._engine.dispose(close=False)
                self._engine, self._process = None, os.getpid()
            if self._engine is None:
                self._engine = self._connect()
            return self._engine

    def _connect(self) -> sa.Engine:
        who = f"modelreg: {getpass.getuser()} on {socket.gethostname()}, process {os.getpid()}"
        engine = sa.create_engine(
            self._url,
            pool_size=_CONNECTIONS,
            pool_pre_ping=True,
            paramstyle="format",
            connect_args={"application_name": who[:63], "connect_timeout": max(2, int(wait_limit()))},
        )

        @sa.event.listens_for(engine, "connect")
        def choose_schema(connection: Any, record: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path = {self.schema}")
            connection.commit()

        return engine

    @contextmanager
    def _connected(self, lock: sa.TextClause | None = None, **options: Any) -> Iterator[PostgreSQLEngine]:
        """A connection that holds `lock`, and knows what others have done.

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
                if engine.refresh():
                    yield engine
                    return
            self._ready = False
        raise RegistryBusy(f"the tables of {self.uri} are changed all the time", "try again later")

    def _make_ready(self, pool: sa.Engine) -> None:
        """Make the tables where there are none, and bring them up to date; one process after the other."""
        with pool.connect() as connection:
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
            connection.rollback()
            connection.exec_driver_sql(f"SET search_path = {self.schema}")
            connection.execute(_LET_GO, self._names)
            connection.commit()

    def _wait(self, connection: sa.Connection, lock: sa.TextClause) -> None:
        """Wait for a lock that the others have. Raises RegistryBusy, which says who that is."""
        limit = wait_limit()
        connection.execute(_PATIENCE, {"ms": str(max(1, int(limit * 1000)))})
        try:
            connection.execute(lock, self._names)
        except sa.exc.OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
            connection.rollback()
            found = connection.execute(_HOLDER, self._names).all()
            holders = ", ".join(name or f"{user}, process {pid}" for name, user, pid in found)
            raise RegistryBusy(
                f"{self.uri} is being written by {holders or 'somebody else'} for longer than {limit:g} s",
                "try again, or wait longer with MODELREG_LOCK_TIMEOUT=SECONDS",
            ) from error

    def _make_fresh(self, connection: sa.Connection) -> None:
        """An empty registry in a schema of its own, which is the current one from now on."""
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {self._fresh} CASCADE")
        connection.exec_driver_sql(f"CREATE SCHEMA {self._fresh}")
        connection.exec_driver_sql(f"SET search_path = {self._fresh}")
        connection.commit()
        migrate(connection, self.uri)
        schema.settle(connection)

    @contextmanager
    def _removed_on_error(self, connection: sa.Connection) -> Iterator[None]:
        """Leave no half-filled schema behind; where the connection is gone, it is among the `leftovers`."""
        try:
            yield
        except BaseException:
            with suppress(sa.exc.DBAPIError):
                connection.rollback()
                connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {self._fresh} CASCADE")
                connection.commit()
            raise

    def _make_way(self, connection: sa.Connection, aside: str | None) -> str | None:
        """Give the schema that is there another name, which is returned."""
        if not connection.scalar(_SCHEMAS, {"schema": self.schema}):
            return None
        base = re.sub(r"[^a-z0-9_]+", "_", f"{self.schema}_{aside or 'old'}".lower())[:55]
        for number in itertools.count(1):
            kept = base if number == 1 else f"{base}_{number}"
            if not connection.scalar(_SCHEMAS, {"schema": kept}):
                connection.exec_driver_sql(f"ALTER SCHEMA {self.schema} RENAME TO {kept}")
                return kept
        raise AssertionError("numbers do not end")


@contextmanager
def _moved(along: Sequence[tuple[Path, Path]], aside: str) -> Iterator[None]:
    """Folders in their places; back where the block raises."""
    done: list[tuple[Path, Path]] = []
    try:
        for old, new in along:
            if new.exists():
                away = free_name(new, aside)
                new.rename(away)
                done.append((new, away))
            old.rename(new)
            done.append((old, new))
        yield
    except BaseException:
        for old, new in reversed(done):
            new.rename(old)
        raise
