"""An instance of DuckDB for one statement: it has what it is given, reads the files it may, and nothing can be set."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.storage.duckdb.sql.views.view import View
from jupyter_modelreg.system.threads import give_way

T = TypeVar("T")

# How often to look whether the statement is over, or a signal has arrived, in seconds.
_LOOK = 0.05
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # Nothing is fetched, nothing is kept, and nothing of Python's is found by its name.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
}


@contextmanager
def confined(
    views: Sequence[View], tables: Mapping[str, object], files: Sequence[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The instance, with `views` empty, the user's `tables`, and leave to read `files`.

    Raises InvalidInput for a table that DuckDB cannot read.
    """
    with tempfile.TemporaryDirectory(prefix="modelreg-sql-") as folder, _aside(_started) as connection:
        for view in views:
            connection.execute(view.definition)
        for name, table in tables.items():
            _register(connection, name, table)
        for setting in (
            "TimeZone = 'UTC'",
            "enable_progress_bar = false",  # it would be on the user's stdout
            f"temp_directory = {_quoted(Path(folder) / 'spilled')}",
            f"allowed_paths = [{', '.join(map(_quoted, files))}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        yield connection


def fill(connection: duckdb.DuckDBPyConnection, view: View, rows: Any) -> None:
    """Put rows into a view, an Arrow table with its columns."""
    connection.register("filling", rows)
    connection.execute(f'INSERT INTO "{view.name}" SELECT * FROM filling')
    connection.unregister("filling")


def answer(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[Sequence[str], Sequence[str], Any]:
    """The columns, their types, and the rows. Raises duckdb.Error; a signal whose handler raises ends the statement."""

    def run() -> tuple[Sequence[str], Sequence[str], Any]:
        relation = connection.sql(statement)
        return relation.columns, [str(each) for each in relation.types], relation.to_arrow_table()

    return _aside(run, connection.interrupt)


def _started() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config=_CONFIG)
    connection.execute("SELECT 1")  # which starts its threads
    return connection


def _aside(work: Callable[[], T], stop: Callable[[], None] = lambda: None) -> T:
    """What `work` gives, in a thread of its own, which gives way to whoever else has something to do.

    DuckDB's own client looks for no signals while it makes Arrow tables. So a signal whose handler raises calls `stop`,
    as often as it takes to end the thread.
    """
    found: list[T] = []
    failed: list[BaseException] = []
    over = threading.Event()  # `join` takes a thread for over when a signal interrupts it

    def run() -> None:
        try:
            give_way()
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for it
            failed.append(error)
        finally:
            over.set()

    threading.Thread(target=run, name="modelreg-sql", daemon=True).start()
    try:
        while not over.wait(_LOOK):
            pass
    except BaseException:
        while not over.is_set():
            stop()
            over.wait(_LOOK)
        raise
    if failed:
        raise failed[0]
    return found[0]


def _register(connection: duckdb.DuckDBPyConnection, name: str, table: object) -> None:
    if isinstance(table, duckdb.DuckDBPyRelation):
        table = table.to_arrow_table()  # one connection does not read the relations of another
    try:
        connection.register(name, table)
    except (duckdb.Error, TypeError, ValueError) as error:
        raise InvalidInput(
            f"{name} is no table, but {type(table).__name__}",
            "hand over a DataFrame of pandas or polars, an Arrow table, or a relation of DuckDB",
        ) from error


def _quoted(text: object) -> str:
    escaped = str(text).replace("'", "''")
    return f"'{escaped}'"
