"""`core.ports.SqlEngine` by DuckDB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.sql import SightOf
from jupyter_modelreg.core.ports.store import Store, Transaction
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import database_errors
from jupyter_modelreg.storage.duckdb.snapshot import copy_of
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


def engine_of(store: Store, path: Path) -> DuckDBSql:
    """What answers SQL about the registry in `store`, of which nothing is read that has the name of `path`."""
    return DuckDBSql(store, path)


class DuckDBSql:
    """Answers statements about the registry in `store`: a copy in DuckDB is asked, whatever database it is in.

    Args:
        store: the registry.
        path: of its DuckDB file, or what the names of its other files begin with; no statement may read them.
    """

    def __init__(self, store: Store, path: Path) -> None:
        self._store = store
        self._path = path

    def views(self) -> Sequence[View]:
        """See `core.ports`."""
        return VIEWS

    def ask(self, statement: str, tables: Mapping[str, object], sight: SightOf) -> ArrowResult:
        """See `core.ports`."""
        _check_names(tables)
        files = files_named(statement, self._path)
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
        with database_errors(self._path), self._copied() as (database, tx):
            see(database, tx, sight(tx))
            for view in views:
                fill(connection, view, rows_of(database.raw, view.rows))

    def _copied(self) -> AbstractContextManager[tuple[Database, Transaction]]:
        return self._store.copied() if isinstance(self._store, DuckDBStore) else copy_of(self._store)


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
