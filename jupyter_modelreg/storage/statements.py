"""Statements translated once for good: what the registry says to the database over and over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.storage.engine import CachingDialect

_DIALECT = CachingDialect(paramstyle="numeric_dollar")

Values = Mapping[str, object]
Row = dict[str, Any]


class Prepared:
    """A statement in SQLAlchemy Core, translated once for good; its parameters are `sa.bindparam`s with names.

    SQLAlchemy's own cache still takes more time for a statement than DuckDB for a small answer.
    """

    def __init__(self, statement: sa.Select[Any] | sa.Insert | sa.Update) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.sql = compiled.string
        names: Sequence[str] = compiled.positiontup or ()
        types = [(name, compiled.binds[name].type.dialect_impl(_DIALECT)) for name in names]
        self._parameters = [(name, type_.bind_processor(_DIALECT)) for name, type_ in types]
        self._columns: list[tuple[str, Any]] = []
        if isinstance(statement, sa.Select):
            for column in statement.selected_columns:
                processor = column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
                self._columns.append((str(column.key), processor))

    def parameters(self, values: Values) -> list[object]:
        """`values` by the names of the parameters, as the database wants them."""
        return [process(values[name]) if process else values[name] for name, process in self._parameters]

    def row(self, found: Sequence[object]) -> Row:
        """A row of the answer by the names of its columns."""
        return {
            name: process(value) if process else value
            for (name, process), value in zip(self._columns, found, strict=True)
        }


@lru_cache(maxsize=500)
def adding(table: sa.Table, count: int) -> Prepared:
    """Adds `count` rows; the parameters are `column_0` and so on, up to `column_{count - 1}`."""
    rows = [
        {column.name: sa.bindparam(f"{column.name}_{number}", type_=column.type) for column in table.c}
        for number in range(count)
    ]
    return Prepared(table.insert().values(rows))


@lru_cache(maxsize=500)
def changing(table: sa.Table, columns: Sequence[str]) -> Prepared:
    """Changes `columns` of the row with the id `row_id`; the parameters are `new_column`."""
    values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    return Prepared(table.update().where(table.c.id == sa.bindparam("row_id")).values(values))
