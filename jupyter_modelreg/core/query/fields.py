"""What a search may ask for, checked before it reaches the database.

MLflow's door has its parser for that; conditions that arrive as data have nobody else to look at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.search import Condition, Order

_MODEL: Mapping[str, type] = {"name": str, "created_at": int, "updated_at": int}
_VERSION: Mapping[str, type] = {**_MODEL, "version": int, "run_id": str, "source": str, "stage": str}
# For each search: its fields, and what they hold.
SEARCHES: Mapping[str, Mapping[str, type]] = {"models.search": _MODEL, "versions.search": _VERSION}
_KINDS: Mapping[type, str] = {str: "text", int: "whole numbers"}


def check_search(name: str, arguments: Mapping[str, object]) -> None:
    """Raise InvalidInput for a condition or an order that the search `name` cannot mean."""
    fields = SEARCHES[name]
    for at, condition in enumerate(_of(arguments, "conditions")):
        assert isinstance(condition, Condition)
        where = f"{name}: conditions[{at}]"
        if condition.tag and not condition.field:
            raise InvalidInput(f"{where}: a tag has a key, and this one is empty")
        _check_value(where, condition, str if condition.tag else _kind(where, condition.field, fields))
    for at, order in enumerate(_of(arguments, "order")):
        assert isinstance(order, Order)
        _kind(f"{name}: order[{at}]", order.field, fields)


def _check_value(where: str, condition: Condition, kind: type) -> None:
    many = condition.operator in ("IN", "NOT IN")
    if isinstance(condition.value, tuple) is not many:
        raise InvalidInput(f"{where}: {condition.operator} takes {'a list' if many else 'one value'}")
    if condition.operator in ("LIKE", "ILIKE", "CONTAINS") and kind is not str:
        raise InvalidInput(f"{where}: {condition.field} is not text, so {condition.operator} does not fit")
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if not all(isinstance(value, kind) for value in values):
        raise InvalidInput(f"{where}: {condition.field} is compared with {_KINDS[kind]} only")


def _kind(where: str, field: str, fields: Mapping[str, type]) -> type:
    if field not in fields:
        raise InvalidInput(f"{where}: there is no field {field or 'without a name'}", f"use one of {', '.join(fields)}")
    return fields[field]


def _of(arguments: Mapping[str, object], name: str) -> Sequence[object]:
    given = arguments.get(name, ())
    assert isinstance(given, Sequence)
    return given
