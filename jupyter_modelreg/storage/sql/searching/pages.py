"""Pages of rows: sorted, cut, and begun behind the last row of the page before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.query.search import Order, Start
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.searching.columns import Columns, sorted_by
from jupyter_modelreg.storage.sql.searching.template import QueryTemplate

Value = Any  # what a statement's parameter takes: text, numbers


def paged(
    statement: sa.Select[Any],
    order: Sequence[Order],
    columns: Mapping[str, sa.ColumnElement[Any]],
    limit: int | None,
    start: Start,
) -> sa.Select[Any]:
    """Sort `statement` by columns that are never NULL, and cut it to a page."""
    after = None if start.after is None else [start.after[each.field] for each in order]
    sorting = [columns[each.field] for each in order]
    return _paged(statement, order, sorting, limit, after, start.offset)


def page_of_template(
    backend: Backend, statement: sa.Select[Any], template: QueryTemplate, columns: Columns
) -> sa.Select[Any]:
    """Sort `statement` and cut it to a page whose values are parameters. Raises InvalidInput for an unknown field."""
    sorting = [sorted_by(backend, columns, each.field, f"sort_{at}") for at, each in enumerate(template.order)]
    after: list[Value] = [sa.bindparam(f"after_{at}") for at in range(len(template.order))]
    limit = sa.bindparam("page_limit", type_=sa.BigInteger) if template.limited else None
    offset = sa.bindparam("page_offset", type_=sa.BigInteger) if template.skipping else None
    return _paged(statement, template.order, sorting, limit, after if template.continued else None, offset)


def _paged(
    statement: sa.Select[Any],
    order: Sequence[Order],
    sorting: Sequence[sa.ColumnElement[Any]],
    limit: Value | None,
    after: Sequence[Value] | None,
    offset: Value | None,
) -> sa.Select[Any]:
    if after is not None:
        statement = statement.where(*_behind(order, sorting, after))
    for each, column in zip(order, sorting, strict=True):
        statement = statement.order_by(column.desc() if each.descending else column.asc())
    if limit is not None:
        statement = statement.limit(limit)
    return statement if offset is None or (isinstance(offset, int) and not offset) else statement.offset(offset)


def _behind(
    order: Sequence[Order], sorting: Sequence[sa.ColumnElement[Any]], after: Sequence[Value]
) -> list[sa.ColumnElement[bool]]:
    """Whether a row comes behind `after`: further in the first field, or level there and further in the next."""
    clause: sa.ColumnElement[bool] = sa.false()
    for each, column, value in reversed(list(zip(order, sorting, after, strict=True))):
        further = column < value if each.descending else column > value
        clause = sa.or_(further, sa.and_(column == value, clause))
    # The first follows from the second, and lets DuckDB leave out what is before.
    return [sorting[0] <= after[0] if order[0].descending else sorting[0] >= after[0], clause]
