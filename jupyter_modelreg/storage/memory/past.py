"""A registry as it was: what its log says up to some event, to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar, cast

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Root, Schema
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.replay import Replay
from jupyter_modelreg.core.ports.store import Store, TableReader, TableWriter, Transaction
from jupyter_modelreg.core.query.events import EVERYTHING, EventQuery
from jupyter_modelreg.core.query.search import FIRST, Search, Start
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.core.times import time_text
from jupyter_modelreg.storage.memory.rows import ModelTable, VersionTable
from jupyter_modelreg.storage.memory.state import State
from jupyter_modelreg.storage.memory.store import MemoryTransaction, told
from jupyter_modelreg.storage.memory.usage import UsageTable

T = TypeVar("T")

_AT_ONCE = 2000  # events
_NAMING = ("model.created", "model.renamed", "model.restored")


class PastStore:
    """`core.ports.Store` on the registry in `store`, as it was when event `last` had just happened.

    Nothing can be written to it. A model that is asked for by name is replayed alone; for anything wider the whole log
    is, once. What versions have as files is looked up in the registry of today.

    Args:
        store: the registry.
        last: the number of an event.
        time: when that was, in epoch milliseconds.
    """

    def __init__(self, store: Store, last: int, time: int) -> None:
        self._store = store
        self._last = last
        self._time = time
        self._models: dict[str, State] = {}
        self._whole: State | None = None

    @property
    def uri(self) -> str:
        """See `Store`."""
        return self._store.uri

    def read(self) -> AbstractContextManager[Transaction]:
        """See `Store`."""
        return nullcontext(cast(Transaction, PastTransaction(self)))

    def look(self, work: Callable[[Transaction], T]) -> T:
        """See `core.ports`."""
        with self.read() as tx:
            return work(tx)

    def write(self, patience: float | None = None) -> AbstractContextManager[Transaction]:
        """Raises InvalidState."""
        raise InvalidState(
            f"this is the registry as it was at {time_text(self._time, seconds=True)}, which nothing changes",
            "change the registry of today: leave out --as-of",
        )

    def of_model(self, name: str) -> State:
        """What was known of the model called `name`; empty where there was none."""
        if self._whole is not None:
            return self._whole
        if name not in self._models:
            self._models[name] = _state(self._events_of(name))
        return self._models[name]

    def whole(self) -> State:
        """All there was."""
        if self._whole is None:
            self._whole = _state(self._events())
        return self._whole

    def with_model(self, model_id: int) -> State:
        """What was known where the model with that id was; all there was, when it has not been asked for by name."""
        return next((state for state in self._models.values() if model_id in state.models), None) or self.whole()

    def version(self, version_id: int) -> Version:
        """The version with that id, with its name."""
        known = (state for state in self._models.values() if version_id in state.versions)
        state = next(known, None) or self.whole()
        return state.named(state.versions[version_id])

    def events(self, subject: tuple[str, int] | None, after: int, limit: int | None) -> list[Event]:
        """The log up to the last event."""
        with self._store.read() as tx:
            found = tx.events.list(subject, after, limit)
        return [event for event in found if event.seq <= self._last]

    def recent(self, query: EventQuery, limit: int | None, start: Start) -> Sequence[Event]:
        """The same, newest first."""
        if start.after is None:
            start = Start({"seq": self._last + 1}, start.offset)
        with self._store.read() as tx:
            return tx.events.recent(query, limit, start)

    def files(self, version: Version) -> list[FileEntry]:
        """The manifest of a version. Raises InvalidState when the version has been purged since."""
        with self._store.read() as tx:
            line = tx.integrity.line(version.id)
            found = tx.versions.files(version.id)
        if line is None:
            raise InvalidState(f"{version.reference} was purged since", "a backup made before that has its files")
        return found

    def _events_of(self, name: str) -> Iterator[Event]:
        until = Start({"seq": self._last + 1})
        with self._store.read() as tx:
            named = tx.events.recent(EventQuery(namespace=name, actions=_NAMING), start=until)
            # Several models may have had that name, one after the other.
            subjects = {event.subject_id for event in named if event.name == name}
            found = [event for each in subjects for event in tx.events.list(("model", each)) if event.seq <= self._last]
        yield from sorted(found, key=lambda event: event.seq)

    def _events(self) -> Iterator[Event]:
        after = 0
        while True:
            piece = self.events(None, after, _AT_ONCE)
            yield from piece
            if len(piece) < _AT_ONCE:
                return
            after = piece[-1].seq

    # --- what there is nothing to do for ---------------------------------------------------------------------------

    def size(self) -> int:
        """See `Store`."""
        return self._store.size()

    def close(self) -> None:
        """See `Store`."""
        self._store.close()

    def exists(self) -> bool:
        """See `Store`."""
        return True

    def leftovers(self) -> Sequence[str]:
        """See `Store`: none of the past's."""
        return []

    def clean_up(self) -> None:
        """See `Store`."""

    def dump(self, target: TableWriter) -> None:
        """Raises InvalidState: what is backed up is the registry of today."""
        self.write()

    def load(
        self, source: TableReader, *, aside: str | None = None, along: Sequence[tuple[Path, Path]] = ()
    ) -> str | None:
        """Raises InvalidState."""
        self.write()
        return None


