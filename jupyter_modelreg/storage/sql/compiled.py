"""Statements translated once for good: what the registry says to the database over and over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.storage.sql.backend import Backend, Row
from jupyter_modelreg.storage.sql.json_text import JsonText

Values = Mapping[str, object]
Writable = sa.Select[Any] | sa.Insert | sa.Update


class Compiled:
    """A statement as one backend takes it. SQLAlchemy's own cache takes more time for one than a small answer does."""

    def __init__(self, statement: Writable, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = compiled.string
        names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
        types = [(name, compiled.binds[name].type.dialect_impl(dialect)) for name in names]
        self._parameters = [(name, type_.bind_processor(dialect)) for name, type_ in types]
        self._constants = {name: compiled.params[name] for name in names if not compiled.binds[name].required}
        self._columns: list[tuple[str, Any]] = []
        if isinstance(statement, sa.Select):
            for column in statement.selected_columns:
                processor = column.type.dialect_impl(dialect).result_processor(dialect, None)
                self._columns.append((str(column.key), processor))

    def parameters(self, values: Values) -> list[object]:
        """`values` by the names of the parameters, as the database wants them."""
        if self._constants:
            values = {**self._constants, **values}
        return [process(values[name]) if process else values[name] for name, process in self._parameters]

    def row(self, found: Sequence[object]) -> Row:
        """A row of the answer by the names of its columns."""
        return {
            name: process(value) if process else value
            for (name, process), value in zip(self._columns, found, strict=True)
        }


class Statement:
    """A statement in SQLAlchemy Core, compiled for a backend on first use; its parameters are `sa.bindparam`s.

    Args:
        statement: the statement, or what makes it for a backend, where databases differ in how they say it.
    """

    def __init__(self, statement: Writable | Callable[[Backend], Writable]) -> None:
        self._statement = statement
        self._compiled: dict[Backend, Compiled] = {}

    def on(self, backend: Backend) -> Compiled:
        """The statement as `backend` takes it."""
        compiled = self._compiled.get(backend)
        if compiled is None:
            statement = self._statement(backend) if callable(self._statement) else self._statement
            compiled = self._compiled[backend] = Compiled(statement, backend.dialect)
        return compiled


@lru_cache(maxsize=500)
def insert(table: sa.Table) -> Statement:
    """Adds a row; the parameters are called as its columns are."""
    return Statement(table.insert().values({c.name: sa.bindparam(c.name, type_=c.type) for c in table.c}))


@lru_cache(maxsize=500)
def update(table: sa.Table, columns: Sequence[str]) -> Statement:
    """Changes `columns` of the row with the id `row_id`; the parameters are `new_column`."""
    values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    return Statement(table.update().where(table.c.id == sa.bindparam("row_id")).values(values))


@lru_cache(maxsize=500)
def insert_many(table: sa.Table) -> Statement:
    """Adds rows; the parameters are its columns, each a `value_list`."""
    return Statement(lambda backend: table.insert().from_select(table.c.keys(), _unnested(backend, table.c)))


@lru_cache(maxsize=500)
def update_many(table: sa.Table, columns: Sequence[str]) -> Statement:
    """Changes `columns` of many rows; the parameters are `id` and those columns, each a `value_list`."""

    def changing(backend: Backend) -> sa.Update:
        new = _unnested(backend, [table.c.id, *(table.c[name] for name in columns)]).subquery("new")
        return table.update().where(table.c.id == new.c.id).values({name: new.c[name] for name in columns})

    return Statement(changing)


def value_list(backend: Backend, column: sa.Column[Any], values: Iterable[object]) -> object:
    """Many values of a column as one parameter."""
    texts = map(column.type.text_of, values) if isinstance(column.type, JsonText) else values
    return backend.value_list(column.type, list(texts))


def _unnested(backend: Backend, columns: Iterable[sa.Column[Any]]) -> sa.Select[Any]:
    """The rows whose columns are parameters of their names, each a `value_list`."""
    return sa.select(*(backend.unnest(sa.bindparam(each.name), each.type).label(each.name) for each in columns))
