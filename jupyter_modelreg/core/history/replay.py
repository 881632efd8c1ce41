"""A registry, or a part of it, in memory: what its events make of it when they are applied one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model, Root
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.history.facts import KINDS, Record
from jupyter_modelreg.core.history.projection import MANIFEST, Change, Subject, replayed


class Replay:
    """`projection.Rows` in memory.

    Events change records in their place, so what is read from here is good until more are applied.

    Attributes:
        records: of each kind, by id; what is in the trash among them.
        retired: names that governed models have left, with the highest number used under each.
        manifests: the hash of the manifest of each version that is READY, by id.
    """

    def __init__(self) -> None:
        self.records: dict[type, dict[int, Any]] = {kind: {} for kind in KINDS} | {Root: {0: Root()}}
        self.retired: dict[str, int] = {}
        self.manifests: dict[int, str] = {}
        self._numbers: dict[int, dict[int, int]] = {}  # the ids of a model's versions, by number
        self._said: dict[int, list[Comment | Request]] = {}  # of models, what was said of them, by id

    def run(self, events: Iterable[Event]) -> Replay:
        """Apply `events`, which follow those that were applied before; returns itself. Raises UnfitEvent."""
        for event in events:
            self.apply(event)
        return self

    def apply(self, event: Event) -> None:
        """Apply one event. Raises UnfitEvent."""
        replayed(event, self)
        told = (event.after or {}).get(MANIFEST)
        if told is not None and event.version is not None:
            self.manifests[self._numbers[event.subject_id][event.version]] = str(told)

    def all(self, kind: type[Record]) -> list[Any]:
        """The records of that kind, by id; versions with the names and aliases of their models."""
        found = self.records[kind]
        if kind is Version:
            return [self.named(found[each]) for each in sorted(found)]
        return [found[each] for each in sorted(found)]

    def named(self, version: Version) -> Version:
        """`version` with the name and the aliases that its model gives it."""
        model: Model = self.records[Model][version.model_id]
        aliases = tuple(alias for alias, number in model.aliases.items() if number == version.version)
        return replace(version, name=model.name, aliases=aliases)

    # --- projection.Rows ----------------------------------------------------------------------------------------

    def insert(self, record: Record) -> None:
        """See `projection.Rows`."""
        self.records[type(record)][record.id] = record
        if isinstance(record, Version):
            self._numbers.setdefault(record.model_id, {})[record.version] = record.id
        elif isinstance(record, Comment):
            self._said.setdefault(record.model_id, []).append(record)
        elif isinstance(record, Request) and record.subject == "model":
            self._said.setdefault(record.subject_id, []).append(record)

    def change(self, subject: Subject, change: Change) -> None:
        """See `projection.Rows`."""
        record = self._found(subject)
        _update(record, change(record))

    def remove(self, subject: Subject) -> None:
        """See `projection.Rows`."""
        record = self._found(subject)
        del self.records[type(record)][record.id]
        if isinstance(record, Version):
            del self._numbers[record.model_id][record.version]
            self.manifests.pop(record.id, None)
            self._forget_said(record.model_id, record.version)
        elif isinstance(record, Model):
            self._forget_said(record.id, None)

    def stages(self, model_id: int) -> Mapping[str, int]:
        """See `projection.Rows`."""
        numbers, versions = self._numbers.get(model_id, {}), self.records[Version]
        found: dict[str, int] = {}
        for number in sorted(numbers):
            version = versions[numbers[number]]
            if version.deleted_at is None:
                found[version.stage] = number
        return found

    def touch_versions(self, model_id: int, time: int) -> None:
        """See `projection.Rows`."""
        for version_id in self._numbers.get(model_id, {}).values():
            _update(self.records[Version][version_id], {"updated_at": time})

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """See `projection.Rows`."""
        self.retired[name] = max(highest, self.retired.get(name, 0))

    def _forget_said(self, model_id: int, number: int | None) -> None:
        """Remove what was said of a version, or of a model and its versions."""
        for each in self._said.get(model_id, []):
            if number in (None, each.version):
                self.records[type(each)].pop(each.id, None)

    def _found(self, subject: Subject) -> Record:
        found = subject.id
        if subject.number is not None:
            found = self._numbers.get(subject.id, {}).get(subject.number, 0)
        record: Record | None = self.records[subject.kind].get(found)
        if record is None:
            raise subject.missing()
        return record


def _update(record: Record, changes: Mapping[str, object]) -> None:
    """Change a record in its place: nobody else has it yet, and a copy for each event takes several times as long."""
    values = vars(record)
    values.update(changes)
    values.pop("key", None)
