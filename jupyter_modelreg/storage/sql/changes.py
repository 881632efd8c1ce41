"""What one or more units of work change: rows added, and columns of rows changed.

They are held in Python's values, one entry a row however often it changes, and become as few statements as it takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Engine, Row
from jupyter_modelreg.storage.sql.compiled import Values, insert, insert_many, update, update_many, value_list

# The column by which the rows of a table are looked up one by one.
LOOK_UPS: Mapping[sa.Table, str] = {
    tables.catalogs: "name",
    tables.schemas: "name",
    tables.models: "key",
    tables.versions: "key",
    tables.retired_names: "name",
}
# From this many rows on, one statement for all is quicker than one for each.
_MANY = 4
_RANGES: Mapping[type, int] = {sa.BigInteger: 1 << 63, sa.Integer: 1 << 31}


class Changes:
    """Rows added and changed, in the order in which they came."""

    def __init__(self) -> None:
        self._added: dict[sa.Table, list[Row]] = {}
        self._changed: dict[tuple[sa.Table, int], Row] = {}
        self._by_id: dict[tuple[sa.Table, object], Row] = {}
        self._by_look_up: dict[tuple[sa.Table, object], Row] = {}
        self._moved: set[sa.Table] = set()

    def __len__(self) -> int:
        """How many rows are added or changed."""
        return sum(map(len, self._added.values())) + len(self._changed)

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
        """A row that was there before, as it is after this."""
        changed = self._changed.get((table, row["id"]))
        return row if changed is None else {**row, **changed}

    def added(self) -> Iterator[tuple[sa.Table, Row]]:
        """The rows added, each with its table."""
        return ((table, row) for table, rows in self._added.items() for row in rows)

    @property
    def changed(self) -> Mapping[tuple[sa.Table, int], Row]:
        """The new values of rows that were there before, by table and id."""
        return self._changed

    @property
    def last_event(self) -> Row | None:
        """The newest line of the activity log among the rows added."""
        events = self._added.get(tables.events)
        return events[-1] if events else None

    def can_wait(self) -> bool:
        """Whether this can wait as text: the database would take every value as it is.

        What would need its judgement does not wait, and neither does what changes how a row is looked up.
        """
        for table, rows in self._added.items():
            if not all(_fits(column, row[column.name]) for row in rows for column in table.c):
                return False
        return all(
            LOOK_UPS.get(table, "id") not in values
            and all(_fits(table.c[name], value) for name, value in values.items())
            for (table, _), values in self._changed.items()
        )

    def to_json(self) -> str:
        """As one line of text; what is no Unicode in it shows when that is encoded."""
        content = {
            "added": {table.name: rows for table, rows in self._added.items()},
            "changed": [[table.name, row_id, values] for (table, row_id), values in self._changed.items()],
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=dict)

    @classmethod
    def from_json(cls, text: str | bytes) -> Changes:
        """What `to_json` has written.

        Raises LookupError for tables and columns that are not known here, and ValueError, TypeError, AttributeError,
        RecursionError for anything else.
        """
        content = json.loads(text)
        changes = cls()
        for name, rows in content["added"].items():
            table = tables.metadata.tables[name]
            for row in rows:
                _check_columns(table, row)
                changes.add(table, row)
        for name, row_id, values in content["changed"]:
            table = tables.metadata.tables[name]
            _check_columns(table, values)
            changes.change(table, row_id, values)
        return changes

    def write(self, engine: Engine) -> None:
        """Tell the database, in its open transaction."""
        alike: dict[tuple[sa.Table, tuple[str, ...]], list[Row]] = {}
        for (table, row_id), values in self._changed.items():
            alike.setdefault((table, tuple(values)), []).append({"id": row_id, **values})
        for (table, columns), rows in alike.items():
            _update(engine, table, columns, rows)
        for table, rows in self._added.items():
            _insert(engine, table, rows)


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


def _check_columns(table: sa.Table, values: Values) -> None:
    for name in values.keys() - table.c.keys():
        raise KeyError(name)


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
