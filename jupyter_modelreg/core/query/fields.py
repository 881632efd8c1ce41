"""The one list of what can be searched and sorted by, and the check of what a search asks for.

Who parses a query, compiles it to SQL or answers it over REST takes the fields from here: a new one is a line in
`FIELDS`, and a column of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.search import Condition, Order

Kind = Literal["model", "version"]


@dataclass(frozen=True)
class SearchField:
    """Something of a model or version that a search can compare and sort by.

    Attributes:
        name: what conditions and orders call it; also the attribute of the entity, and the column.
        type: of its values: text, or whole numbers.
        kinds: which of the two has it.
    """

    name: str
    type: type[str] | type[int]
    kinds: tuple[Kind, ...] = ("model", "version")


FIELDS: Sequence[SearchField] = (
    SearchField("name", str),
    SearchField("created_at", int),
    SearchField("updated_at", int),
    SearchField("version", int, ("version",)),
    SearchField("run_id", str, ("version",)),
    SearchField("source", str, ("version",)),
    SearchField("stage", str, ("version",)),
)
# A search compares with so many values at most: each is looked for in every row, while others wait.
MAX_VALUES = 1000
_MOST = 2**63 - 1  # what a database can count
_WORDS: Mapping[type, str] = {str: "text", int: "whole numbers"}


def fields_of(kind: Kind) -> Mapping[str, SearchField]:
    """What models, or versions, can be searched by, by name."""
    return {field.name: field for field in FIELDS if kind in field.kinds}


_BY_KIND: Mapping[Kind, Mapping[str, SearchField]] = {"model": fields_of("model"), "version": fields_of("version")}


def check_search(kind: Kind, conditions: Sequence[Condition], order: Sequence[Order]) -> None:
    """Raise InvalidInput for a condition or an order that a search for models, or versions, cannot mean."""
    fields = _BY_KIND[kind]
    for what, made, given in (("conditions", Condition, conditions), ("order", Order, order)):
        for each in given:
            if not isinstance(each, made):
                hint = f"make one with jupyter_modelreg.core.query.search.{made.__name__}"
                raise InvalidInput(f"{what} holds {str(each)[:60]!r}, which is no {made.__name__}", hint)
    for at, condition in enumerate(conditions):
        where = f"conditions[{at}]"
        if condition.tag and not condition.field:
            raise InvalidInput(f"{where}: a tag has a key, and this one is empty")
        _check_value(where, condition, str if condition.tag else _type_of(where, condition.field, fields))
    for at, each in enumerate(order):
        _type_of(f"order[{at}]", each.field, fields)
    if sum(len(each.value) if isinstance(each.value, tuple) else 1 for each in conditions) > MAX_VALUES:
        raise InvalidInput(f"a search compares with at most {MAX_VALUES:,} values", "search in several steps")


def _check_value(where: str, condition: Condition, kind: type) -> None:
    many = condition.operator in ("IN", "NOT IN")
    if isinstance(condition.value, tuple) is not many:
        raise InvalidInput(f"{where}: {condition.operator} takes {'a list' if many else 'one value'}")
    if condition.operator in ("LIKE", "ILIKE", "CONTAINS") and kind is not str:
        raise InvalidInput(f"{where}: {condition.field} is not text, so {condition.operator} does not fit")
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if not all(isinstance(value, kind) for value in values):
        raise InvalidInput(f"{where}: {condition.field} is compared with {_WORDS[kind]} only")
    if any(isinstance(value, int) and abs(value) > _MOST for value in values):
        raise InvalidInput(f"{where}: the value is larger than any number here", f"use at most {_MOST}")


def _type_of(where: str, field: str, fields: Mapping[str, SearchField]) -> type:
    if field not in fields:
        raise InvalidInput(f"{where}: there is no field {field or 'without a name'}", f"use one of {', '.join(fields)}")
    return fields[field].type
