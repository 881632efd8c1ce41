"""Conditions and orders as SQL. Values are always bound, never part of the text."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities import PROMPT_TAG
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.filters import Condition, Order, Scalar, Search, Start

Columns = Mapping[str, sa.ColumnElement[Any]]

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "LIKE": lambda column, value: column.like(value),
    "ILIKE": lambda column, value: column.ilike(value),
    "CONTAINS": lambda column, value: sa.func.contains(sa.func.lower(column), sa.func.lower(value)),
    "IN": lambda column, value: column.in_(value),
    "NOT IN": lambda column, value: column.not_in(value),
}


def matching(search: Search, columns: Columns, tags: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
    """The WHERE clauses for the conditions of `search`."""
    return [_clause(condition, columns, tags) for condition in _conditions(search)]


def asks_for_prompts(search: Search) -> bool:
    """Whether only prompts are wanted and no condition says so already."""
    return search.prompts is True and not any(_about_prompts(condition) for condition in search.conditions)


def paged(
    statement: sa.Select[Any], order: Sequence[Order], columns: Columns, limit: int | None, start: Start
) -> sa.Select[Any]:
    """Sort `statement` and cut it to a page. Raises InvalidInput for an unknown field."""
    if start.after is not None:
        statement = statement.where(_behind(order, columns, start.after))
    for each in order:
        column = _sort_column(each.field, columns)
        statement = statement.order_by(column.desc() if each.descending else column.asc())
    if limit is not None:
        statement = statement.limit(limit)
    return statement.offset(start.offset) if start.offset else statement


def _behind(order: Sequence[Order], columns: Columns, after: Mapping[str, Scalar]) -> sa.ColumnElement[bool]:
    """Whether a row comes behind `after`: further in the first field, or level there and further in the next."""
    clause: sa.ColumnElement[bool] = sa.false()
    for each in reversed(order):
        column, value = _sort_column(each.field, columns), after[each.field]
        further = column < value if each.descending else column > value
        clause = sa.or_(further, sa.and_(column == value, clause))
    return clause


def _sort_column(field: str, columns: Columns) -> sa.ColumnElement[Any]:
    column = _column(field, columns)
    # Databases differ in where NULL goes, and nothing comes behind it.
    return sa.func.coalesce(column, "") if getattr(column, "nullable", False) else column


def _column(field: str, columns: Columns) -> sa.ColumnElement[Any]:
    if field not in columns:
        raise InvalidInput(f"cannot search by {field}", f"search by one of {', '.join(columns)}")
    return columns[field]


def _conditions(search: Search) -> list[Condition]:
    # Looking for models, MLflow ignores what a filter says of the prompt tag: models lack it.
    if search.prompts is False:
        return [condition for condition in search.conditions if not _about_prompts(condition)]
    return list(search.conditions)


def _about_prompts(condition: Condition) -> bool:
    return condition.tag and condition.field == PROMPT_TAG


def _clause(condition: Condition, columns: Columns, tags: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    if condition.tag:
        if any(special in condition.field for special in '"\\*'):  # no tag key may hold them, so nothing has that tag
            return sa.false()
        column: sa.ColumnElement[Any] = sa.func.json_extract_string(
            sa.type_coerce(tags, sa.Text), f'$."{condition.field}"', type_=sa.Text
        )
    else:
        column = _column(condition.field, columns)
    clause: sa.ColumnElement[bool] = _COMPARE[condition.operator](column, condition.value)
    if condition.tag and condition.operator == "=" and isinstance(condition.value, str):
        # As `JsonText` writes it; looking for a piece of text takes a third of reading the JSON, which few then need.
        pair = f"{_json(condition.field)}: {_json(condition.value)}"
        clause = sa.and_(sa.func.contains(sa.type_coerce(tags, sa.Text), pair), clause)
    return clause


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
