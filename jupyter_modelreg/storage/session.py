"""One unit of work in SQL, with as few statements as it takes.

What a unit of work changes is kept until it ends, or reads: changes of one row become one statement, new rows of one
table, too. What is read over and over is a `Prepared` statement; and while this process has the file to itself, what it
has read of it stays true, which is what `Memory` is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities import Event, Model
from jupyter_modelreg.storage.engine import CachingDialect

_DIALECT = CachingDialect(paramstyle="numeric_dollar")
# Models remembered at a time, and rows inserted by one statement.
_MOST_MODELS = 1000
_MOST_ROWS = 100

Values = Mapping[str, object]


@dataclass
class Memory:
    """What is known of the file for as long as it is held.

    Attributes:
        head: the newest event; None when not known.
        models: models that are not in the trash, by name.
    """

    head: Event | None = None
    models: dict[str, Model] = field(default_factory=dict)

    def forget(self) -> None:
        """Know nothing, since others may have changed it."""
        self.head = None
        self.models.clear()

    def remember(self, model: Model) -> None:
        """Know a model."""
        if len(self.models) >= _MOST_MODELS:
            self.models.clear()
        self.models[model.name] = model


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

    def row(self, found: Sequence[object]) -> dict[str, Any]:
        """A row of the answer by the names of its columns."""
        return {
            name: process(value) if process else value
            for (name, process), value in zip(self._columns, found, strict=True)
        }


@lru_cache(maxsize=500)
def _insert(table: sa.Table, columns: Sequence[str], count: int) -> Prepared:
    rows = [
        {name: sa.bindparam(f"{name}_{number}", type_=table.c[name].type) for name in columns}
        for number in range(count)
    ]
    return Prepared(table.insert().values(rows))


@lru_cache(maxsize=500)
def _update(table: sa.Table, columns: Sequence[str]) -> Prepared:
    values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    return Prepared(table.update().where(table.c.id == sa.bindparam("row_id")).values(values))


class Session:
    """The SQL of one unit of work. `read_only`, it changes nothing."""

    def __init__(self, connection: sa.Connection, memory: Memory, *, read_only: bool = False) -> None:
        self.memory = memory
        self._connection = connection
        self._cursor = connection.connection.cursor()
        self._read_only = read_only
        self._new: dict[sa.Table, list[dict[str, object]]] = {}
        self._changed: dict[tuple[sa.Table, int], dict[str, object]] = {}

    def execute(self, statement: sa.Executable, parameters: Values | None = None) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run any statement, what was changed before included."""
        self.flush()
        if not statement.is_select:
            self.memory.forget()
        return self._connection.execute(statement, parameters)

    def fetch(self, statement: Prepared, **values: object) -> list[dict[str, Any]]:
        """The rows of the answer, by the names of their columns."""
        self.flush()
        self._cursor.execute(statement.sql, statement.parameters(values))
        return [statement.row(found) for found in self._cursor.fetchall()]

    def rows(self, statement: Prepared, values: Values) -> Sequence[Sequence[Any]]:
        """The rows of the answer, as the database gives them."""
        self.flush()
        self._cursor.execute(statement.sql, statement.parameters(values))
        return self._cursor.fetchall()

    def insert(self, table: sa.Table, values: Values) -> None:
        """Add a row."""
        self._new.setdefault(table, []).append(dict(values))

    def update(self, table: sa.Table, row_id: int, values: Values) -> None:
        """Change the row with that id."""
        for row in self._new.get(table, ()):
            if row.get("id") == row_id:
                row.update(values)
                return
        self._changed.setdefault((table, row_id), {}).update(values)

    def flush(self) -> None:
        """Tell the database of everything that has been changed."""
        if not self._new and not self._changed:
            return
        assert not self._read_only
        if not self._connection.in_transaction():
            self._connection.begin()
        new, self._new = self._new, {}
        changed, self._changed = self._changed, {}
        for (table, row_id), values in changed.items():
            named = {f"new_{name}": value for name, value in values.items()}
            self._run(_update(table, tuple(values)), {"row_id": row_id, **named})
        for table, rows in new.items():
            for start in range(0, len(rows), _MOST_ROWS):
                self._insert(table, rows[start : start + _MOST_ROWS])

    def commit(self) -> None:
        """Make it last."""
        try:
            self.flush()
            if self._connection.in_transaction():
                self._connection.commit()
        except BaseException:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Leave everything as it was."""
        if self._new or self._changed or not self._read_only:
            self.memory.forget()
        self._new, self._changed = {}, {}
        if self._connection.in_transaction():
            self._connection.rollback()

    def _insert(self, table: sa.Table, rows: Sequence[Values]) -> None:
        columns = tuple(rows[0])
        numbered = {f"{name}_{number}": row[name] for number, row in enumerate(rows) for name in columns}
        self._run(_insert(table, columns, len(rows)), numbered)

    def _run(self, statement: Prepared, values: Values) -> None:
        self._cursor.execute(statement.sql, statement.parameters(values))