class PastTransaction:
    """`core.ports.Transaction` on what was: what is asked for is replayed when it is asked for."""

    def __init__(self, store: PastStore) -> None:
        self._store = store
        self.models = _Models(store)
        self.versions = _Versions(store)
        self.events = _Events(store)
        self.usage = UsageTable(State())  # which is beside the log, and not known of the past

    def counts(self, visible: Visibility | None = None) -> Mapping[str, int]:
        """See `core.ports`."""
        state = self._store.whole()
        counts = MemoryTransaction(state).counts(visible)
        if visible is not None:
            ids = {model.id for model in state.models.values() if state.shows(visible, model)}
            return {**counts, "events": sum(told(event, ids) for event in self.events.list())}
        last = self.events.last()
        return {**counts, "events": last.seq if last else 0}

    def __getattr__(self, name: str) -> Any:
        """Whatever else a transaction offers, on all there was."""
        return getattr(MemoryTransaction(self._store.whole()), name)


class _Models:
    """`core.ports.rows.ModelRows`: one by its name from its own events, more from all."""

    def __init__(self, store: PastStore) -> None:
        self._store = store

    def get(self, name: str) -> Model | None:
        return ModelTable(self._store.of_model(name)).get(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(ModelTable(self._store.whole()), name)


class _Versions:
    """`core.ports.rows.VersionRows`: those of one model from its own events, more from all."""

    def __init__(self, store: PastStore) -> None:
        self._store = store

    def get(self, model: Model, version: int) -> Version | None:
        return VersionTable(self._store.with_model(model.id)).get(model, version)

    def search(self, search: Search) -> list[Version]:
        state = self._store.whole() if search.model_id is None else self._store.with_model(search.model_id)
        return VersionTable(state).search(search)

    def latest(self, models: Sequence[Model]) -> list[Version]:
        return [each for model in models for each in VersionTable(self._store.with_model(model.id)).latest([model])]

    def count(self, model_id: int) -> int:
        return VersionTable(self._store.with_model(model_id)).count(model_id)

    def stages(self, model_id: int) -> Mapping[str, int]:
        return self._store.with_model(model_id).stages(model_id)

    def files(self, version_id: int) -> list[FileEntry]:
        return self._store.files(self._store.version(version_id))

    def __getattr__(self, name: str) -> Any:
        return getattr(VersionTable(self._store.whole()), name)


class _Events:
    """`core.ports.rows.EventRows` up to the last event."""

    def __init__(self, store: PastStore) -> None:
        self._store = store

    def last(self) -> Event | None:
        return next(iter(self._store.recent(EVERYTHING, 1, FIRST)), None)

    def list(self, subject: tuple[str, int] | None = None, after: int = 0, limit: int | None = None) -> list[Event]:
        return self._store.events(subject, after, limit)

    def recent(self, query: EventQuery = EVERYTHING, limit: int | None = None, start: Start = FIRST) -> Sequence[Event]:
        return self._store.recent(query, limit, start)

    def actors(self) -> Sequence[str]:
        return sorted({event.actor for event in self.list()})


def _state(events: Iterator[Event]) -> State:
    """What events make."""
    replay = Replay().run(events)
    models: dict[int, Model] = replay.records[Model]
    return State(
        root=replay.records[Root],
        catalogs=replay.records[Catalog],
        schemas=replay.records[Schema],
        models=models,
        keys={model.id: None if model.deleted_at is not None else model.name for model in models.values()},
        versions=replay.records[Version],
        comments=replay.records[Comment],
        requests=replay.records[Request],
        webhooks=replay.records[Webhook],
        retired_names={
            name: RetiredName(id=number, name=name, highest=highest)
            for number, (name, highest) in enumerate(replay.retired.items(), 1)
        },
    )
