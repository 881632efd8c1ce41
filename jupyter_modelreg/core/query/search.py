"""Searches: a tree of conditions, order and paging, independent of any query language.

MLflow's own parser turns its filter strings into these, so that its grammar is its own, and `query.language` turns ours
into the same; a store makes SQL with bound parameters of them, or asks `query.evaluation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from jupyter_modelreg.core.query.visibility import Visibility

Operator = Literal[
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "LIKE",
    "NOT LIKE",
    "ILIKE",
    "NOT ILIKE",
    "CONTAINS",
    "NOT CONTAINS",
    "IN",
    "NOT IN",
    "IS NULL",
    "IS NOT NULL",
]
Scalar = str | int | float | bool
T = TypeVar("T")


@dataclass(frozen=True)
class Condition:
    """`field operator value`. What has no value in the field meets `IS NULL`, and nothing else.

    `LIKE` is case-sensitive, `ILIKE` is not. Nor is `CONTAINS`, for which `%` and `_` mean themselves. See
    `query.fields` for the fields; behind the first dot of one is a key, as in `tags.team`.
    """

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


@dataclass(frozen=True)
class All:
    """Conditions of which every one has to be met; with none, everything meets it."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class AnyOf:
    """Conditions of which one has to be met; with none, nothing meets it."""

    parts: tuple[Filter, ...]


Filter = Condition | All | AnyOf
"""A tree of conditions.

There is no node for NOT: `opposite` turns each condition round instead. SQL's three values follow from that, as
nothing is known of a tag that is missing, neither that it is `a` nor that it is not.
"""

_OPPOSITES: Mapping[Operator, Operator] = {
    "=": "!=",
    "<": ">=",
    ">": "<=",
    "LIKE": "NOT LIKE",
    "ILIKE": "NOT ILIKE",
    "CONTAINS": "NOT CONTAINS",
    "IN": "NOT IN",
    "IS NULL": "IS NOT NULL",
}
OPPOSITES: Mapping[Operator, Operator] = {**_OPPOSITES, **{after: before for before, after in _OPPOSITES.items()}}
"""The operator that is true where the other is false, of a value that is there."""

NEGATED: frozenset[Operator] = frozenset({"!=", "NOT LIKE", "NOT ILIKE", "NOT CONTAINS", "NOT IN", "IS NULL"})
"""The operators that a field with several values meets when none of them meets the opposite."""


def opposite(part: Filter) -> Filter:
    """What is true where `part` is false; where it is neither, this is neither."""
    if isinstance(part, Condition):
        return Condition(part.field, OPPOSITES[part.operator], part.value)
    turned = tuple(map(opposite, part.parts))
    return AnyOf(turned) if isinstance(part, All) else All(turned)


def conditions_in(parts: Sequence[Filter]) -> Iterator[Condition]:
    """All conditions of trees, in the order in which they stand there."""
    left = list(reversed(parts))
    while left:
        part = left.pop()
        if isinstance(part, Condition):
            yield part
        else:
            left += reversed(part.parts)


def asks_of(parts: Sequence[Filter], field: str) -> bool:
    """Whether any condition is about a field."""
    return any(condition.field == field for condition in conditions_in(parts))


@dataclass(frozen=True)
class Order:
    """Sort by `field`; see `query.fields`."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Start:
    """Where a page starts.

    Attributes:
        after: the fields rows are sorted by, with what the last row of the page before holds in them; None at first.
        offset: rows to skip (MLflow's page tokens count rows).
    """

    after: Mapping[str, Scalar] | None = None
    offset: int = 0


FIRST = Start()


@dataclass(frozen=True)
class Search:
    """What to look for and which page of it.

    Attributes:
        conditions: every one has to be met.
        order: applied in turn; what is left equal is sorted by name, then by version, newest first.
        limit: most rows of a page; None for all.
        start: where the page starts.
        prompts: search prompts instead of models (MLflow keeps both in one table and shows one kind at a time).
        catalog_id, schema_id, workspace: only models of that catalog, of that schema, or only workspace models.
        model_id: only versions of that model.
        visible: only models that an actor may see, and versions of those; None for all.
    """

    conditions: Sequence[Filter] = ()
    order: Sequence[Order] = ()
    limit: int | None = None
    start: Start = FIRST
    prompts: bool | None = False
    catalog_id: int | None = None
    schema_id: int | None = None
    workspace: bool = False
    model_id: int | None = None
    visible: Visibility | None = None
