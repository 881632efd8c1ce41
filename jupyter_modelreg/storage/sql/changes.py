"""What one or more units of work change: rows added, and columns of rows changed.

They are held in Python's values, one entry a row however often it changes, and become as few statements as it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Backend, Engine, Row
from jupyter_modelreg.storage.sql.compiled import (
    Statement,
    Values,
    insert,
    insert_many,
    update,
    update_many,
    value_list,
)

# The column by which the rows of a table are looked up one by one.
LOOK_UPS: Mapping[sa.Table, str] = {
    tables.registry: "name",
    tables.catalogs: "name",
    tables.schemas: "name",
    tables.models: "key",
    tables.versions: "key",
    tables.retired_names: "name",
}
# The column by which a row is known whose change is deferred, where that is not its id.
_KNOWN_BY: Mapping[sa.Table, str] = {tables.versions: "key"}
# From this many rows on, one statement for all is quicker than one for each.
_MANY = 4
_RANGES: Mapping[type, int] = {sa.BigInteger: 1 << 63, sa.Integer: 1 << 31}

Deferred = Callable[[Row | None], Values]
"""The new values of columns of a row, from the row as it was, or from None where there is none. Raises UnfitChange."""


class UnfitChange(Exception):
    """A change that does not go with the rows there are; says which, and why."""


class Changes:
    """Rows added and changed, in the order in which they came.

    A change may be deferred until its row is known: then it is a function of the row.
    """

    def __init__(self) -> None:
        self._added: dict[sa.Table, list[Row]] = {}
        self._changed: dict[tuple[sa.Table, int], Row] = {}
        self._by_id: dict[tuple[sa.Table, object], Row] = {}
        self._by_look_up: dict[tuple[sa.Table, object], Row] = {}
        self._moved: set[sa.Table] = set()
        self._deferred: dict[tuple[sa.Table, object], list[Deferred]] = {}  # by the column that rows are known by

    def __len__(self) -> int:
        """How many rows are added or changed, or a few more: those with a deferred change may count twice."""
        return sum(map(len, self._added.values())) + len(self._changed) + len(self._deferred)

    def add(self, table: sa.Table, values: Values) -> None:
        """Add a row; columns that are not mentioned are NULL."""
        row = {column.name: values.get(column.name) for column in table.c}
        self._added.setdefault(table, []).append(row)
        if "id" in row:
            self._by_id[table, row["id"]] = row
        if table in LOOK_UPS:
            self._by_look_up[table, row[LOOK_UPS[table]]] = row

    def change(self, table: sa.Table, row_id: int, values: Values) -> None:
        """Change columns of the row with that id."""
        row = self._by_id.get((table, row_id))
        if row is None:
            row = self._changed.setdefault((table, row_id), {})
            if LOOK_UPS.get(table) in values:
                self._moved.add(table)
        elif LOOK_UPS.get(table) in values:
            self._by_look_up[table, values[LOOK_UPS[table]]] = row
        row.update(values)

    def defer(self, table: sa.Table, known_by: object, change: Deferred) -> None:
        """Change a row that may not be known yet: of a version its key is given, else its id.

        Raises UnfitChange, at once where the row is among those added, else when it is known.
        """
        added = self._by_look_up if table in _KNOWN_BY else self._by_id
        row = added.get((table, known_by))
        if row is None:
            self._deferred.setdefault((table, known_by), []).append(change)
        else:
            row.update(change(row))

    def take(self, later: Changes) -> None:
        """Add what was changed after this."""
        for table, rows in later._added.items():
            for row in rows:
                self.add(table, row)
        for (table, row_id), values in later._changed.items():
            self.change(table, row_id, values)

    def find(self, table: sa.Table, value: object) -> Row | None:
        """The added row whose look-up column has that value."""
        row = self._by_look_up.get((table, value))
        return row if row is not None and row[LOOK_UPS[table]] == value else None

    def moves(self, table: sa.Table) -> bool:
        """Whether a row of the table that was there before is looked up by another value now."""
        return table in self._moved

    def patched(self, table: sa.Table, row: Row) -> Row:
        """A row that was there before, as it is after this. Raises UnfitChange."""
        if self._deferred:
            self._settle(table, row)
        changed = self._changed.get((table, row["id"]))
        return row if changed is None else {**row, **changed}

    def added(self) -> Iterator[tuple[sa.Table, Row]]:
        """The rows added, each with its table."""
        return ((table, row) for table, rows in self._added.items() for row in rows)

    @property
    def changed(self) -> Mapping[tuple[sa.Table, int], Row]:
        """The new values of rows that were there before, by table and id."""
        return self._changed

    def can_wait(self) -> bool:
        """Whether this can wait as text: the database would take every value as it is.

        What would need its judgement does not wait, and neither does what changes how a row is looked up.
        """
        if not all(fits(table, row) for table, row in self.added()):
            return False
        return all(
            LOOK_UPS.get(table, "id") not in values
            and all(_fits(table.c[name], value) for name, value in values.items())
            for (table, _), values in self._changed.items()
        )

    def write(self, engine: Engine) -> None:
        """Tell the database, in its open transaction. Raises UnfitChange."""
        self.settle(engine)
        alike: dict[tuple[sa.Table, tuple[str, ...]], list[Row]] = {}
        for (table, row_id), values in self._changed.items():
            alike.setdefault((table, tuple(values)), []).append({"id": row_id, **values})
        for (table, columns), rows in alike.items():
            _update(engine, table, columns, rows)
        for table, rows in self._added.items():
            _insert(engine, table, rows)

    def settle(self, engine: Engine) -> None:
        """Do what is deferred, to the rows that the database has. Raises UnfitChange."""
        wanted: dict[sa.Table, list[object]] = {}
        for table, known_by in self._deferred:
            wanted.setdefault(table, []).append(known_by)
        for table, values in wanted.items():
            for row in _rows(engine, table, values):
                self._settle(table, row)
        for deferred in self._deferred.values():
            deferred[0](None)  # which says what is missing

    def _settle(self, table: sa.Table, row: Row) -> None:
        """Change what is deferred until `row` is known, as it was before all this."""
        known_by = table, row[_KNOWN_BY.get(table, "id")]
        deferred = self._deferred.get(known_by)
        if deferred is None:
            return
        values = dict(self._changed.get((table, row["id"]), {}))
        row = {**row, **values}
        for change in deferred:
            new = change(row)
            row.update(new)
            values.update(new)
        self._changed[table, row["id"]] = values
        del self._deferred[known_by]


def _rows(engine: Engine, table: sa.Table, values: Sequence[object]) -> Iterator[Row]:
    """The rows of `table` that are known by `values`."""
    backend, column = engine.backend, table.c[_KNOWN_BY.get(table, "id")]
    if len(values) < _MANY:
        one = _known_by(column).on(backend)
        parameters = [one.parameters({"known_by": value}) for value in values]
        found = [row for each in parameters for row in engine.ask(one.sql, each)]
        yield from map(one.row, found)
    else:
        many = _known_by_some(column).on(backend)
        lists = many.parameters({"known_by": value_list(backend, column, values)})
        yield from map(many.row, engine.ask(many.sql, lists))


@cache
def _known_by(column: sa.Column[Any]) -> Statement:
    return Statement(sa.select(column.table).where(column == sa.bindparam("known_by")))


@cache
def _known_by_some(column: sa.Column[Any]) -> Statement:
    def knowing(backend: Backend) -> sa.Select[Any]:
        wanted = sa.select(backend.unnest(sa.bindparam("known_by"), column.type))
        return sa.select(column.table).where(column.in_(wanted))

    return Statement(knowing)


def _insert(engine: Engine, table: sa.Table, rows: Sequence[Row]) -> None:
    if len(rows) < _MANY:
        one = insert(table).on(engine.backend)
        for row in rows:
            engine.ask(one.sql, one.parameters(row))
    else:
        many = insert_many(table).on(engine.backend)
        engine.ask(many.sql, many.parameters(_lists(engine, table, table.c.keys(), rows)))


def _update(engine: Engine, table: sa.Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    if len(rows) < _MANY:
        one = update(table, columns).on(engine.backend)
        for row in rows:
            named = {f"new_{name}": row[name] for name in columns}
            engine.ask(one.sql, one.parameters({"row_id": row["id"], **named}))
    else:
        many = update_many(table, columns).on(engine.backend)
        engine.ask(many.sql, many.parameters(_lists(engine, table, ("id", *columns), rows)))


def _lists(engine: Engine, table: sa.Table, columns: Sequence[str], rows: Sequence[Row]) -> dict[str, object]:
    return {name: value_list(engine.backend, table.c[name], [row[name] for row in rows]) for name in columns}


def fits(table: sa.Table, row: Mapping[str, object]) -> bool:
    """Whether the table would take a row as it is; columns that are not mentioned are NULL."""
    return all(_fits(column, row.get(column.name)) for column in table.c)


def _fits(column: sa.Column[Any], value: object) -> bool:
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, json_text.JsonText):
        return True
    if isinstance(column.type, sa.Boolean):
        return isinstance(value, bool)
    if isinstance(column.type, sa.Text):
        return type(value) is str
    limit = _RANGES[type(column.type)]
    return type(value) is int and -limit <= value < limit
