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

_TABLE = tables.versions
_MODELS = tables.models
_FILES = tables.version_files
_LIVE = _TABLE.c.deleted_at.is_(None) & _MODELS.c.deleted_at.is_(None)
_NAMED = sa.select(_TABLE, _MODELS.c.name, _MODELS.c.aliases).join(_MODELS, _MODELS.c.id == _TABLE.c.model_id)


class VersionRows(Rows[Version]):
    """`core.outside.VersionRows` in SQL."""

    table = _TABLE
    entity = Version

    def get(self, model: Model, version: int) -> Version | None:
        """Version `version` of `model`, unless it is in the trash."""
        statement = sa.select(_TABLE).where(_TABLE.c.key == _key(model.id, version), _TABLE.c.deleted_at.is_(None))
        found = self._connection.execute(statement).mappings().first()
        return None if found is None else self._entity({**found, "name": model.name, "aliases": model.aliases})

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
        statement = _NAMED.where(_LIVE, *matching(search, columns, _TABLE.c.tags))
        if search.prompts is False:
            # One prompt version makes the whole name a prompt (MLflow: `_update_query_to_exclude_prompts`).
            prompts = sa.select(_TABLE.c.model_id).where(_TABLE.c.is_prompt)
            statement = statement.where(_TABLE.c.model_id.not_in(prompts))
        elif asks_for_prompts(search):
            statement = statement.where(_TABLE.c.is_prompt)
        if search.model_id is not None:
            statement = statement.where(_TABLE.c.model_id == search.model_id)
        ties = VERSION_ORDER if search.model_id is None else VERSION_ORDER[1:]  # of one model all names are equal
        order = full_order(search.order, ties)
        return self._all(paged(statement, order, columns, search.limit, search.start))

    def latest(self, model_ids: Sequence[int]) -> list[Version]:
        """The newest version in each stage, in the order in which each model first used its stages."""
        in_stage = [_TABLE.c.model_id, _TABLE.c.stage]
        ranked = (
            sa.select(
                _TABLE.c.id,
                sa.func.row_number().over(partition_by=in_stage, order_by=_TABLE.c.version.desc()).label("rank"),
                sa.func.min(_TABLE.c.version).over(partition_by=in_stage).label("first"),
            )
            .where(_TABLE.c.model_id.in_(model_ids), _TABLE.c.deleted_at.is_(None))
            .subquery()
        )
        statement = _NAMED.join(ranked, ranked.c.id == _TABLE.c.id).where(ranked.c.rank == 1)
        return self._all(statement.order_by(_TABLE.c.model_id, ranked.c.first))

    def trashed(self) -> list[Version]:
        """Versions in the trash, on their own or with their model."""
        return self._all(_NAMED.where(~_LIVE).order_by(_TABLE.c.id))

    def touch(self, model_id: int, now: int) -> None:
        """Set the time of the last update of every version of a model."""
        self._connection.execute(_TABLE.update().where(_TABLE.c.model_id == model_id).values(updated_at=now))

    def delete(self, row_id: int) -> None:
        """Remove a version and its manifest."""
        self._connection.execute(_FILES.delete().where(_FILES.c.version_id == row_id))
        super().delete(row_id)

    def files(self, version_id: int) -> list[FileEntry]:
        """The manifest of a version, by path."""
        statement = sa.select(_FILES).where(_FILES.c.version_id == version_id).order_by(_FILES.c.path)
        rows = self._connection.execute(statement).mappings()
        return [FileEntry(path=row["path"], size=row["size"], sha256=row["sha256"]) for row in rows]

    def add_files(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Store the manifest of a version."""
        if files:
            rows = [{"version_id": version_id, **dataclasses.asdict(entry)} for entry in files]
            self._connection.execute(_FILES.insert(), rows)

    def insert(self, row: Version) -> None:
        """Add a version, findable by its model and number."""
        key = _key(row.model_id, row.version)
        self._connection.execute(_TABLE.insert().values(self._values({**vars(row), "key": key})))

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
