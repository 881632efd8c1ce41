"""The values that most of what a search finds has in a field, counted by the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.query.fields import LONGEST_FACET, named_plainly
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.searching.clauses import aliases_of_versions
from jupyter_modelreg.storage.sql.searching.columns import Columns

_NO_KEY: sa.ColumnElement[str] = sa.literal_column("''", type_=sa.Text)
_NONE: sa.ColumnElement[str] = sa.literal_column(f"'{json_text.EMPTY}'")


def most_frequent(
    backend: Backend, found: sa.Select[Any], names: Sequence[str], columns: Columns, once: bool = False
) -> sa.Select[Any]:
    """Fields, keys, values and counts: of each field the most frequent, `page_limit` of them, in no order.

    Args:
        found: the rows that are found; in it the tables of models, and of versions where they are asked of.
        names: the fields.
        columns: where their values are.
        once: whether a model is counted once that is in several rows with the same value.
    """
    wanted = {name: columns.of(named_plainly(name)) for name in names if name != "alias"}
    told = [tables.models.c.id, *(json_text.as_text(each).label(name) for name, each in wanted.items())]
    told += [tables.versions.c.version] if "alias" in names else []
    # What is found is looked for once, whatever number of fields is counted.
    rows = found.with_only_columns(*told, maintain_column_froms=True).cte("found").prefix_with("MATERIALIZED")
    return sa.select(sa.union_all(*(_of_field(backend, rows, name, once) for name in names)).subquery("counted"))


def _of_field(backend: Backend, rows: sa.CTE, name: str, once: bool) -> sa.Select[Any]:
    counted = (_of_tags if named_plainly(name).keyed else _of_values)(backend, rows, name, once)
    each = counted.subquery(f"of_{name}")
    short = sa.func.length(each.c.value) <= sa.literal_column(str(LONGEST_FACET))
    ordered = sa.select(each.c.key, each.c.value, each.c.count).where(short)
    ordered = ordered.order_by(each.c.count.desc(), each.c.key, each.c.value)
    first = ordered.limit(sa.bindparam("page_limit", type_=sa.BigInteger)).subquery(f"first_{name}")
    return sa.select(sa.literal_column(f"'{name}'", type_=sa.Text).label("field"), first)


def _of_values(backend: Backend, rows: sa.CTE, name: str, once: bool) -> sa.Select[Any]:
    count = _counting(rows, once)
    if name != "alias":
        counted = sa.select(_NO_KEY.label("key"), rows.c[name].label("value"), count.label("count"))
        return counted.where(rows.c[name].is_not(None)).group_by(rows.c[name])
    pairs = aliases_of_versions(backend).subquery("pointing")
    same = (pairs.c.id == rows.c.id) & (pairs.c.number == rows.c.version)
    counted = sa.select(_NO_KEY.label("key"), pairs.c.value, count.label("count"))
    return counted.select_from(rows.join(pairs, same)).group_by(pairs.c.value)


def _of_tags(backend: Backend, rows: sa.CTE, name: str, once: bool) -> sa.Select[Any]:
    # Most tags are on many rows together: each text is taken apart once.
    tags = rows.c[name]
    texts = sa.select(tags.label("tags"), _counting(rows, once).label("rows")).where(tags != _NONE)
    each = texts.group_by(tags).subquery("texts")
    keys, values = backend.json_items(each.c.tags)
    pairs = sa.select(keys.label("key"), values.label("value"), each.c.rows).subquery("pairs")
    count = sa.cast(sa.func.sum(pairs.c.rows), sa.BigInteger)
    counted = sa.select(pairs.c.key, pairs.c.value, count.label("count"))
    return counted.where(pairs.c.key.not_like("mlflow.%")).group_by(pairs.c.key, pairs.c.value)


def _counting(rows: sa.CTE, once: bool) -> sa.ColumnElement[int]:
    return sa.func.count(sa.distinct(rows.c.id)) if once else sa.func.count()


def by_field(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[tuple[str, str, int]]]:
    """The answers of `most_frequent`: by field, the most frequent first."""
    found: dict[str, list[tuple[str, str, int]]] = {name: [] for name in names}
    for field, key, value, count in rows:
        found[field].append((key, value, int(count)))
    return {name: sorted(each, key=lambda one: (-one[2], *one[:2])) for name, each in found.items()}
