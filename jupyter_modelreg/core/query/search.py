"""Searches: conditions joined by AND, order and paging, independent of any query language.

MLflow's own parser turns its filter strings into these, so the grammar is its own; the store turns
them into SQL with bound parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from jupyter_modelreg.core.query.visibility import Visibility

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "LIKE", "ILIKE", "CONTAINS", "IN", "NOT IN"]
Scalar = str | int
T = TypeVar("T")


@dataclass(frozen=True)
class Condition:
    """`field operator value`; with `tag` set, `field` is a tag key and objects without that tag never match.

    `LIKE` is case-sensitive, `ILIKE` is not. Nor is `CONTAINS`, for which `%` and `_` mean themselves. See
    `query.fields` for the fields.
    """

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...]
    tag: bool = False


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
        conditions: all must hold.
        order: applied in turn; what is left equal is sorted by name, then by version, newest first.
        limit: most rows of a page; None for all.
        start: where the page starts.
        prompts: search prompts instead of models (MLflow keeps both in one table and shows one kind at a time).
        catalog_id, schema_id, workspace: only models of that catalog, of that schema, or only workspace models.
        model_id: only versions of that model.
        visible: only models that an actor may see, and versions of those; None for all.
    """

    conditions: Sequence[Condition] = ()
    order: Sequence[Order] = ()
    limit: int | None = None
    start: Start = FIRST
    prompts: bool | None = False
    catalog_id: int | None = None
    schema_id: int | None = None
    workspace: bool = False
    model_id: int | None = None
    visible: Visibility | None = None
