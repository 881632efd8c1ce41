"""Many rows at a time, and questions about all of them, in plain Python."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.integrity import Orphan, VersionSummary
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.storage.memory.log import EventTable
from jupyter_modelreg.storage.memory.rows import ModelTable, VersionTable
from jupyter_modelreg.storage.memory.state import State


class BulkTable:
    """The same, many at a time."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._models, self._versions, self._events = ModelTable(state), VersionTable(state), EventTable(state)

    def models(self, names: Sequence[str]) -> Mapping[str, Model]:
        """See `core.ports`."""
        found = {name: self._models.get(name) for name in names}
        return {name: model for name, model in found.items() if model is not None}

    def purged_versions(self, model_ids: Sequence[int]) -> set[tuple[int, int]]:
        """See `core.ports`."""
        return {
            (event.subject_id, event.version)
            for event in self._state.events
            if event.action == "version.purged" and event.subject_id in model_ids and event.version is not None
        }

    def delete_models(self, model_ids: Sequence[int]) -> None:
        """See `core.ports`."""
        for model_id in model_ids:
            self._models.delete(model_id)

    def delete_versions(self, version_ids: Sequence[int]) -> None:
        """See `core.ports`."""
        for version_id in version_ids:
            self._versions.delete(version_id)

    def versions(self, numbers: Iterable[tuple[int, int]]) -> Sequence[Version]:
        """See `core.ports`."""
        by_number = {(row.model_id, row.version): row for row in self._versions._all()}
        return [by_number[each] for each in numbers if each in by_number]

    def insert_models(self, models: Sequence[Model]) -> None:
        """See `core.ports`."""
        for model in models:
            self._models.insert(model)

    def insert_versions(self, versions: Sequence[Version]) -> None:
        """See `core.ports`."""
        for version in versions:
            self._versions.insert(version)

    def append_events(self, events: Sequence[Event]) -> None:
        """See `core.ports`."""
        for event in events:
            self._events.append(event)

    def renumber_models(self, models: Sequence[Model]) -> None:
        """See `core.ports`."""
        for model in models:
            changed = ("last_version", "aliases", "updated_at", "updated_by")
            self._models.update(model.id, {name: getattr(model, name) for name in changed})

    def note_latest(self, model_ids: Iterable[int]) -> None:
        """See `core.ports`."""
        for model_id in model_ids:
            self._models.update(model_id, {"latest": self._versions.stages(model_id)})


class Questions:
    """`core.ports.Integrity`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def lines(self) -> list[VersionSummary]:
        """See `core.ports`."""
        found = [row for row in self._state.versions.values() if row.managed or row.status != "READY"]
        return sorted(map(self._summary, found), key=attrgetter("id"))

    def line(self, version_id: int) -> VersionSummary | None:
        """See `core.ports`."""
        found = self._state.versions.get(version_id)
        return None if found is None else self._summary(found)

    def _summary(self, row: Version) -> VersionSummary:
        model = self._state.models.get(row.model_id)
        own = {name: getattr(row, name) for name in VersionSummary.__dataclass_fields__}
        return VersionSummary(**{**own, "name": model.name if model else None})

    def tables(self) -> Sequence[str]:
        """See `core.ports`."""
        return list(vars(self._state))

    def foreign(self) -> Sequence[str]:
        """See `core.ports`."""
        return []

    def read_whole(self, table: str) -> None:
        """See `core.ports`."""
        repr(getattr(self._state, table))

    def totals(self) -> Mapping[str, int]:
        """See `core.ports`."""
        return {"models": len(self._state.models), "versions": len(self._state.versions)}

    def manifests(self) -> Mapping[int, list[FileEntry]]:
        """See `core.ports`."""
        return {row_id: [files[path] for path in sorted(files)] for row_id, files in self._state.files.items()}

    def some_models(self, count: int) -> Sequence[int]:
        """See `core.ports`."""
        return random.sample(sorted(self._state.models), min(count, len(self._state.models)))

    def log(self, after: int, limit: int) -> Sequence[tuple[Event, bool]]:
        """See `core.ports`."""
        return [(event, False) for event in self._state.events if event.seq > after][:limit]  # nothing is spelled here

    def derive(self) -> None:
        """See `core.ports`."""
        for model in list(self._state.models.values()):
            self._state.models[model.id] = replace(model, latest=self._state.stages(model.id))

    def derivations(self, model_ids: Collection[int] | None = None) -> list[Orphan]:
        """See `core.ports`: searches ask the versions themselves here."""
        return []

    def dangling(self) -> list[Orphan]:
        """See `core.ports`."""
        state = self._state
        found = [
            Orphan(subject=s.name, message="") for s in state.schemas.values() if s.catalog_id not in state.catalogs
        ]
        for model in state.models.values():
            numbers = {row.version: row for row in state.versions.values() if row.model_id == model.id}
            wrong = [
                model.deleted_at is None and model.schema_id is not None and model.schema_id not in state.schemas,
                max(numbers, default=0) > model.last_version,
            ]
            found += [Orphan(subject=model.name, message="") for each in wrong if each]
            if list(model.latest.items()) != list(state.stages(model.id).items()):
                found.append(Orphan(subject=model.name, message="", derived=True))
            for alias, number in model.aliases.items():
                if model.deleted_at is None and (number not in numbers or numbers[number].deleted_at is not None):
                    found.append(Orphan(subject=f"{model.name}@{alias}", message=""))
        for row in state.versions.values():
            bare = row.managed and row.status == "READY" and not state.files.get(row.id)
            if bare or row.model_id not in state.models:
                found.append(Orphan(subject=self._summary(row).reference, message=""))
        known = {(row.model_id, row.version) for row in state.versions.values()}
        said = [(f"comment {each.id}", each.model_id, each.version) for each in state.comments.values()]
        on_models = [each for each in state.requests.values() if each.subject == "model"]
        said += [(f"request {each.id}", each.subject_id, each.version) for each in on_models]
        for subject, model_id, of_version in said:
            if model_id not in state.models or (of_version is not None and (model_id, of_version) not in known):
                found.append(Orphan(subject=subject, message=""))
        bare_files = [row_id for row_id in state.files if row_id not in state.versions]
        return found + [Orphan(subject=f"version id {row_id}", message="") for row_id in bare_files]
