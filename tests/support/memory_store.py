"""A store in plain Python dicts: as different from SQL as can be, to prove that the port is one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Schema
from jupyter_modelreg.core.entities.versions import FileEntry, Version, VersionFile
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.errors import AlreadyExists
from jupyter_modelreg.core.ports.store import RECORDS, TableReader, TableWriter
from jupyter_modelreg.core.query.search import Search


@dataclass
class State:
    """Everything a registry holds, by id; records themselves are never changed."""

    catalogs: dict[int, Catalog] = field(default_factory=dict)
    schemas: dict[int, Schema] = field(default_factory=dict)
    models: dict[int, Model] = field(default_factory=dict)
    keys: dict[int, str | None] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    files: dict[int, dict[str, FileEntry]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    retired_names: dict[str, RetiredName] = field(default_factory=dict)

    def copy(self) -> State:
        """A state to change while others look at this one."""
        made = State(**{name: copy(value) for name, value in vars(self).items()})
        made.files = {version_id: dict(files) for version_id, files in self.files.items()}
        return made

    def named(self, version: Version) -> Version:
        """A version with what its model says of it."""
        model = self.models.get(version.model_id)
        if model is None:
            return version
        aliases = tuple(alias for alias, number in model.aliases.items() if number == version.version)
        return replace(version, name=model.name, aliases=aliases)

    def in_sight(self, version: Version) -> bool:
        """Whether neither a version nor its model is in the trash."""
        model = self.models.get(version.model_id)
        return version.deleted_at is None and model is not None and model.deleted_at is None

    def stages(self, model_id: int) -> dict[str, int]:
        """The highest number in each stage, by the lowest."""
        found = [each for each in self.versions.values() if each.model_id == model_id and each.deleted_at is None]
        found.sort(key=lambda version: version.version)
        return {each.stage: each.version for each in found}


class MemoryTransaction:
    """`core.ports.Transaction` on a state."""

    def __init__(self, state: State) -> None:
        from tests.support import memory_rows as rows

        self._state = state
        self.catalogs = rows.CatalogTable(state)
        self.schemas = rows.SchemaTable(state)
        self.models = rows.ModelTable(state)
        self.versions = rows.VersionTable(state)
        self.events = rows.EventTable(state)
        self.retired_names = rows.RetiredNames(state)
        self.webhooks = rows.WebhookTable(state)
        self.bulk = rows.BulkTable(state)
        self.integrity = rows.Questions(state)

    def counts(self) -> Mapping[str, int]:
        live = [model for model in self._state.models.values() if model.deleted_at is None and not model.is_prompt]
        return {
            "catalogs": len(self._state.catalogs),
            "schemas": len(self._state.schemas),
            "governed_models": sum(model.governed for model in live),
            "workspace_models": sum(not model.governed for model in live),
            "prompts": self.models.count(Search(prompts=True)),
            "versions": sum(map(self._state.in_sight, self._state.versions.values())),
            "events": len(self._state.events),
        }


class MemoryStore:
    """`core.ports.Store`, whose state is swapped as a whole when a writing transaction ends."""

    uri = "memory://"

    def __init__(self) -> None:
        self._state = State()
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[MemoryTransaction]:
        yield MemoryTransaction(self._state)

    @contextmanager
    def write(self) -> Iterator[MemoryTransaction]:
        with self._writing:
            state = self._state.copy()
            yield MemoryTransaction(state)
            self._state = state

    def size(self) -> int:
        return len(repr(self._state)) if self.exists() else 0

    def close(self) -> None:
        """There is nothing to let go of."""

    def exists(self) -> bool:
        return self._state != State()

    def leftovers(self) -> Sequence[str]:
        return []

    def clean_up(self) -> None:
        """A process that is gone leaves nothing."""

    def dump(self, target: TableWriter) -> None:
        state, records = self._state, list[Any]()
        by_id: dict[type, dict[int, Any]] = {Catalog: state.catalogs, Schema: state.schemas, Model: state.models}
        by_id[Webhook] = state.webhooks
        for kind in RECORDS:
            if kind is Version:
                records = [state.named(state.versions[id]) for id in sorted(state.versions)]
            elif kind is VersionFile:
                records = [
                    VersionFile(version_id=version_id, **vars(state.files[version_id][path]))
                    for version_id in sorted(state.files)
                    for path in sorted(state.files[version_id])
                ]
            elif kind is RetiredName:
                records = sorted(state.retired_names.values(), key=lambda each: each.id)
            elif kind is Event:
                records = state.events
            else:
                records = [by_id[kind][id] for id in sorted(by_id[kind])]
            target.write(kind, [records])

    def load(
        self, source: TableReader, *, aside: str | None = None, along: Sequence[tuple[Path, Path]] = ()
    ) -> str | None:
        assert not along, "there is nothing beside it"
        there = self.exists()
        if there and aside is None:
            raise AlreadyExists("there is a registry", "give it a name to be kept by")
        made = MemoryTransaction(state := State())
        for catalogs in source.read(Catalog):
            state.catalogs.update({each.id: each for each in catalogs})
        for schemas in source.read(Schema):
            state.schemas.update({each.id: each for each in schemas})
        for models in source.read(Model):
            made.bulk.insert_models(models)
        state.keys = {model.id: None if model.deleted_at is not None else model.name for model in state.models.values()}
        for versions in source.read(Version):
            made.bulk.insert_versions(versions)
        for files in source.read(VersionFile):
            for each in files:
                own = {name: value for name, value in vars(each).items() if name != "version_id"}
                made.versions.add_files(each.version_id, [FileEntry(**own)])
        for webhooks in source.read(Webhook):
            state.webhooks.update({webhook.id: webhook for webhook in webhooks})
        for events in source.read(Event):
            made.bulk.append_events(events)
        for names in source.read(RetiredName):
            state.retired_names.update({each.name: each for each in names})
        with self._writing:
            self._state = state
        return f"{self.uri}.{aside}" if there else None
