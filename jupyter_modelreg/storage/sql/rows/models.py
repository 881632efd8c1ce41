"""Rows of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.securables import Model, is_prompt
from jupyter_modelreg.core.query.fields import named_plainly, of_versions_only
from jupyter_modelreg.core.query.paging import BY_NAME, full_order
from jupyter_modelreg.core.query.search import FIRST, Search
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.compiled import Statement
from jupyter_modelreg.storage.sql.json_text import EMPTY, as_text
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper
from jupyter_modelreg.storage.sql.searching.clauses import matching
from jupyter_modelreg.storage.sql.searching.columns import Columns
from jupyter_modelreg.storage.sql.searching.facets import by_field, most_frequent
from jupyter_modelreg.storage.sql.searching.pages import page_of_template
from jupyter_modelreg.storage.sql.searching.template import QueryTemplate, parametrised
from jupyter_modelreg.storage.sql.searching.visibility import in_sight, visible_values

_TABLE = tables.models
_LIVE = _TABLE.c.deleted_at.is_(None)
_COLUMNS = Columns("model")
# A model without versions is asked once, as one whose version has nothing.
_WITH_VERSIONS = _TABLE.outerjoin(
    tables.versions, (tables.versions.c.model_id == _TABLE.c.id) & tables.versions.c.deleted_at.is_(None)
)
_TRASHED = Statement(sa.select(sa.func.count().label("count")).where(_TABLE.c.deleted_at.is_not(None)))
_BY_SCHEMA = (
    sa.select(_TABLE.c.schema_id, sa.func.count()).where(_LIVE, ~_TABLE.c.is_prompt).group_by(_TABLE.c.schema_id)
)


@lru_cache(maxsize=100)
def _counting_by_schema(principals: int | None) -> Statement:
    if principals is None:
        return Statement(_BY_SCHEMA)
    return Statement(lambda backend: _BY_SCHEMA.where(in_sight(backend, principals)))


@lru_cache(maxsize=500)
def _searching(
    backend: Backend, template: QueryTemplate, of_catalog: bool, of_schema: bool, workspace: bool
) -> Statement:
    statement = _matching(sa.select(_TABLE), backend, template, of_catalog, of_schema, workspace)
    return Statement(page_of_template(backend, statement, template, _COLUMNS))


@lru_cache(maxsize=100)
def _counting(
    backend: Backend, template: QueryTemplate, of_catalog: bool, of_schema: bool, workspace: bool
) -> Statement:
    counted = sa.select(sa.func.count().label("count")).select_from(_TABLE)
    return Statement(_matching(counted, backend, template, of_catalog, of_schema, workspace))


@lru_cache(maxsize=100)
def _most_frequent(
    backend: Backend,
    template: QueryTemplate,
    of_catalog: bool,
    of_schema: bool,
    workspace: bool,
    *,
    fields: tuple[str, ...],
) -> Statement:
    narrowed = (template, of_catalog, of_schema, workspace)
    if not _of_versions(template) and all("model" in named_plainly(field).kinds for field in fields):
        found = _matching(sa.select(_TABLE.c.id), backend, *narrowed)
        return Statement(most_frequent(backend, found, fields, _COLUMNS))
    found = sa.select(_TABLE.c.id).select_from(_WITH_VERSIONS).where(_LIVE, *matching(backend, template, _COLUMNS))
    return Statement(most_frequent(backend, _narrowed(found, backend, *narrowed), fields, _COLUMNS, once=True))


def _of_versions(template: QueryTemplate) -> bool:
    """Whether anything is asked that only versions have."""
    return any("model" not in field.kinds for field in template.compared)


def _matching(
    statement: sa.Select[Any],
    backend: Backend,
    template: QueryTemplate,
    of_catalog: bool,
    of_schema: bool,
    workspace: bool,
) -> sa.Select[Any]:
    statement = statement.where(_LIVE)
    clauses = matching(backend, template, _COLUMNS)
    if _of_versions(template):
        asked = sa.select(_TABLE.c.id).select_from(_WITH_VERSIONS).where(_LIVE, *clauses)
        statement = statement.where(_TABLE.c.id.in_(asked.correlate(None)))
    else:
        statement = statement.where(*clauses)
    return _narrowed(statement, backend, template, of_catalog, of_schema, workspace)


def _narrowed(
    statement: sa.Select[Any],
    backend: Backend,
    template: QueryTemplate,
    of_catalog: bool,
    of_schema: bool,
    workspace: bool,
) -> sa.Select[Any]:
    """`statement` with what a search asks besides its conditions."""
    if template.visible is not None:
        statement = statement.where(in_sight(backend, template.visible))
    if template.prompts is not None:
        statement = statement.where(_TABLE.c.is_prompt == template.prompts)
    if of_catalog:
        schemas = sa.select(tables.schemas.c.id).where(tables.schemas.c.catalog_id == sa.bindparam("of_catalog"))
        statement = statement.where(_TABLE.c.schema_id.in_(schemas))
    if of_schema:
        statement = statement.where(_TABLE.c.schema_id == sa.bindparam("of_schema"))
    if workspace:
        statement = statement.where(_TABLE.c.schema_id.is_(None))
    return statement


class ModelRepository(Repository[Model]):
    """`core.ports.ModelRows` in SQL."""

    table = _TABLE
    mapper = RowMapper(Model, _TABLE.c)

    def get(self, name: str) -> Model | None:
        """The model called `name`, unless it is in the trash."""
        return self._find(name)

    def search(self, search: Search) -> list[Model]:
        """Models that match, by name unless ordered otherwise."""
        return self.mapper.of_rows(self._ask(_searching, search))

    def count(self, search: Search) -> int:
        """How many match."""
        [(count,)] = self._ask(_counting, replace(search, order=(), limit=None, start=FIRST))
        return int(count)

    def most_frequent(self, search: Search, fields: Sequence[str], limit: int) -> dict[str, list[tuple[str, str, int]]]:
        """The values that most of what matches has in fields."""
        asked = replace(search, order=(), limit=limit, start=FIRST)
        own = tuple(field for field in fields if "model" in named_plainly(field).kinds)
        others = tuple(field for field in fields if field not in own)
        # Where versions are asked they are joined once; else what models have themselves is counted without them.
        groups = [tuple(fields)] if of_versions_only(search.conditions) else [each for each in (own, others) if each]
        rows = [self._ask(partial(_most_frequent, fields=some), asked) for some in groups]
        return by_field(fields, [row for some in rows for row in some])

    def _ask(self, statement_of: Callable[..., Statement], search: Search) -> Sequence[Sequence[Any]]:
        backend = self._session.backend
        template, values = parametrised(backend, search, full_order(search.order, BY_NAME))
        containers = {"of_catalog": search.catalog_id, "of_schema": search.schema_id}
        narrowed = [container is not None for container in containers.values()]
        statement = statement_of(backend, template, *narrowed, search.workspace)
        return self._session.rows(statement, {**values, **containers})

    def count_by_schema(self, visible: Visibility | None = None) -> Mapping[int | None, int]:
        """Models in each schema, by its id."""
        counting = _counting_by_schema(visible and len(visible.principals))
        values = visible_values(self._session.backend, visible) if visible else {}
        return {row[0]: row[1] for row in self._session.rows(counting, values)}

    def trashed(self, limit: int | None = None) -> list[Model]:
        """Models in the trash, by id."""
        return self._all(sa.select(_TABLE).where(~_LIVE).order_by(_TABLE.c.id).limit(limit))

    def count_trashed(self) -> int:
        """How many models are in the trash."""
        [(count,)] = self._session.rows(_TRASHED, {})
        return int(count)

    def granted(self) -> list[Model]:
        """Models on which something is granted, by name."""
        return self._holding(_TABLE.c.grants)

    def delete(self, row_id: int) -> None:
        """Remove a model, and what was said of it."""
        from jupyter_modelreg.storage.sql.rows.discussion import forget_models  # which most commands never do

        forget_models(self._session, [row_id])
        super().delete(row_id)

    def policed(self) -> list[Model]:
        """Models with policies on them, by name."""
        return self._holding(_TABLE.c.policies)

    def _holding(self, column: sa.Column[Any]) -> list[Model]:
        """Models in whose column there is something, by name."""
        none: sa.ColumnElement[str] = sa.literal_column(f"'{EMPTY}'")
        return self._all(sa.select(_TABLE).where(_LIVE, as_text(column) != none).order_by(_TABLE.c.name))

    def closest(self, name: str) -> Sequence[str]:
        """Names near `name`."""
        return self._closest(_TABLE.c.name, name, _LIVE)

    @classmethod
    def new_row(cls, record: Model) -> dict[str, object]:
        """The row of a model that is added, findable by its name."""
        return cls.columns({**vars(record), "key": record.name})

    @classmethod
    def columns(cls, fields: Mapping[str, object]) -> dict[str, object]:
        """See `Repository`."""
        return super().columns(with_prompt_flag(fields))


def with_prompt_flag(values: Mapping[str, object]) -> dict[str, object]:
    """`values` with the column that says whether the tags make it a prompt, when there are tags."""
    tags: Any = values.get("tags")
    return dict(values) if tags is None else {**values, "is_prompt": is_prompt(tags)}
