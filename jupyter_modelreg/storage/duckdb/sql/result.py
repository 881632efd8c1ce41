"""What a statement has found, as an Arrow table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from jupyter_modelreg.core.ports.sql import FileFormat

_WRITTEN = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY true", "parquet": "FORMAT parquet"}


class ArrowResult:
    """`core.ports.SqlResult` over an Arrow table."""

    def __init__(self, columns: Sequence[str], types: Sequence[str], table: Any) -> None:
        self.columns = columns
        self.types = types
        self._table = table

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """See `core.ports`."""
        return self.head(len(self))

    def head(self, count: int) -> list[tuple[object, ...]]:
        """See `core.ports`."""
        if not self.columns:
            return []
        values = [_plain(column) for column in self._table.slice(0, count).columns]
        return list(zip(*values, strict=True))

    def to_df(self) -> Any:
        """As DuckDB makes it: numbers of any kind as NumPy has them, times in UTC, lists as arrays, maps as dicts."""
        return self._alone().df()

    def relation(self) -> duckdb.DuckDBPyRelation:
        """A relation of DuckDB's own connection of this process, so that it goes with the user's other ones."""
        return duckdb.from_arrow(self._unique())

    def write(self, path: Path, format: FileFormat) -> None:
        """See `core.ports`."""
        with duckdb.connect() as connection:
            connection.register("found", self._unique())
            try:
                connection.execute(f"COPY found TO {_quoted(path)} ({_WRITTEN[format]})")
            except duckdb.IOException as error:
                raise OSError(str(error).partition(": ")[2].splitlines()[0]) from error

    def _alone(self) -> duckdb.DuckDBPyRelation:
        """A relation of a connection of its own, which no two threads share."""
        return duckdb.connect().from_arrow(self._unique())

    def _unique(self) -> Any:
        """The table with a name of its own for each column: the second `name` is `name_1`."""
        names: list[str] = []
        for name in self.columns:
            number, unique = 1, name
            while unique in names:
                unique, number = f"{name}_{number}", number + 1
            names.append(unique)
        return self._table.rename_columns(names)


def _plain(column: Any) -> list[object]:
    """The values of a column; maps are dicts, at any depth."""
    found: list[object] = column.to_pylist(maps_as_pydicts="lossy")
    return found


def _quoted(text: object) -> str:
    escaped = str(text).replace("'", "''")
    return f"'{escaped}'"
