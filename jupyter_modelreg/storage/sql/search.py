"""Searches as SQL. Values are always bound, never part of the text.

Searches that differ in nothing but values share one statement, which is put together and translated once: that takes
longer than DuckDB does for a page.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.search import Condition, Order, Search, Start
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.compiled import value_list

Columns = Mapping[str, sa.ColumnElement[Any]]
Value = Any  # what a statement's parameter takes: text, numbers

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "LIKE": lambda column, value: column.like(value),
    "ILIKE": lambda column, value: column.ilike(value),
    "IN": lambda column, values: column.in_(values) if values else sa.false(),
    "NOT IN": lambda column, values: column.not_in(values) if values else sa.true(),
}


@dataclass(frozen=True)
class Clause:
    """A condition without its value, or `count` of them: field, or that it is a tag's."""

    field: str | None
    operator: str
    count: int


@dataclass(frozen=True)
class QueryTemplate:
    """What of a search decides how its statement reads: all but the values.

    Attributes:
        clauses: the conditions, by which the values are called `value_0`, `value_1`, …, of a list `value_0_0` and on.
        order: what to sort by.
        continued: only what comes behind `after_<field>`.
        limited, skipping: there is a `page_limit`, there is a `page_offset`.
        visible: to how many principals models are in sight; None where all are.
        prompts: see `Search`; True is left to the conditions when one of them is about prompts.
    """

    clauses: tuple[Clause, ...]
    order: tuple[Order, ...]
    continued: bool
    limited: bool
    skipping: bool
    prompts: bool | None
    visible: int | None = None


def parametrised(backend: Backend, search: Search, order: Iterable[Order]) -> tuple[QueryTemplate, dict[str, Value]]:
    """The template of a search that is sorted by `order`, and the values that go with it."""
    values: dict[str, Value] = {}
    clauses = [
        _parametrised(backend, number, condition, values) for number, condition in enumerate(_conditions(search))
    ]
    sorting = tuple(order)
    start = search.start
    if start.after is not None:
        values |= {f"after_{each.field}": start.after[each.field] for each in sorting}
    values |= {"page_limit": search.limit, "page_offset": start.offset}
    prompts = search.prompts
    if prompts and any(_about_prompts(condition) for condition in search.conditions):
        prompts = None
    limited, skipping = search.limit is not None, bool(start.offset)
    visible = None
    if search.visible is not None:
        visible = len(search.visible.principals)
        values |= visible_values(backend, search.visible)
    return QueryTemplate(tuple(clauses), sorting, start.after is not None, limited, skipping, prompts, visible), values


def visible_values(backend: Backend, visible: Visibility) -> dict[str, Value]:
    """The values of the parameters of `in_sight`."""
    values: dict[str, Value] = {"visible_workspace": visible.workspace}
    for at, principal in enumerate(visible.principals):
        values |= {f"principal_{at}": principal, f"grantee_{at}": json_text.key_piece(principal)}
    for name in ("catalogs", "schemas", "usable_catalogs", "usable_schemas"):
        values[f"visible_{name}"] = value_list(backend, tables.schemas.c.id, sorted(getattr(visible, name)))
    return values


def in_sight(backend: Backend, principals: int) -> sa.ColumnElement[bool]:
    """Whether a model is one that a `Visibility` with so many principals shows: see `Visibility.shows`."""
    models, schemas = tables.models.c, tables.schemas.c

    def among(name: str) -> sa.ColumnElement[bool]:
        def listed(kind: str) -> sa.Select[Any]:
            return sa.select(backend.unnest(sa.bindparam(f"visible_{name}{kind}"), schemas.id.type))

        of_catalogs = sa.select(schemas.id).where(schemas.catalog_id.in_(listed("catalogs")))
        return sa.or_(models.schema_id.in_(of_catalogs), models.schema_id.in_(listed("schemas")))

    numbers = range(principals)
    own = sa.or_(
        *(models.owner == sa.bindparam(f"principal_{at}", type_=sa.Text) for at in numbers),
        *(
            json_text.contains_pair(backend, models.grants, sa.bindparam(f"grantee_{at}", type_=sa.Text))
            for at in numbers
        ),
    )
    in_none = models.schema_id.is_(None)
    workspace: sa.BindParameter[bool] = sa.bindparam("visible_workspace", type_=sa.Boolean)
    return sa.or_(among(""), in_none & workspace, own & sa.or_(in_none, among("usable_")))


def matching(
    backend: Backend, template: QueryTemplate, columns: Columns, tags: sa.ColumnElement[Any]
) -> list[sa.ColumnElement[bool]]:
    """The WHERE clauses for the conditions. Raises InvalidInput for an unknown field."""
    clauses = enumerate(template.clauses)
    return [_clause(backend, f"value_{number}", clause, columns, tags) for number, clause in clauses]


