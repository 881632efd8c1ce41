"""A store in plain Python dicts, as different from SQL as can be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Root, Schema
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import FileEntry, Version, VersionFile
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.errors import AlreadyExists
from jupyter_modelreg.core.history.projection import apply
from jupyter_modelreg.core.history.stored_rows import StoredRows
from jupyter_modelreg.core.ports.records import RECORDS
from jupyter_modelreg.core.ports.store import TableReader, TableWriter, Transaction
from jupyter_modelreg.core.query.search import Search
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.storage.memory import log, rows, whole
from jupyter_modelreg.storage.memory.discussion import CommentTable, RequestTable
from jupyter_modelreg.storage.memory.state import State
from jupyter_modelreg.storage.memory.usage import UsageTable

T = TypeVar("T")


class MemoryTransaction:
    """`core.ports.Transaction` on a state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.root = rows.RootTable(state)
        self.catalogs = rows.CatalogTable(state)
        self.schemas = rows.SchemaTable(state)
        self.models = rows.ModelTable(state)
        self.versions = rows.VersionTable(state)
        self.events = log.EventTable(state)
        self.retired_names = log.RetiredNames(state)
        self.usage = UsageTable(state)
        self.comments = CommentTable(state)
        self.requests = RequestTable(state)
        self.webhooks = log.WebhookTable(state)
        self.bulk = whole.BulkTable(state)
        self.integrity = whole.Questions(state)

    def apply(self, event: Event) -> None:
        """See `core.ports`."""
        apply(event, StoredRows(self))

    def counts(self, visible: Visibility | None = None) -> Mapping[str, int]:
        """See `core.ports`."""
        shown = [each for each in self._state.models.values() if visible is None or self._state.shows(visible, each)]
        live = [model for model in shown if model.deleted_at is None and not model.is_prompt]
        ids = {model.id for model in shown}
        versions = [each for each in self._state.versions.values() if each.model_id in ids]
        return {
            "catalogs": len(self._state.catalogs),
            "schemas": len(self._state.schemas),
            "governed_models": sum(model.governed for model in live),
            "workspace_models": sum(not model.governed for model in live),
            "prompts": self.models.count(Search(prompts=True, visible=visible)),
            "versions": sum(map(self._state.in_sight, versions)),
            "events": sum(visible is None or told(event, ids) for event in self._state.events),
        }


def told(event: Event, model_ids: Container[int]) -> bool:
    """Whether an event is about one of these models."""
    return event.subject == "model" and event.subject_id in model_ids


class MemoryStore:
    """`core.ports.Store`, whose state is swapped as a whole when a writing transaction ends."""

    uri = "memory://"

    def __init__(self) -> None:
        self._state = State()
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[MemoryTransaction]:
        """See `core.ports`."""
        yield MemoryTransaction(self._state)

    def look(self, work: Callable[[Transaction], T]) -> T:
        """See `core.ports`."""
        with self.read() as tx:
            return work(tx)

    @contextmanager
    def write(self, patience: float | None = None) -> Iterator[MemoryTransaction]:
        """See `core.ports`."""
        with self._writing:
            state = self._state.copy()
            yield MemoryTransaction(state)
            self._state = state

    def size(self) -> int:
        """See `core.ports`."""
        return len(repr(self._state)) if self.exists() else 0

    def close(self) -> None:
        """There is nothing to let go of."""

    def exists(self) -> bool:
        """See `core.ports`."""
        return self._state != State()

    def leftovers(self) -> Sequence[str]:
        """See `core.ports`."""
        return []

    def clean_up(self) -> None:
        """A process that is gone leaves nothing."""

    def dump(self, target: TableWriter) -> None:
        """See `core.ports`."""
        state, records = self._state, list[Any]()
        by_id: dict[type, dict[int, Any]] = {Catalog: state.catalogs, Schema: state.schemas, Model: state.models}
        by_id |= {Root: state.root, Webhook: state.webhooks, Comment: state.comments, Request: state.requests}
        for kind in RECORDS:
            if kind is Version:
                records = [state.named(state.versions[id]) for id in sorted(state.versions)]
            elif kind is VersionFile:
                records = [
                    VersionFile(version_id=version_id, **vars(state.files[version_id][path]))
                    for version_id in sorted(state.files)
                    for path in sorted(state.files[version_id])
                ]
            elif kind is UsageDay:
                by_day = attrgetter("version_id", "day", "actor")
                records = sorted(state.usage.values(), key=lambda each: (*by_day(each), each.notebook or ""))
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
        """See `core.ports`."""
        assert not along, "there is nothing beside it"
        there = self.exists()
        if there and aside is None:
            raise AlreadyExists("there is a registry", "give it a name to be kept by")
        made = MemoryTransaction(state := State())
        for roots in source.read(Root):
            state.root.update({root.id: root for root in roots})
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
        for usage in source.read(UsageDay):
            for day in usage:
                made.usage.note(day)
        for comments in source.read(Comment):
            state.comments.update({comment.id: comment for comment in comments})
        for requests in source.read(Request):
            state.requests.update({request.id: request for request in requests})
        for webhooks in source.read(Webhook):
            state.webhooks.update({webhook.id: webhook for webhook in webhooks})
        for events in source.read(Event):
            made.bulk.append_events(events)
        for names in source.read(RetiredName):
            state.retired_names.update({each.name: each for each in names})
        with self._writing:
            self._state = state
        return f"{self.uri}.{aside}" if there else None
