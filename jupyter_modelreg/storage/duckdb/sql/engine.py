"""`core.ports.SqlEngine` over a registry in a DuckDB file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb

from jupyter_modelreg.core.errors import InvalidInput, InvalidState
from jupyter_modelreg.core.ports.sql import SightOf
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.storage.duckdb.errors import database_errors
from jupyter_modelreg.storage.duckdb.sql.confined import answer, confined, fill
from jupyter_modelreg.storage.duckdb.sql.errors import unanswered
from jupyter_modelreg.storage.duckdb.sql.files import Named, files_named
from jupyter_modelreg.storage.duckdb.sql.result import ArrowResult
from jupyter_modelreg.storage.duckdb.sql.seen import rows_of, see
from jupyter_modelreg.storage.duckdb.sql.statements import check_reads, kind_of
from jupyter_modelreg.storage.duckdb.sql.views import VIEWS
from jupyter_modelreg.storage.duckdb.sql.views.view import View
from jupyter_modelreg.storage.duckdb.store import DuckDBStore

# In a line of its own, so that places in the statement stay as they are.
_EXPLAIN = "EXPLAIN\n"
_WORD = re.compile(r"\w+")


def engine_of(store: Store) -> DuckDBSql:
    """What answers SQL about the registry in `store`. Raises InvalidState for one that is in no DuckDB file."""
    if not isinstance(store, DuckDBStore):
        raise InvalidState(
            f"{store.uri} cannot be asked in SQL: it is in no DuckDB file",
            "find and the other commands ask it; export it, import it into a file, and ask that",
        )
    return DuckDBSql(store)


class DuckDBSql:
    """Answers statements about the registry in `store`."""

    def __init__(self, store: DuckDBStore) -> None:
        self._store = store

    def views(self) -> Sequence[View]:
        """See `core.ports`."""
        return VIEWS

    def ask(self, statement: str, tables: Mapping[str, object], sight: SightOf) -> ArrowResult:
        """See `core.ports`."""
        _check_names(tables)
        files = files_named(statement, self._store.path)
        with confined(VIEWS, tables, files.allowed) as connection:
            with _told(statement, tables, files):
                check_reads(connection, statement)
            with _told(f"{_EXPLAIN}{statement}", tables, files):
                if kind_of(connection.extract_statements(statement)[0]) == "SELECT":
                    connection.execute(f"{_EXPLAIN}{statement}")  # which binds it, and says where it is wrong
            asked = _asked(connection, statement)
            self._fill(connection, asked, sight)
            with _told(statement, tables, files):
                return ArrowResult(*answer(connection, statement))

    def _fill(self, connection: duckdb.DuckDBPyConnection, views: Sequence[View], sight: SightOf) -> None:
        """Put what `sight` shows into the views that are asked."""
        if not views:
            return
        with database_errors(self._store.path), self._store.copied() as (database, tx):
            see(database, tx, sight(tx))
            for view in views:
                fill(connection, view, rows_of(database.raw, view.rows))


@contextmanager
def _told(statement: str, tables: Mapping[str, object], files: Named) -> Iterator[None]:
    """Let an error of DuckDB on the statement leave as InvalidInput."""
    try:
        yield
    except duckdb.Error as error:
        above = statement.startswith(_EXPLAIN)
        raise unanswered(error, statement.removeprefix(_EXPLAIN), VIEWS, tables, files, above=above) from error


def _asked(connection: duckdb.DuckDBPyConnection, statement: str) -> Sequence[View]:
    """The views that a statement reads, and perhaps some more."""
    try:
        names = {name.lower() for name in connection.get_table_names(statement)}
    except duckdb.Error:
        # DuckDB does not tell it of every statement, not of one with USING or PIVOT: these go by their words.
        names = {word.lower() for word in _WORD.findall(statement)}
        if names & {"query", "query_table"}:
            return VIEWS
    return [view for view in VIEWS if view.name in names]


def _check_names(tables: Mapping[str, object]) -> None:
    """Raise InvalidInput for a table of the user's that has the name of a view."""
    for name in tables:
        if name.lower() in {view.name for view in VIEWS}:
            raise InvalidInput(
                f"{name} is a view of the registry", f"call the table otherwise: tables={{'my_{name}': …}}"
            )