def paged(
    statement: sa.Select[Any], order: Sequence[Order], columns: Columns, limit: int | None, start: Start
) -> sa.Select[Any]:
    """Sort `statement` and cut it to a page. Raises InvalidInput for an unknown field."""
    return _paged(statement, order, columns, limit, start.after, start.offset)


def page_of_template(statement: sa.Select[Any], template: QueryTemplate, columns: Columns) -> sa.Select[Any]:
    """Sort `statement` and cut it to a page whose values are parameters. Raises InvalidInput for an unknown field."""
    after: dict[str, Value] = {each.field: sa.bindparam(f"after_{each.field}") for each in template.order}
    limit = sa.bindparam("page_limit", type_=sa.BigInteger) if template.limited else None
    offset = sa.bindparam("page_offset", type_=sa.BigInteger) if template.skipping else None
    return _paged(statement, template.order, columns, limit, after if template.continued else None, offset)


def _paged(
    statement: sa.Select[Any],
    order: Sequence[Order],
    columns: Columns,
    limit: Value | None,
    after: Mapping[str, Value] | None,
    offset: Value | None,
) -> sa.Select[Any]:
    if after is not None:
        statement = statement.where(*_behind(order, columns, after))
    for each in order:
        column = _sort_column(each.field, columns)
        statement = statement.order_by(column.desc() if each.descending else column.asc())
    if limit is not None:
        statement = statement.limit(limit)
    return statement if offset is None or (isinstance(offset, int) and not offset) else statement.offset(offset)


def _behind(order: Sequence[Order], columns: Columns, after: Mapping[str, Value]) -> list[sa.ColumnElement[bool]]:
    """Whether a row comes behind `after`: further in the first field, or level there and further in the next."""
    clause: sa.ColumnElement[bool] = sa.false()
    for each in reversed(order):
        column, value = _sort_column(each.field, columns), after[each.field]
        further = column < value if each.descending else column > value
        clause = sa.or_(further, sa.and_(column == value, clause))
    # The first follows from the second, and lets DuckDB leave out what is before.
    return [column <= value if order[0].descending else column >= value, clause]


def _sort_column(field: str, columns: Columns) -> sa.ColumnElement[Any]:
    column = _column(field, columns)
    # Databases differ in where NULL goes, and nothing comes behind it.
    return sa.func.coalesce(column, sa.literal_column("''")) if getattr(column, "nullable", False) else column


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


def _parametrised(backend: Backend, number: int, condition: Condition, values: dict[str, Value]) -> Clause:
    """A condition without its value, which goes to `values`."""
    name, comparing, value = f"value_{number}", str(condition.operator), condition.value
    if isinstance(value, tuple):
        values |= {f"{name}_{at}": each for at, each in enumerate(value)}
    else:
        values[name] = value
    if not condition.tag:
        return Clause(condition.field, comparing, len(value) if isinstance(value, tuple) else 1)
    if any(special in condition.field for special in '"\\*'):  # no tag key may hold them, so nothing has that tag
        return Clause(None, "NEVER", 1)
    values[f"{name}_key"] = backend.json_key(condition.field)
    # Looking for a piece of text takes a third of reading the JSON, which few then need.
    whole = comparing == "=" and isinstance(value, str)
    values[f"{name}_piece"] = (
        json_text.pair_piece(condition.field, str(value)) if whole else json_text.key_piece(condition.field)
    )
    return Clause(None, comparing, len(value) if isinstance(value, tuple) else 1)


def _clause(
    backend: Backend, name: str, clause: Clause, columns: Columns, tags: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    if clause.operator == "NEVER":
        return sa.false()
    if clause.field is not None:
        return _compared(backend, name, clause, _column(clause.field, columns))
    found = backend.json_value(json_text.as_text(tags), sa.bindparam(f"{name}_key", type_=sa.Text))
    piece: sa.BindParameter[str] = sa.bindparam(f"{name}_piece", type_=sa.Text)
    return sa.and_(json_text.contains_pair(backend, tags, piece), _compared(backend, name, clause, found))


def _compared(backend: Backend, name: str, clause: Clause, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    values: Any = sa.bindparam(name)
    if clause.operator == "CONTAINS":
        return backend.contains(sa.func.lower(column), sa.func.lower(values))
    if clause.operator in ("IN", "NOT IN"):
        values = [sa.bindparam(f"{name}_{at}") for at in range(clause.count)]
    return _COMPARE[clause.operator](column, values)  # type: ignore[no-any-return]
