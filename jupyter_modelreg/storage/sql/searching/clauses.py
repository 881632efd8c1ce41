"""The conditions of a search as clauses of a statement."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from jupyter_modelreg.core.query.search import NEGATED, OPPOSITES
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.searching.columns import Columns, Keyed
from jupyter_modelreg.storage.sql.searching.template import Clause, Group, QueryTemplate

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "LIKE": lambda column, value: column.like(value),
    "NOT LIKE": lambda column, value: column.not_like(value),
    "ILIKE": lambda column, value: column.ilike(value),
    "NOT ILIKE": lambda column, value: column.not_ilike(value),
    "IN": lambda column, values: column.in_(values) if values else sa.false(),
    "NOT IN": lambda column, values: column.not_in(values) if values else column.is_not(None),
}


def matching(backend: Backend, template: QueryTemplate, columns: Columns) -> list[sa.ColumnElement[bool]]:
    """The WHERE clauses for the conditions."""
    return [_part(backend, part, columns) for part in template.clauses]


def _part(backend: Backend, part: Clause | Group, columns: Columns) -> sa.ColumnElement[bool]:
    if isinstance(part, Clause):
        return _clause(backend, part, columns)
    parts = [_part(backend, each, columns) for each in part.parts]
    return sa.and_(sa.true(), *parts) if part.every else sa.or_(sa.false(), *parts)


def _clause(backend: Backend, clause: Clause, columns: Columns) -> sa.ColumnElement[bool]:
    field = clause.field
    if field.name == "text":
        return _of_texts(backend, clause, columns)
    if field.many:
        return _of_several(clause, _datasets(backend) if field.name == "dataset" else _aliases(backend, clause))
    if not field.keyed:
        return _compared(backend, clause, columns.of(field))
    if not clause.known:
        return sa.true() if clause.operator == "IS NULL" else sa.false()
    keyed = Keyed(backend, columns, field, clause.parameter)
    if clause.operator in ("IS NULL", "IS NOT NULL"):
        return keyed.there if clause.operator == "IS NOT NULL" else sa.not_(keyed.there)
    if not clause.numeric:
        return sa.and_(keyed.there, _compared(backend, clause, keyed.text))
    compared = _compared(backend, clause, keyed.number)
    # A text that is no number is no number's equal, and neither larger nor smaller.
    if field.type == "mixed" and clause.operator in ("!=", "NOT IN"):
        return sa.and_(keyed.there, sa.or_(keyed.number.is_(None), compared))
    return sa.func.coalesce(compared, sa.false())


def _of_texts(backend: Backend, clause: Clause, columns: Columns) -> sa.ColumnElement[bool]:
    """Whether the name, the description, a tag or a comment holds a text; turned round, whether none does."""
    name, description, tags = map(sa.func.lower, columns.texts())
    plain: sa.BindParameter[str] = sa.bindparam(clause.parameter, type_=sa.Text)
    inside: sa.BindParameter[str] = sa.bindparam(f"{clause.parameter}_inside", type_=sa.Text)
    looked_for = ((name, plain), (description, plain), (tags, inside))
    own = [sa.func.coalesce(backend.contains(text, sa.func.lower(each)), sa.false()) for text, each in looked_for]
    found = [*own, columns.commented(backend, plain)]
    return sa.not_(sa.or_(*found)) if clause.operator in NEGATED else sa.or_(*found)


class _Several(NamedTuple):
    """Several values of versions, as keys of JSON objects.

    Attributes:
        backend: for which database.
        version: what versions are known by: columns of a row of theirs.
        pairs: the same columns and, last, a value: a row for each.
        objects: the column of the objects.
    """

    backend: Backend
    version: sa.ColumnElement[Any]
    pairs: sa.Select[Any]
    objects: sa.Column[Any]


_ALIASED = tables.models.alias("aliased")


def aliases_of_versions(backend: Backend) -> sa.Select[Any]:
    """The aliases that point at versions: a row for each, with the id of the model, the `number`, and the `value`."""
    return _pointing(*backend.json_items(json_text.as_text(_ALIASED.c.aliases)))


def _pointing(names: sa.ColumnElement[str], numbers: sa.ColumnElement[str]) -> sa.Select[Any]:
    pointing = sa.select(_ALIASED.c.id, sa.cast(numbers, sa.Integer).label("number"), names.label("value"))
    return pointing.where(_ALIASED.c.deleted_at.is_(None))


def _aliases(backend: Backend, clause: Clause) -> _Several:
    """The aliases that point at versions, of which the one that is asked for is enough."""
    pointing = aliases_of_versions(backend)
    if clause.operator in ("=", "!="):
        name: sa.BindParameter[str] = sa.bindparam(clause.parameter, type_=sa.Text)
        key: sa.BindParameter[str] = sa.bindparam(f"{clause.parameter}_key", type_=sa.Text)
        pointing = _pointing(name, backend.json_value(json_text.as_text(_ALIASED.c.aliases), key))
    version = sa.tuple_(tables.models.c.id, tables.versions.c.version)
    return _Several(backend, version, pointing, _ALIASED.c.aliases)


def _datasets(backend: Backend) -> _Several:
    """The names and digests of the datasets of versions."""
    versions = tables.versions.alias("traced")
    keys, _ = backend.json_items(json_text.as_text(versions.c.datasets))
    pairs = sa.select(versions.c.id, keys.label("value"))
    return _Several(backend, tables.versions.c.id, pairs, versions.c.datasets)


def _of_several(clause: Clause, several: _Several) -> sa.ColumnElement[bool]:
    """Whether any of the values that a version has is so; turned round, whether none is."""
    turned = clause.operator in NEGATED
    none: sa.ColumnElement[str] = sa.literal_column(f"'{json_text.EMPTY}'")
    pairs = several.pairs.where(json_text.as_text(several.objects) != none)
    if clause.operator in ("=", "!="):
        piece: sa.BindParameter[str] = sa.bindparam(f"{clause.parameter}_piece", type_=sa.Text)
        pairs = pairs.where(json_text.contains_pair(several.backend, several.objects, piece))
    each = pairs.subquery("pairs")
    *version, value = each.c
    wanted = sa.select(*version)
    if clause.operator not in ("IS NULL", "IS NOT NULL"):
        plain = OPPOSITES[clause.operator] if turned else clause.operator
        same = Clause(clause.field, plain, clause.parameter, clause.count)
        wanted = wanted.where(_compared(several.backend, same, value))
    found = several.version.in_(wanted)
    # A model without versions has no number that could be looked for.
    return sa.not_(sa.func.coalesce(found, sa.false())) if turned else found


def _compared(backend: Backend, clause: Clause, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    if clause.operator in ("IS NULL", "IS NOT NULL"):
        return column.is_(None) if clause.operator == "IS NULL" else column.is_not(None)
    values: Any = sa.bindparam(clause.parameter, type_=column.type)
    if clause.operator in ("CONTAINS", "NOT CONTAINS"):
        found = backend.contains(sa.func.lower(column), sa.func.lower(values))
        return found if clause.operator == "CONTAINS" else sa.not_(found)
    if clause.operator in ("IN", "NOT IN"):
        values = [sa.bindparam(f"{clause.parameter}_{at}", type_=column.type) for at in range(clause.count)]
    return _COMPARE[clause.operator](column, values)  # type: ignore[no-any-return]
