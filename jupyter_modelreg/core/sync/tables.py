"""The records of an offer as columns, and columns that somebody has sent as records, which are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.exchange import rules
from jupyter_modelreg.core.exchange.schema import Column, Stored, Table, UnfitValue
from jupyter_modelreg.core.sync.records import Change

R = TypeVar("R")

_TYPES: Mapping[Stored, type] = {"integer": int, "text": str, "boolean": bool}

CHANGES = Table(
    "changes",
    Change,
    (
        Column("model", "text", nullable=False, rule=rules.model_name),
        Column("version", "integer", nullable=True, rule=rules.number),
        Column("kind", "text", nullable=False, rule=rules.one_of(["description", "tag", "alias"], "a kind of item")),
        Column("key", "text", nullable=False, rule=rules.as_it_is),
        Column("value", "text", nullable=True, rule=rules.as_it_is),
        Column("points", "text", nullable=True, rule=rules.as_it_is),
        Column("at", "integer", nullable=False, rule=rules.row_id),
        Column("agreed", "boolean", nullable=False, rule=rules.as_it_is),
        Column("seen", "integer", nullable=False, rule=rules.row_id_or_none),
        Column("actor", "text", nullable=False, rule=rules.as_it_is),
        Column("time", "integer", nullable=False, rule=rules.time),
        Column("reason", "text", nullable=True, rule=rules.as_it_is),
    ),
)


def as_columns(table: Table[R], records: Sequence[R]) -> JsonValue:
    """`records` as an offer has them."""
    return cast("JsonValue", table.stored(records))


def records_in(table: Table[R], tables: Mapping[str, JsonValue]) -> list[R]:
    """The records of a table in an offer; none where it has no such table. Raises InvalidInput."""
    told = tables.get(table.name, {})
    columns = told if isinstance(told, Mapping) else None
    if columns is None or any(not isinstance(values, list) for values in columns.values()):
        raise InvalidInput(f"the {table.name} of an offer are an object of lists", "send what sync.offer has answered")
    if not columns:
        return []
    known = {column.name: column for column in table.columns}
    missing = [column.name for column in table.columns if column.name not in columns and not column.added]
    if missing or columns.keys() - known.keys() or len({len(values) for values in columns.values()}) > 1:  # type: ignore[arg-type]
        raise InvalidInput(
            f"the {table.name} of an offer have the columns {', '.join(known)}, all of one length",
            "use the same version of jupyter_modelreg on both sides",
        )
    for name, values in columns.items():
        wanted = _TYPES[known[name].stored]
        if any(type(value) is not wanted for value in values if value is not None):  # type: ignore[union-attr]
            raise InvalidInput(f"column {name} of the {table.name} of an offer is {known[name].stored}")
    try:
        return table.records(columns, 1)  # type: ignore[arg-type]
    except UnfitValue as error:
        raise InvalidInput(f"an offer is not what it should be: {error}") from error
