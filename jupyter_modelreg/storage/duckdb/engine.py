"""DuckDB behind SQLAlchemy: one instance a process, to which the registry's file is attached only while it is held.

Starting DuckDB takes some 15 ms, and ending it as long; attaching a file to what runs already takes 1 ms. That is what
lets many processes take turns at one file.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.storage.duckdb.backend import DUCKDB
from jupyter_modelreg.storage.duckdb.dialect import Connection, engine_over

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # A registry has many small tables: with DuckDB's own 256 kB an empty one takes 4 MB, and longer to close.
    "default_block_size": 16_384,
    # The statements here are small, and handing one to a second thread takes longer than it saves.
    "threads": 1,
    # Nothing is fetched from the internet.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# What DuckDB has beside a database.
_ENDINGS = ("", ".wal", ".wal.checkpoint", ".wal.recovery", ".tmp")
# Functions are looked for in DuckDB itself first: a macro in somebody's file takes the place of none.
_LOOK_UP = "SET search_path = 'system.main,registry.main'"


class Database:
    """A DuckDB instance of this process's own, to which one of `paths` at a time is attached.

    It can open no other file, whatever a view or a macro in that one says: the file may be somebody else's.
    `connection` sees the tables of that file by their plain names.
    """

    backend = DUCKDB

    def __init__(self, *paths: Path) -> None:
        self._raw = duckdb.connect(":memory:", config=_CONFIG)
        self._confine([f"{path}{ending}" for path in paths for ending in _ENDINGS])
        self._statements = Connection(self._raw)
        self._connection: sa.Connection | None = None

    @property
    def connection(self) -> sa.Connection:
        """SQLAlchemy's; it is made on first use, as a process that only looks something up does without."""
        if self._connection is None:
            self._connection = engine_over(self._statements).connect()
        return self._connection

    @property
    def raw(self) -> duckdb.DuckDBPyConnection:
        """DuckDB's own, for what concerns whole tables."""
        return self._raw

    def ask(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run one statement past SQLAlchemy; returns all rows. Raises duckdb.Error."""
        return self._statements.run(sql, parameters).fetchall()

    def attach(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file at `path`, which is made when missing. Raises duckdb.Error.

        With `read_only` nothing about it is changed, not even when it is detached.
        """
        # The type is stated, lest DuckDB look for an extension that reads whatever this is.
        options = "TYPE duckdb, READ_ONLY" if read_only else "TYPE duckdb"
        self._raw.execute(f"ATTACH {_quoted(path)} AS registry ({options})")
        self._raw.execute(_LOOK_UP)

    @contextmanager
    def defining(self) -> Iterator[None]:
        """For as long as this lasts, tables can be made and altered. Raises duckdb.Error."""
        self._raw.execute("USE registry")
        yield
        self._raw.execute(_LOOK_UP)

    def detach(self) -> None:
        """Close the file: everything is in it then, and nothing in a write-ahead log. Raises duckdb.Error."""
        self._raw.execute("USE memory")
        self._raw.execute("DETACH registry")

    def interrupt(self) -> None:
        """Make the running statement end with an error; nothing happens when none runs."""
        self._raw.interrupt()

    def abandon(self) -> None:
        """Leave it for good as it is: in a forked process, even ending it would write to the parent's file."""
        for kept in (self._raw, self._connection):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))

    def close(self) -> None:
        """End the instance; whatever has been committed stays."""
        self._statements.close()
        if self._connection is not None:
            self._connection.engine.dispose()

    def _confine(self, paths: Sequence[str]) -> None:
        for setting in (
            "enable_progress_bar = false",  # it would be on the user's stdout
            f"temp_directory = {_quoted(paths[-1])}",
            f"allowed_paths = [{', '.join(map(_quoted, paths))}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._raw.execute(f"SET {setting}")


def _quoted(text: object) -> str:
    escaped = str(text).replace("'", "''")
    return f"'{escaped}'"
