"""Rows of models."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities import PROMPT_TAG, Model
from jupyter_modelreg.core.filters import BY_NAME, Search, full_order
from jupyter_modelreg.storage import tables
from jupyter_modelreg.storage.rows import Maker, Rows
from jupyter_modelreg.storage.searching import Shape, matching, page_of_shape, shaped
from jupyter_modelreg.storage.session import Prepared

_TABLE = tables.models
_LIVE = _TABLE.c.deleted_at.is_(None)
_NAMED = Prepared(sa.select(_TABLE).where(_TABLE.c.key == sa.bindparam("by_key")))
# What a new version changes of its model; whatever else changes is read afresh.
_COUNTED = {"last_version", "latest", "updated_at", "updated_by"}
_COLUMNS = {"name": _TABLE.c.name, "created_at": _TABLE.c.created_at, "updated_at": _TABLE.c.updated_at}
_made = Maker(Model, _TABLE.c)


@lru_cache(maxsize=500)
def _searching(shape: Shape, of_schema: bool, workspace: bool) -> Prepared:
    statement = sa.select(_TABLE).where(_LIVE, *matching(shape, _COLUMNS, _TABLE.c.tags))
    if shape.prompts is not None:
        statement = statement.where(_TABLE.c.is_prompt == shape.prompts)
    if of_schema:
        statement = statement.where(_TABLE.c.schema_id == sa.bindparam("of_schema"))
    if workspace:
        statement = statement.where(_TABLE.c.schema_id.is_(None))
    return Prepared(page_of_shape(statement, shape, _COLUMNS))


class ModelRows(Rows[Model]):
    """`core.outside.ModelRows` in SQL."""

    table = _TABLE
    entity = Model

    def get(self, name: str) -> Model | None:
        """The model called `name`, unless it is in the trash."""
        memory = self._session.memory
        found = memory.models.get(name)
        if found is None:
            found = self._get(_NAMED, by_key=name)
            if found is not None:
                memory.remember(found)
        return found

    def search(self, search: Search) -> list[Model]:
        """Models that match, by name unless ordered otherwise."""
        shape, values = shaped(search, full_order(search.order, BY_NAME))
        of_schema = search.schema_id is not None
        statement = _searching(shape, of_schema, search.workspace)
        rows = self._session.rows(statement, {**values, "of_schema": search.schema_id})
        return [_made(row) for row in rows]

    def last_trashed_version(self, name: str) -> int:
        """The highest number ever used under `name` by models now in the trash; 0 without one."""
        highest = sa.select(sa.func.max(_TABLE.c.last_version)).where(_TABLE.c.name == name, ~_LIVE)
        return int(self._session.execute(highest).scalar() or 0)

    def trashed(self) -> list[Model]:
        """Models in the trash."""
        return self._all(sa.select(_TABLE).where(~_LIVE).order_by(_TABLE.c.id))

    def closest(self, name: str) -> Sequence[str]:
        """Names near `name`."""
        return self._closest(_TABLE.c.name, name, _LIVE)

    def insert(self, row: Model) -> None:
        """Add a model, findable by its name."""
        self._session.insert(_TABLE, self._values({**vars(row), "key": row.name}))

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """Change columns of one model."""
        known = self._session.memory.models
        for name, model in list(known.items()):
            if model.id == row_id:
                if changes.keys() <= _COUNTED:
                    known[name] = dataclasses.replace(model, **changes)  # type: ignore[arg-type]
                else:
                    del known[name]
        super().update(row_id, changes)

    def _values(self, values: Mapping[str, object]) -> dict[str, object]:
        return super()._values(with_prompt_flag(values))


def with_prompt_flag(values: Mapping[str, object]) -> dict[str, object]:
    """`values` with the column that says whether the tags make it a prompt, when there are tags."""
    tags: Any = values.get("tags")
    return dict(values) if tags is None else {**values, "is_prompt": tags.get(PROMPT_TAG) == "true"}
