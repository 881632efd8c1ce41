"""The rows of the store in plain Python dicts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from operator import attrgetter, eq, ge, gt, le, lt, ne
from typing import Any

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.integrity import Orphan, VersionSummary
from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model, RetiredName
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.events import EVERYTHING, EventQuery
from jupyter_modelreg.core.query.paging import (
    BY_NAME,
    NEWEST_EVENT_FIRST,
    NEWEST_WEBHOOK_FIRST,
    VERSION_ORDER,
    full_order,
)
from jupyter_modelreg.core.query.search import FIRST, Condition, Order, Search, Start
from tests.support.memory_store import State

MODEL_FIELDS = ("name", "created_at", "updated_at")
VERSION_FIELDS = (*MODEL_FIELDS, "version", "run_id", "source", "stage")


def _like(value: str, pattern: str, flags: int = 0) -> bool:
    parts = {"%": ".*", "_": "."}
    return re.fullmatch("".join(parts.get(c, re.escape(c)) for c in pattern), value, re.DOTALL | flags) is not None


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "LIKE": _like,
    "ILIKE": lambda value, pattern: _like(value, pattern, re.IGNORECASE),
    "CONTAINS": lambda value, piece: piece.lower() in value.lower(),
    "IN": lambda value, values: value in values,
    "NOT IN": lambda value, values: value not in values,
}


def matches(record: Model | Version, condition: Condition, fields: Sequence[str]) -> bool:
    if condition.tag:
        value = record.tags.get(condition.field)
    elif condition.field in fields:
        value = getattr(record, condition.field)
    else:
        raise InvalidInput(f"cannot search by {condition.field}")
    return value is not None and COMPARE[condition.operator](value, condition.value)


def page(rows: Iterable[Any], order: Sequence[Order], limit: int | None, start: Start) -> list[Any]:
    """Rows in `order`, from `start`."""
    found = list(rows)
    for each in reversed(order):
        found.sort(key=partial(_sorted_by, each.field), reverse=each.descending)
    after = start.after
    if after is not None:
        found = [row for row in found if _behind(row, order, after)]
    found = found[start.offset :]
    return found if limit is None else found[:limit]


def _sorted_by(name: str, row: object) -> Any:
    value = getattr(row, name)
    return "" if value is None else value


def _behind(row: object, order: Sequence[Order], after: Mapping[str, Any]) -> bool:
    for each in order:
        value, other = _sorted_by(each.field, row), after[each.field]
        if value != other:
            return bool(value < other) if each.descending else bool(value > other)
    return False


def _about_prompts(condition: Condition) -> bool:
    return condition.tag and condition.field == PROMPT_TAG


def _is_prompt(record: Model | Version) -> bool:
    return record.tags.get(PROMPT_TAG) == "true"


class Table:
    """Records of one kind by id."""

    kind = ""

    def __init__(self, state: State) -> None:
        self._state = state
        self._rows: dict[int, Any] = getattr(state, self.kind, {})

    def get(self, name: str) -> Any:
        return next((row for row in self._rows.values() if row.name == name), None)

    def by_id(self, row_id: int) -> Any:
        return self._rows.get(row_id)

    def insert(self, row: Any) -> None:
        self._rows[row.id] = row

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        if row_id in self._rows:
            self._rows[row_id] = replace(self._rows[row_id], **changes)

    def delete(self, row_id: int) -> None:
        del self._rows[row_id]

    def closest(self, name: str) -> Sequence[str]:
        return self._closest(name, [row.name for row in self._rows.values()])

    def _closest(self, name: str, names: Sequence[str]) -> Sequence[str]:
        by_lower = {each.lower(): each for each in names}
        return [by_lower[each] for each in get_close_matches(name.lower(), by_lower, n=2, cutoff=0.8)]


class CatalogTable(Table):
    kind = "catalogs"

    def list(self, limit: int | None = None, start: Start = FIRST) -> list[Any]:
        return page(self._rows.values(), BY_NAME, limit, start)


class SchemaTable(Table):
    kind = "schemas"

    def list(self, catalog_id: int | None = None, limit: int | None = None, start: Start = FIRST) -> list[Any]:
        rows = [row for row in self._rows.values() if catalog_id in (None, row.catalog_id)]
        return page(rows, BY_NAME, limit, start)


class ModelTable(Table):
    kind = "models"

    def get(self, name: str) -> Model | None:
        return next((self._rows[row_id] for row_id, key in self._state.keys.items() if key == name), None)

    def search(self, search: Search) -> list[Model]:
        found = [row for row in self._rows.values() if row.deleted_at is None]
        conditions = list(search.conditions)
        if search.prompts is False:
            conditions = [each for each in conditions if not _about_prompts(each)]
        if search.prompts is not None and not any(map(_about_prompts, conditions)):
            found = [row for row in found if _is_prompt(row) is search.prompts]
        if search.catalog_id is not None:
            within = {each.id for each in self._state.schemas.values() if each.catalog_id == search.catalog_id}
            found = [row for row in found if row.schema_id in within]
        if search.schema_id is not None:
            found = [row for row in found if row.schema_id == search.schema_id]
        if search.workspace:
            found = [row for row in found if row.schema_id is None]
        found = [row for row in found if all(matches(row, each, MODEL_FIELDS) for each in conditions)]
        return page(found, checked(search.order, MODEL_FIELDS, BY_NAME), search.limit, search.start)

    def count(self, search: Search) -> int:
        return len(self.search(replace(search, limit=None, start=FIRST)))

    def count_by_schema(self) -> Mapping[int | None, int]:
        found = [row for row in self._rows.values() if row.deleted_at is None and not _is_prompt(row)]
        return {each: sum(row.schema_id == each for row in found) for each in {row.schema_id for row in found}}

    def trashed(self, limit: int) -> list[Model]:
        found = (row for row in self._rows.values() if row.deleted_at is not None)
        return sorted(found, key=attrgetter("id"))[:limit]

    def insert(self, row: Model) -> None:
        super().insert(row)
        self._state.keys[row.id] = row.name

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        changes = dict(changes)
        if "key" in changes:
            key = changes.pop("key")
            self._state.keys[row_id] = None if key is None else str(key)
        super().update(row_id, changes)

    def delete(self, row_id: int) -> None:
        super().delete(row_id)
        del self._state.keys[row_id]

    def closest(self, name: str) -> Sequence[str]:
        return self._closest(name, [row.name for row in self._rows.values() if row.deleted_at is None])


def checked(order: Sequence[Order], fields: Sequence[str], ties: Sequence[Order]) -> Sequence[Order]:
    for each in order:
        if each.field not in fields:
            raise InvalidInput(f"cannot sort by {each.field}")
    return full_order(order, ties)


class VersionTable(Table):
    kind = "versions"

    def _all(self) -> list[Version]:
        return [self._state.named(row) for row in self._rows.values()]

    def find(self, model_id: int, number: int) -> Version | None:
        return next((row for row in self._all() if (row.model_id, row.version) == (model_id, number)), None)

    def of_model(self, model_id: int) -> list[Version]:
        return sorted((row for row in self._all() if row.model_id == model_id), key=attrgetter("id"))

    def numbered(self, model_id: int, number: int) -> Version | None:
        return self.find(model_id, number)

    def get(self, model: Model, version: int) -> Version | None:  # type: ignore[override]
        found = self.find(model.id, version)
        return None if found is None or found.deleted_at is not None else found

    def search(self, search: Search) -> list[Version]:
        found = [row for row in self._all() if self._state.in_sight(row) and search.model_id in (None, row.model_id)]
        conditions = list(search.conditions)
        if search.prompts is False:
            conditions = [each for each in conditions if not _about_prompts(each)]
            prompts = {row.model_id for row in self._rows.values() if _is_prompt(row)}
            found = [row for row in found if row.model_id not in prompts]
        elif search.prompts and not any(map(_about_prompts, conditions)):
            found = [row for row in found if _is_prompt(row)]
        for condition in conditions:
            if not condition.tag and condition.field not in VERSION_FIELDS:
                raise InvalidInput(f"cannot search by {condition.field}")
        found = [row for row in found if all(matches(row, each, VERSION_FIELDS) for each in conditions)]
        return page(found, checked(search.order, VERSION_FIELDS, VERSION_ORDER), search.limit, search.start)

    def count(self, model_id: int) -> int:
        return len(self.search(Search(model_id=model_id, prompts=None)))

    def count_by_model(self, model_ids: Sequence[int]) -> Mapping[int, int]:
        found = [row for row in self._rows.values() if row.deleted_at is None]
        return {each: sum(row.model_id == each for row in found) for each in model_ids}

    def latest(self, models: Sequence[Model]) -> list[Version]:
        wanted = {(model.id, number) for model in models for number in model.latest.values()}
        return [row for row in self._all() if (row.model_id, row.version) in wanted and row.deleted_at is None]

    def stages(self, model_id: int) -> Mapping[str, int]:
        return self._state.stages(model_id)

    def trashed(self, limit: int) -> list[Version]:
        return sorted((row for row in self._all() if not self._state.in_sight(row)), key=attrgetter("id"))[:limit]

    def touch(self, model_id: int, now: int) -> None:
        for row in list(self._rows.values()):
            if row.model_id == model_id:
                self.update(row.id, {"updated_at": now})

    def delete(self, row_id: int) -> None:
        super().delete(row_id)
        self._state.files.pop(row_id, None)

    def files(self, version_id: int) -> list[FileEntry]:
        return [entry for _, entry in sorted(self._state.files.get(version_id, {}).items())]

    def add_files(self, version_id: int, files: Sequence[FileEntry]) -> None:
        if files:
            self._state.files.setdefault(version_id, {}).update({entry.path: entry for entry in files})


class EventTable(Table):
    def _of(self, subject: tuple[str, int] | None) -> list[Event]:
        return [event for event in self._state.events if subject in (None, (event.subject, event.subject_id))]

    def last(self) -> Event | None:
        return self._state.events[-1] if self._state.events else None

    def append(self, event: Event) -> None:
        self._state.events.append(event)

    def list(self, subject: tuple[str, int] | None = None, after: int = 0, limit: int | None = None) -> list[Event]:
        found = [event for event in self._of(subject) if event.seq > after]
        return found if limit is None else found[:limit]

    def recent(self, query: EventQuery = EVERYTHING, limit: int | None = None, start: Start = FIRST) -> Sequence[Event]:
        return page(
            [event for event in self._of(query.subject) if _meets(event, query)], NEWEST_EVENT_FIRST, limit, start
        )


def _meets(event: Event, query: EventQuery) -> bool:
    told = {**(event.before or {}), **(event.after or {})}
    left = event.action == "alias.moved" and query.version in (event.before or {}).values()
    below = query.namespace is None or f"{event.name}.".startswith(f"{query.namespace}.")
    return (
        (query.version is None or event.version == query.version or left)
        and (query.alias is None or (event.action.startswith("alias.") and query.alias in told))
        and below
        and query.actor in (None, event.actor)
        and (not query.actions or bool({event.action, event.action.partition(".")[0]} & set(query.actions)))
        and (query.since is None or event.time >= query.since)
        and (query.until is None or event.time <= query.until)
    )


class WebhookTable(Table):
    kind = "webhooks"

    def get(self, webhook_id: str) -> Any:
        return next((row for row in self.list() if row.webhook_id == webhook_id), None)

    def list(self, event: tuple[str, str] | None = None, limit: int | None = None, start: Start = FIRST) -> list[Any]:
        found = [row for row in self._rows.values() if row.deleted_at is None]
        return page([row for row in found if event is None or event in row.events], NEWEST_WEBHOOK_FIRST, limit, start)


class RetiredNames:
    """`core.ports.RetiredNames` on a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def highest(self, name: str) -> int:
        found = self._state.retired_names.get(name)
        return found.highest if found else 0

    def highest_of(self, names: Sequence[str]) -> Mapping[str, int]:
        return {name: self.highest(name) for name in names if self.highest(name)}

    def retire(self, row_id: int, name: str, highest: int) -> None:
        found = self._state.retired_names.get(name) or RetiredName(id=row_id, name=name, highest=0)
        self._state.retired_names[name] = replace(found, highest=max(highest, found.highest))


