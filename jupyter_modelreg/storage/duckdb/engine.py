"""DuckDB behind SQLAlchemy: one instance a process, to which the registry's file is attached only while it is held.

Starting DuckDB takes some 15 ms, and ending it as long; attaching a file to what runs already takes 1 ms. That is what
lets many processes take turns at one file.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from jupyter_modelreg.storage.duckdb.backend import DUCKDB
from jupyter_modelreg.storage.duckdb.dialect import engine_over

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # A registry has many small tables: with DuckDB's own 256 kB an empty one takes 4 MB, and longer to close.
    "default_block_size": 16_384,
    # The statements here are small, and handing one to a second thread takes longer than it saves.
    "threads": 1,
}
_MOST_PARSED = 1000


class Database:
    """A DuckDB instance of this process's own, to which one file at a time is attached.

    `connection` sees the tables of that file by their plain names.
    """

    backend = DUCKDB

    def __init__(self) -> None:
        self._raw = duckdb.connect(":memory:", config=_CONFIG)
        self._parsed: dict[str, duckdb.Statement] = {}
        self._engine = engine_over(self._raw)
        self.connection = self._engine.connect()

    def ask(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run a statement that will be run again; returns all rows. Raises duckdb.Error.

        It is parsed once: that takes as long as all the rest of looking up a row. (A prepared one gains no more.)
        """
        statement = self._parsed.get(sql)
        if statement is None:
            [statement] = self._raw.extract_statements(sql)
            if len(self._parsed) >= _MOST_PARSED:
                self._parsed.clear()
            self._parsed[sql] = statement
        return self._raw.execute(statement, parameters).fetchall()

    def attach(self, path: Path) -> None:
        """Open the file at `path`, which is made when missing. Raises duckdb.Error."""
        quoted = str(path).replace("'", "''")
        # The type is stated, lest DuckDB look for an extension on the internet that reads whatever this is.
        self._raw.execute(f"ATTACH '{quoted}' AS registry (TYPE duckdb)")
        self._raw.execute("USE registry")

    def detach(self) -> None:
        """Close the file: everything is in it then, and nothing in a write-ahead log. Raises duckdb.Error."""
        self._raw.execute("USE memory")
        self._raw.execute("DETACH registry")

    def interrupt(self) -> None:
        """Make the running statement end with an error; nothing happens when none runs."""
        self._raw.interrupt()

    def abandon(self) -> None:
        """Leave it for good as it is: in a forked process, even ending it would write to the parent's file."""
        for kept in (self._raw, self._engine, self.connection):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))

    def close(self) -> None:
        """End the instance; whatever has been committed stays."""
        self._parsed.clear()
        self._raw.close()
        self._engine.dispose()
