"""Where each field of a search is to be found, as SQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.query.fields import Kind, SearchField, field_of
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Backend

_MODELS, _VERSIONS, _USAGE = tables.models, tables.versions, tables.usage
# What the row of a version does not say, but that of its model.
_OF_MODELS = frozenset({"catalog", "schema", "owner", "alias", "model_tags", "deprecated"})
_DERIVED = {"metrics": "latest_metrics", "input": "inputs", "output": "outputs"}


def needs_model(field: SearchField) -> bool:
    """Whether the row of a version is not enough to know what it has in a field; its name may be known otherwise."""
    return field.name in _OF_MODELS


class Columns:
    """The columns of a search for models, or for versions, whose statement has both tables where it takes both.

    Args:
        kind: what is searched for.
        name: the name of the model, where that is known.
    """

    def __init__(self, kind: Kind, name: sa.ColumnElement[str] | None = None) -> None:
        self._own = _MODELS if kind == "model" else _VERSIONS
        self._name = _MODELS.c.name if name is None else name

    def of(self, field: SearchField) -> sa.ColumnElement[Any]:
        """The column of a field; of one that takes a key, the JSON text that has the key in it."""
        match field.name:
            case "name":
                return self._name
            case "catalog" | "schema":
                part = sa.func.split_part(self._name, ".", 1 if field.name == "catalog" else 2, type_=sa.Text)
                return sa.case((_MODELS.c.schema_id.is_not(None), part), else_=sa.null())
            case "owner":
                return _MODELS.c.owner
            case "model_tags":
                return _MODELS.c.tags
            case "version_tags":
                return _VERSIONS.c.tags
            case "deprecated":
                return sa.or_(self._own.c.deprecated.is_not(None), _MODELS.c.deprecated.is_not(None))
            case "last_used_at":
                last = sa.select(sa.func.max(_USAGE.c.last_used_at)).where(_USAGE.c.version_id == _VERSIONS.c.id)
                return last.correlate(_VERSIONS).scalar_subquery()
        table = self._own if "model" in field.kinds else _VERSIONS
        return table.c[_DERIVED.get(field.name, field.name)]

    def texts(self) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any], sa.ColumnElement[Any]]:
        """The name, the description, and the JSON text of the tags."""
        return self._name, self._own.c.description, json_text.as_text(self._own.c.tags)

    def commented(self, backend: Backend, piece: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Whether a comment holds a text, whatever the capitals: one on the version, or any on the model."""
        comments = tables.comments.c
        holding = backend.contains(sa.func.lower(comments.text), sa.func.lower(piece))
        if self._own is _MODELS:
            return _MODELS.c.id.in_(sa.select(comments.model_id).where(comments.deleted_at.is_(None), holding))
        said = sa.select(comments.model_id, comments.version).where(comments.deleted_at.is_(None), holding)
        said = said.where(comments.version.is_not(None))
        return sa.tuple_(_VERSIONS.c.model_id, _VERSIONS.c.version).in_(said)


class Keyed:
    """What a row has under a key.

    Args:
        backend: for which database.
        columns: of the search.
        field: which takes the key.
        parameter: what the key is called among the values of the search.
    """

    def __init__(self, backend: Backend, columns: Columns, field: SearchField, parameter: str) -> None:
        self._backend = backend
        self._field = field
        self._column = columns.of(field)
        self._piece: sa.BindParameter[str] = sa.bindparam(f"{parameter}_piece", type_=sa.Text)
        self._key: sa.BindParameter[str] = sa.bindparam(f"{parameter}_key", type_=sa.Text)

    @property
    def there(self) -> sa.ColumnElement[bool]:
        """Whether it has something there."""
        return sa.func.coalesce(json_text.contains_pair(self._backend, self._column, self._piece), sa.false())

    @property
    def text(self) -> sa.ColumnElement[str]:
        """The text it has there; NULL where that is nothing, which takes less time to know by `there`."""
        return self._backend.json_value(json_text.as_text(self._column), self._key)

    @property
    def number(self) -> sa.ColumnElement[float]:
        """The number it has there, or that the text there is; NULL where there is none."""
        aligned = {"metrics": self._column, "params": _VERSIONS.c.numeric_params}.get(self._field.name)
        if aligned is None:
            return self._backend.number(sa.case((self.there, self.text), else_=sa.null()))
        return self._backend.aligned_number(json_text.as_text(aligned), self._piece, self._key)


def sorted_by(backend: Backend, columns: Columns, said: str, parameter: str) -> sa.ColumnElement[Any]:
    """What rows are sorted by in a field: databases differ in where NULL goes, and nothing comes behind it."""
    field = field_of(said)
    if field.name == "rank":
        return _rank(backend, columns, len(said.partition(".")[2].split()), parameter)
    column = columns.of(field)
    if field.keyed:
        keyed = Keyed(backend, columns, field, parameter)
        column = keyed.number if field.type == "number" else sa.case((keyed.there, keyed.text), else_=sa.null())
    elif not getattr(column, "nullable", field.name != "name"):
        return column
    return sa.func.coalesce(column, _missing(field))


def _rank(backend: Backend, columns: Columns, words: int, parameter: str) -> sa.ColumnElement[int]:
    """`core.query.words.rank`."""
    name, description, _ = map(sa.func.lower, columns.texts())
    whole, part, *each = (
        sa.bindparam(f"{parameter}_{called}", type_=sa.Text)
        for called in ("whole", "part", *(f"word_{at}" for at in range(words)))
    )
    ends = sa.func.right(name, sa.func.length(part)) == part
    begins = sa.func.left(name, sa.func.length(whole)) == whole
    return sa.case(
        (sa.or_(name == whole, ends), 0),
        (sa.or_(begins, backend.contains(name, part)), 1),
        (sa.and_(*(backend.contains(name, word) for word in each)), 2),
        (sa.and_(*(backend.contains(description, word) for word in each)), 3),
        else_=4,
    )


def _missing(field: SearchField) -> sa.ColumnElement[Any]:
    if field.type == "number":
        return sa.cast(sa.literal_column("'-Infinity'"), sa.Double)
    return sa.literal_column("''" if field.texts else str(field.missing))
