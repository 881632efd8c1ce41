"""Rows of versions and their file manifests."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities import FileEntry, Metric, Model, Version
from jupyter_modelreg.core.filters import VERSION_ORDER, Search, full_order
from jupyter_modelreg.storage import tables
from jupyter_modelreg.storage.models import with_prompt_flag
from jupyter_modelreg.storage.rows import Rows
from jupyter_modelreg.storage.searching import asks_for_prompts, matching, paged
from jupyter_modelreg.storage.statements import Prepared

_TABLE = tables.versions
_MODELS = tables.models
_FILES = tables.version_files
_LIVE = _TABLE.c.deleted_at.is_(None) & _MODELS.c.deleted_at.is_(None)
_STAGES = Prepared(
    sa.select(sa.func.max(_TABLE.c.version).label("newest"))
    .where(_TABLE.c.model_id == sa.bindparam("by_model"), _TABLE.c.deleted_at.is_(None))
    .group_by(_TABLE.c.stage)
    .order_by(sa.func.min(_TABLE.c.version))
)
_NAMED = sa.select(_TABLE, _MODELS.c.name, _MODELS.c.aliases).join(_MODELS, _MODELS.c.id == _TABLE.c.model_id)
_BY_NAME = Prepared(sa.select(_MODELS.c.id).where(_MODELS.c.key == sa.bindparam("by_key")))
_NO_MODEL = 0  # ids start at 1
_MODEL = Prepared(sa.select(_MODELS.c.name, _MODELS.c.aliases).where(_MODELS.c.id == sa.bindparam("by_id")))


class VersionRows(Rows[Version]):
    """`core.outside.VersionRows` in SQL."""

    table = _TABLE
    entity = Version

    def get(self, model: Model, version: int) -> Version | None:
        """Version `version` of `model`, unless it is in the trash."""
        found = self._session.find(_TABLE, _key(model.id, version))
        if found is None or found["deleted_at"] is not None:
            return None
        return self._entity({**found, "name": model.name, "aliases": model.aliases})

    def search(self, search: Search) -> list[Version]:
        """Versions that match, newest first within a model unless ordered otherwise."""
        columns = {
            "name": _MODELS.c.name,
            "version": _TABLE.c.version,
            "run_id": _TABLE.c.run_id,
            "source": _TABLE.c.source,
            "stage": _TABLE.c.stage,
            "created_at": _TABLE.c.created_at,
            "updated_at": _TABLE.c.updated_at,
        }
        of = [search.model_id] if search.model_id is not None else self._models_named(search)
        statement = _NAMED.where(_LIVE, *matching(search, columns, _TABLE.c.tags))
        if search.prompts is False:
            # One prompt version makes the whole name a prompt (MLflow: `_update_query_to_exclude_prompts`).
            prompts = sa.select(_TABLE.c.model_id).where(_TABLE.c.is_prompt)
            statement = statement.where(_TABLE.c.model_id.not_in(prompts))
        elif asks_for_prompts(search):
            statement = statement.where(_TABLE.c.is_prompt)
        for model_id in of:
            statement = statement.where(_TABLE.c.model_id == model_id)
        ties = VERSION_ORDER if search.model_id is None else VERSION_ORDER[1:]  # of one model all names are equal
        order = full_order(search.order, ties)
        return self._all(paged(statement, order, columns, search.limit, search.start))

    def _models_named(self, search: Search) -> list[int]:
        """The ids of the models whose names the versions must have: found by name, no other rows are looked at."""
        names = [
            condition.value
            for condition in search.conditions
            if not condition.tag and (condition.field, condition.operator) == ("name", "=")
        ]
        found = [self._session.fetch(_BY_NAME, by_key=name) for name in names]
        return [rows[0]["id"] if rows else _NO_MODEL for rows in found]

    def latest(self, model_ids: Sequence[int]) -> list[Version]:
        """The newest version in each stage, in the order in which each model first used its stages."""
        if len(model_ids) == 1:  # as every reading of a model asks: two small statements take half of the big one
            return self._latest(model_ids[0])
        in_stage = (
            sa.select(
                sa.func.arg_max(_TABLE.c.id, _TABLE.c.version).label("newest"),
                sa.func.min(_TABLE.c.version).label("first"),
            )
            .where(_TABLE.c.model_id.in_(model_ids), _TABLE.c.deleted_at.is_(None))
            .group_by(_TABLE.c.model_id, _TABLE.c.stage)
            .subquery()
        )
        statement = _NAMED.join(in_stage, in_stage.c.newest == _TABLE.c.id)
        return self._all(statement.order_by(_TABLE.c.model_id, in_stage.c.first))

    def _latest(self, model_id: int) -> list[Version]:
        stages = self._session.fetch(_STAGES, by_model=model_id)
        named = self._session.fetch(_MODEL, by_id=model_id)[0] if stages else {}
        found = [self._session.find(_TABLE, _key(model_id, row["newest"])) for row in stages]
        return [self._entity({**row, **named}) for row in found if row is not None]

    def trashed(self) -> list[Version]:
        """Versions in the trash, on their own or with their model."""
        return self._all(_NAMED.where(~_LIVE).order_by(_TABLE.c.id))

    def touch(self, model_id: int, now: int) -> None:
        """Set the time of the last update of every version of a model."""
        self._session.execute(_TABLE.update().where(_TABLE.c.model_id == model_id).values(updated_at=now))

    def delete(self, row_id: int) -> None:
        """Remove a version and its manifest."""
        self._session.execute(_FILES.delete().where(_FILES.c.version_id == row_id))
        super().delete(row_id)

    def files(self, version_id: int) -> list[FileEntry]:
        """The manifest of a version, by path."""
        statement = sa.select(_FILES).where(_FILES.c.version_id == version_id).order_by(_FILES.c.path)
        rows = self._session.execute(statement).mappings()
        return [FileEntry(path=row["path"], size=row["size"], sha256=row["sha256"]) for row in rows]

    def add_files(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Store the manifest of a version."""
        if files:
            rows = [{"version_id": version_id, **vars(entry)} for entry in files]
            for row in rows:
                self._session.insert(_FILES, row)

    def insert(self, row: Version) -> None:
        """Add a version, findable by its model and number."""
        key = _key(row.model_id, row.version)
        self._session.insert(_TABLE, self._values({**vars(row), "key": key}))

    def _values(self, values: Mapping[str, object]) -> dict[str, object]:
        metrics: Any = values.get("metrics")
        if metrics is not None:
            values = {**values, "metrics": [dataclasses.asdict(metric) for metric in metrics]}
        return super()._values(with_prompt_flag(values))

    def _entity(self, row: Mapping[Any, Any]) -> Version:
        metrics = row["metrics"]
        return super()._entity(
            {
                **row,
                "aliases": tuple(alias for alias, version in row["aliases"].items() if version == row["version"]),
                "metrics": None if metrics is None else tuple(Metric(**metric) for metric in metrics),
            }
        )


def _key(model_id: int, version: int) -> str:
    return f"{model_id}/{version}"
