"""Thousands of rows in one statement: what an import needs, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model, is_prompt
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.compiled import insert_many, update_many, value_list
from jupyter_modelreg.storage.sql.rows.discussion import forget_models, forget_versions
from jupyter_modelreg.storage.sql.rows.latest_versions import note_latest
from jupyter_modelreg.storage.sql.rows.models import ModelRepository
from jupyter_modelreg.storage.sql.rows.versions import VersionRepository
from jupyter_modelreg.storage.sql.searching.derived import derived
from jupyter_modelreg.storage.sql.session import Session
from jupyter_modelreg.storage.sql.unit import event_row

_MODELS, _VERSIONS = tables.models, tables.versions


class _Models(ModelRepository):
    """Models by the thousand."""

    def having(self, clause: sa.ColumnElement[bool]) -> list[Model]:
        return self._all(sa.select(_MODELS).where(clause))


class _Versions(VersionRepository):
    """Versions by the thousand."""

    def having(self, clause: sa.ColumnElement[bool]) -> list[Version]:
        named = sa.select(_VERSIONS, _MODELS.c.name, _MODELS.c.aliases)
        return self._all(named.join(_MODELS, _MODELS.c.id == _VERSIONS.c.model_id).where(clause))


class BulkRepository:
    """`core.ports.BulkRows` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def models(self, names: Sequence[str]) -> dict[str, Model]:
        """The models called so, by name, the trash left out."""
        rows = _Models(self._session).having(_MODELS.c.key.in_(self._texts(names)))
        return {model.name: model for model in rows}

    def purged_versions(self, model_ids: Sequence[int]) -> set[tuple[int, int]]:
        """The ids of these models with the numbers of their versions that were purged: the log alone knows of them."""
        events = tables.events
        purged = (events.c.action == "version.purged") & events.c.subject_id.in_(self._numbers(model_ids))
        return {
            (row[0], row[1])
            for row in self._session.execute(sa.select(events.c.subject_id, events.c.version).where(purged))
        }

    def versions(self, numbers: Iterable[tuple[int, int]]) -> list[Version]:
        """The versions with these model ids and numbers, those in the trash too."""
        keys = [f"{model_id}/{version}" for model_id, version in numbers]
        return _Versions(self._session).having(_VERSIONS.c.key.in_(self._texts(keys)))

    def insert(
        self, table: sa.Table, rows: Sequence[object], derived: Mapping[str, Sequence[object]] | None = None
    ) -> None:
        """Add `rows`: a column takes the attribute of its name, unless it is among those `derived` from them."""
        if rows:
            columns = ((column, (derived or {}).get(column.name)) for column in table.c)
            values = {
                column.name: self._list(column, found or map(attrgetter(column.name), rows))
                for column, found in columns
            }
            self._session.run(insert_many(table), values)

    def insert_models(self, models: Sequence[Model]) -> None:
        """Add models; those in the trash cannot be found by their names."""
        keys = [None if model.deleted_at is not None else model.name for model in models]
        self.insert(_MODELS, models, {"key": keys, "is_prompt": _prompts(models)})

    def insert_versions(self, versions: Sequence[Version]) -> None:
        """Add versions."""
        keys = [f"{version.model_id}/{version.version}" for version in versions]
        metrics = [version.metrics and [vars(metric) for metric in version.metrics] for version in versions]
        more: dict[str, Sequence[object]] = {"key": keys, "is_prompt": _prompts(versions), "metrics": metrics}
        asked = [derived(vars(version)) for version in versions]
        more |= {name: [each[name] for each in asked] for name in (asked[0] if asked else ())}
        self.insert(_VERSIONS, versions, more)

    def append_events(self, events: Sequence[Event]) -> None:
        """Add lines to the activity log."""
        rows = [event_row(event) for event in events]
        apart = ("after", "created_at", "updated_at")
        self.insert(tables.events, events, {name: [row[name] for row in rows] for name in apart})
        if events:
            self._session.appended = events[-1]

    def renumber_models(self, models: Sequence[Model]) -> None:
        """Store the highest number, the aliases and the last change of models that are there."""
        changed = ("last_version", "aliases", "updated_at", "updated_by")
        if models:
            values = {name: self._list(_MODELS.c[name], map(attrgetter(name), models)) for name in ("id", *changed)}
            self._session.run(update_many(_MODELS, changed), values)

    def delete_models(self, model_ids: Sequence[int]) -> None:
        """Remove models, and what was said of them."""
        if model_ids:
            forget_models(self._session, self._numbers(model_ids))
        self._delete(_MODELS.c.id, model_ids)

    def delete_versions(self, version_ids: Sequence[int]) -> None:
        """Remove versions, their manifests, their usage and what was said of them."""
        if version_ids:
            forget_versions(self._session, self._numbers(version_ids))
        self._delete(tables.version_files.c.version_id, version_ids)
        self._delete(tables.usage.c.version_id, version_ids)
        self._delete(_VERSIONS.c.id, version_ids)

    def note_latest(self, model_ids: Iterable[int]) -> None:
        """Have models note what their newest versions are by now."""
        note_latest(self._session, model_ids)

    def _delete(self, column: sa.Column[int], ids: Sequence[int]) -> None:
        if ids:
            self._session.execute(column.table.delete().where(column.in_(self._numbers(ids))))

    def _numbers(self, values: Sequence[int]) -> sa.Select[Any]:
        backend, number = self._session.backend, sa.BigInteger()
        return sa.select(backend.unnest(sa.literal(backend.value_list(number, list(values))), number))

    def _list(self, column: sa.Column[Any], values: Iterable[object]) -> object:
        return value_list(self._session.backend, column, values)

    def _texts(self, values: Iterable[str]) -> sa.Select[Any]:
        """A subquery of `values`: thousands of parameters would take longer to read than to answer."""
        backend, text = self._session.backend, sa.Text()
        return sa.select(backend.unnest(sa.literal(backend.value_list(text, list(values))), text))


def _prompts(records: Sequence[Model | Version]) -> list[bool]:
    return [is_prompt(record.tags) for record in records]