class BulkTable:
    """The same, many at a time."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._models, self._versions, self._events = ModelTable(state), VersionTable(state), EventTable(state)

    def models(self, names: Sequence[str]) -> Mapping[str, Model]:
        found = {name: self._models.get(name) for name in names}
        return {name: model for name, model in found.items() if model is not None}

    def purged_versions(self, model_ids: Sequence[int]) -> set[tuple[int, int]]:
        return {
            (event.subject_id, event.version)
            for event in self._state.events
            if event.action == "version.purged" and event.subject_id in model_ids and event.version is not None
        }

    def delete_models(self, model_ids: Sequence[int]) -> None:
        for model_id in model_ids:
            self._models.delete(model_id)

    def delete_versions(self, version_ids: Sequence[int]) -> None:
        for version_id in version_ids:
            self._versions.delete(version_id)

    def versions(self, numbers: Iterable[tuple[int, int]]) -> Sequence[Version]:
        by_number = {(row.model_id, row.version): row for row in self._versions._all()}
        return [by_number[each] for each in numbers if each in by_number]

    def insert_models(self, models: Sequence[Model]) -> None:
        for model in models:
            self._models.insert(model)

    def insert_versions(self, versions: Sequence[Version]) -> None:
        for version in versions:
            self._versions.insert(version)

    def append_events(self, events: Sequence[Event]) -> None:
        for event in events:
            self._events.append(event)

    def renumber_models(self, models: Sequence[Model]) -> None:
        for model in models:
            changed = ("last_version", "aliases", "updated_at", "updated_by")
            self._models.update(model.id, {name: getattr(model, name) for name in changed})

    def note_latest(self, model_ids: Iterable[int]) -> None:
        for model_id in model_ids:
            self._models.update(model_id, {"latest": self._versions.stages(model_id)})


class Questions:
    """`core.ports.Integrity`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def lines(self) -> list[VersionSummary]:
        found = [row for row in self._state.versions.values() if row.managed or row.status != "READY"]
        return sorted(map(self._summary, found), key=attrgetter("id"))

    def line(self, version_id: int) -> VersionSummary | None:
        found = self._state.versions.get(version_id)
        return None if found is None else self._summary(found)

    def _summary(self, row: Version) -> VersionSummary:
        model = self._state.models.get(row.model_id)
        own = {name: getattr(row, name) for name in ("id", "model_id", "version", "status", "managed", "created_at")}
        return VersionSummary(name=model.name if model else None, **own)

    def tables(self) -> Sequence[str]:
        return list(vars(self._state))

    def foreign(self) -> Sequence[str]:
        return []

    def read_whole(self, table: str) -> None:
        repr(getattr(self._state, table))

    def totals(self) -> Mapping[str, int]:
        return {"models": len(self._state.models), "versions": len(self._state.versions)}

    def manifests(self) -> Mapping[int, list[FileEntry]]:
        return {row_id: [files[path] for path in sorted(files)] for row_id, files in self._state.files.items()}

    def some_models(self, count: int) -> Sequence[int]:
        return random.sample(sorted(self._state.models), min(count, len(self._state.models)))

    def respelled(self, after: int, limit: int) -> Sequence[int]:
        return []  # nothing is spelled here

    def derive(self) -> None:
        for model in list(self._state.models.values()):
            self._state.models[model.id] = replace(model, latest=self._state.stages(model.id))

    def dangling(self) -> list[Orphan]:
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
        lost = [row_id for row_id in state.files if row_id not in state.versions]
        return found + [Orphan(subject=f"version id {row_id}", message="") for row_id in lost]
