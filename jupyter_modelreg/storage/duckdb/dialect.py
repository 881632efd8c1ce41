"""DuckDB for SQLAlchemy: as much of a dialect as the registry uses, and nothing that is read back from a database.

DuckDB's grammar is PostgreSQL's for most of what matters here, but PostgreSQL's dialect brings drivers, types and
catalogue queries that DuckDB has no use for, and importing them takes as long as DuckDB itself.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any, cast

import duckdb
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, DBAPIModule
from sqlalchemy.pool import PoolProxiedConnection, StaticPool
from sqlalchemy.sql.compiler import Compiled, SQLCompiler
from sqlalchemy.util import LRUCache

_NO_TRANSACTION = "no transaction is active"
# What is kept of parsed statements: a list of names to look for makes a text of its own, and a long one.
_MOST_PARSED = 1000
_LONGEST_PARSED = 10_000
_parsed: dict[str, duckdb.Statement] = {}


class DuckDBCompiler(SQLCompiler):
    """SQL as DuckDB reads it."""

    def visit_ilike_op_binary(self, binary: sa.BinaryExpression[Any], operator: Any, **kw: Any) -> str:
        """DuckDB has ILIKE itself, which compares without making a lower-case copy of every value."""
        return self._ilike("ILIKE", binary, **kw)

    def visit_not_ilike_op_binary(self, binary: sa.BinaryExpression[Any], operator: Any, **kw: Any) -> str:
        """As `visit_ilike_op_binary`, for what must not be alike."""
        return self._ilike("NOT ILIKE", binary, **kw)

    def visit_try_cast(self, element: sa.TryCast[Any], **kw: Any) -> str:
        """A cast of which NULL comes where the value is none of that type."""
        return f"TRY_CAST({self.process(element.clause, **kw)} AS {self.process(element.typeclause, **kw)})"

    def limit_clause(self, select: sa.Select[Any], **kw: Any) -> str:
        """A page; SQLAlchemy's own has LIMIT -1 where there is an offset alone, which DuckDB refuses."""
        pieces = {"LIMIT": select._limit_clause, "OFFSET": select._offset_clause}
        return "".join(
            f"\n {word} {self.process(clause, **kw)}" for word, clause in pieces.items() if clause is not None
        )

    def update_from_clause(
        self, update_stmt: sa.Update, from_table: Any, extra_froms: Sequence[Any], from_hints: Any, **kw: Any
    ) -> str:
        """UPDATE … FROM, as in PostgreSQL."""
        kw["asfrom"] = True
        return "FROM " + ", ".join(each._compiler_dispatch(self, fromhints=from_hints, **kw) for each in extra_froms)

    def _ilike(self, word: str, binary: sa.BinaryExpression[Any], **kw: Any) -> str:
        escape = (binary.modifiers or {}).get("escape")
        text = f"{self.process(binary.left, **kw)} {word} {self.process(binary.right, **kw)}"
        return text if escape is None else f"{text} ESCAPE {self.render_literal_value(escape, sa.String())}"


class DuckDBDialect(DefaultDialect):
    """DuckDB, spoken to over one connection that is handed in (see `engine_over`)."""

    name = "duckdb"
    driver = "modelreg"
    statement_compiler = DuckDBCompiler
    # Every type in `tables` gives a statement the same text whatever its values, so that it is compiled once.
    supports_statement_cache = True
    supports_native_boolean = True
    supports_multivalues_insert = True
    supports_sane_rowcount = False
    supports_sane_multi_rowcount = False
    postfetch_lastrowid = False
    update_returning_multifrom = False
    div_is_floordiv = False

    def __init__(self, **options: Any) -> None:
        # The driver's own "?" would take a value once for each time that it is mentioned.
        super().__init__(paramstyle="numeric_dollar", **options)

    @classmethod
    def import_dbapi(cls) -> DBAPIModule:
        """The driver, whose errors SQLAlchemy wraps in its own."""
        return cast(DBAPIModule, duckdb)

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Begin a transaction: without one DuckDB commits each statement by itself."""
        cast(Connection, dbapi_connection).begin()

    def do_rollback(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Roll back; that an error has ended the transaction already is no error."""
        try:
            dbapi_connection.rollback()
        except duckdb.TransactionException as error:
            if _NO_TRANSACTION not in str(error):
                raise


class Connection:
    """A connection of DuckDB's whose cursors all work on that very connection.

    A cursor of DuckDB's own is another connection to the same instance, and so would neither see an open transaction
    nor which attached database is in use. A cursor's rows are to be fetched before the next statement runs.
    """

    def __init__(self, raw: duckdb.DuckDBPyConnection) -> None:
        self._raw = raw

    def cursor(self) -> DBAPICursor:
        """A cursor on this connection."""
        return cast(DBAPICursor, Cursor(self, self._raw))

    def run(self, sql: str, parameters: Sequence[object]) -> duckdb.DuckDBPyConnection:
        """Run one statement; its rows are to be fetched from what is returned. Raises duckdb.Error.

        It is parsed once: that takes as long as all the rest of looking up a row. (A prepared one gains no more.)
        """
        statement = _parsed.get(sql)
        if statement is None:
            [statement] = self._raw.extract_statements(sql)
            if len(_parsed) >= _MOST_PARSED:
                _parsed.clear()
            if len(sql) <= _LONGEST_PARSED:
                _parsed[sql] = statement
        return self._raw.execute(statement, parameters)

    def begin(self) -> None:
        """Begin a transaction."""
        self._raw.begin()

    def commit(self) -> None:
        """Commit the open transaction. Raises duckdb.Error, also where there is none."""
        self._raw.commit()

    def rollback(self) -> None:
        """Roll back the open transaction. Raises duckdb.Error, also where there is none."""
        self._raw.rollback()

    def close(self) -> None:
        """End the connection; whatever has been committed stays."""
        self._raw.close()


class Cursor:
    """What SQLAlchemy asks of a cursor, on a connection it shares with others."""

    arraysize = 1
    rowcount = -1

    def __init__(self, connection: Connection, raw: duckdb.DuckDBPyConnection) -> None:
        self._connection, self._raw = connection, raw

    @property
    def description(self) -> Sequence[tuple[Any, ...]] | None:
        """The columns of the answer: name, type and five more, as the DB API has them."""
        return self._raw.description

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement. Raises duckdb.Error."""
        self._connection.run(statement, list(parameters))

    def executemany(self, statement: str, parameters: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each of `parameters`. Raises duckdb.Error."""
        self._raw.executemany(statement, [list(each) for each in parameters])

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return self._raw.fetchone()

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """The next `size` rows, or as many as there are."""
        return self._raw.fetchmany(self.arraysize if size is None else size)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""
        return self._raw.fetchall()

    def close(self) -> None:
        """The connection stays open; what is left of an answer goes with the next statement."""


# For every registry that this process opens: the statements are the same, and to write one takes longer than to run it.
_DIALECT = DuckDBDialect(dbapi=DuckDBDialect.import_dbapi())
_COMPILED: MutableMapping[Any, Compiled] = LRUCache(500)


def engine_over(connection: Connection) -> sa.Engine:
    """An engine that has this as its one connection, for one thread at a time."""
    pool = StaticPool(lambda: cast(DBAPIConnection, connection), dialect=_DIALECT)
    # Under a name of its own: "duckdb://" belongs to whoever has another dialect for DuckDB installed.
    url = sa.URL.create("duckdb+modelreg")
    return sa.Engine(pool, _DIALECT, url, execution_options={"compiled_cache": _COMPILED})
