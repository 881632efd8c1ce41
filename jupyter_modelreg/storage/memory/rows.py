"""The rows of the store in plain Python dicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from operator import attrgetter
from typing import Any

from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.query.evaluation import Candidate, meets, sort_value, values_in
from jupyter_modelreg.core.query.fields import field_of, named_plainly, of_versions_only
from jupyter_modelreg.core.query.paging import (
    BY_NAME,
    VERSION_ORDER,
    full_order,
)
from jupyter_modelreg.core.query.search import FIRST, All, Condition, Filter, Order, Search, Start, conditions_in
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.storage.memory.state import State


def page(rows: Iterable[Any], order: Sequence[Order], limit: int | None, start: Start) -> list[Any]:
    """Rows in `order`, from `start`."""
    found = list(rows)
    for each in reversed(order):
        found.sort(key=partial(_sort_value, each), reverse=each.descending)
    after = start.after
    if after is not None:
        found = [row for row in found if _behind(row, order, after)]
    found = found[start.offset :]
    return found if limit is None else found[:limit]


def _sort_value(order: Order, row: object) -> Any:
    return sort_value(row, order)


def _behind(row: object, order: Sequence[Order], after: Mapping[str, Any]) -> bool:
    for each in order:
        value, other = _sort_value(each, row), after[each.field]
        if value != other:
            return bool(value < other) if each.descending else bool(value > other)
    return False


def _about_prompts(part: Filter) -> bool:
    return any(condition.field == f"tags.{PROMPT_TAG}" for condition in conditions_in([part]))


def _asked(search: Search) -> list[Filter]:
    """The conditions of a search, without those that MLflow ignores in one for models."""
    ignored = search.prompts is False
    return [
        part for part in search.conditions if not (ignored and isinstance(part, Condition) and _about_prompts(part))
    ]


def _is_prompt(record: Model | Version) -> bool:
    return record.tags.get(PROMPT_TAG) == "true"


def counted(had: Iterable[Iterable[tuple[str, str]]], limit: int | None) -> list[tuple[str, str, int]]:
    """Keys and values by how many have them, the most frequent first."""
    pairs = Counter(pair for each in had for pair in each)
    ordered = sorted(pairs.items(), key=lambda each: (-each[1], *each[0]))
    return [(key, value, count) for (key, value), count in ordered[:limit]]


class Table:
    """Records of one kind by id."""

    kind = ""

    def __init__(self, state: State) -> None:
        self._state = state
        self._rows: dict[int, Any] = getattr(state, self.kind, {})

    def get(self, name: str) -> Any:
        """See `core.ports`."""
        return next((row for row in self._rows.values() if row.name == name), None)

    def by_id(self, row_id: int) -> Any:
        """See `core.ports`."""
        return self._rows.get(row_id)

    def insert(self, row: Any) -> None:
        """See `core.ports`."""
        self._rows[row.id] = row

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """See `core.ports`."""
        if row_id in self._rows:
            self._rows[row_id] = replace(self._rows[row_id], **changes)

    def delete(self, row_id: int) -> None:
        """See `core.ports`."""
        del self._rows[row_id]

    def closest(self, name: str) -> Sequence[str]:
        """See `core.ports`."""
        return self._closest(name, [row.name for row in self._rows.values()])

    def _closest(self, name: str, names: Sequence[str]) -> Sequence[str]:
        by_lower = {each.lower(): each for each in names}
        return [by_lower[each] for each in get_close_matches(name.lower(), by_lower, n=2, cutoff=0.8)]


class RootTable(Table):
    """`core.ports.rows` for the registry itself."""

    kind = "root"

    def get(self, name: str = "registry") -> Any:
        """See `core.ports`."""
        return super().get(name)


class CatalogTable(Table):
    """`core.ports.rows` for catalogs."""

    kind = "catalogs"

    def list(self, limit: int | None = None, start: Start = FIRST) -> list[Any]:
        """See `core.ports`."""
        return page(self._rows.values(), BY_NAME, limit, start)


class SchemaTable(Table):
    """`core.ports.rows` for schemas."""

    kind = "schemas"

    def list(self, catalog_id: int | None = None, limit: int | None = None, start: Start = FIRST) -> list[Any]:
        """See `core.ports`."""
        rows = [row for row in self._rows.values() if catalog_id in (None, row.catalog_id)]
        return page(rows, BY_NAME, limit, start)

    def concerning(self, principals: Sequence[str]) -> Sequence[Any]:
        """See `core.ports`."""
        named = set(principals)
        return [row for row in self._rows.values() if row.owner in named or named & row.grants.keys()]


class ModelTable(Table):
    """`core.ports.rows` for models."""

    kind = "models"

    def get(self, name: str) -> Model | None:
        """See `core.ports`."""
        return next((self._rows[row_id] for row_id, key in self._state.keys.items() if key == name), None)

    def search(self, search: Search) -> list[Model]:
        """See `core.ports`."""
        found = [row for row in self._rows.values() if row.deleted_at is None]
        conditions = _asked(search)
        if search.prompts is not None and not any(map(_about_prompts, conditions)):
            found = [row for row in found if _is_prompt(row) is search.prompts]
        if search.visible is not None:
            found = [row for row in found if self._state.shows(search.visible, row)]
        if search.catalog_id is not None:
            within = {each.id for each in self._state.schemas.values() if each.catalog_id == search.catalog_id}
            found = [row for row in found if row.schema_id in within]
        if search.schema_id is not None:
            found = [row for row in found if row.schema_id == search.schema_id]
        if search.workspace:
            found = [row for row in found if row.schema_id is None]
        every = All(tuple(conditions))
        of_versions = of_versions_only(conditions)
        found = [row for row in found if any(meets(each, every) for each in self._candidates(row, of_versions))]
        return page(found, checked(search.order, BY_NAME), search.limit, search.start)

    def _candidates(self, model: Model, of_versions: bool) -> list[Candidate]:
        versions = VersionTable(self._state).of_model(model.id) if of_versions else []
        live: list[Version | None] = [each for each in versions if each.deleted_at is None]
        return [self._state.candidate(model, each, model) for each in live or [None]]

    def count(self, search: Search) -> int:
        """See `core.ports`."""
        return len(self.search(replace(search, limit=None, start=FIRST)))

    def most_frequent(
        self, search: Search, fields: Sequence[str], limit: int | None
    ) -> Mapping[str, list[tuple[str, str, int]]]:
        """See `core.ports`."""
        asked = All(tuple(_asked(search)))
        found = self.search(replace(search, order=(), limit=None, start=FIRST))

        def values_of(row: Model, field: str) -> set[tuple[str, str]]:
            of_versions = of_versions_only([asked]) or "model" not in named_plainly(field).kinds
            met = (each for each in self._candidates(row, of_versions) if meets(each, asked))
            return {pair for each in met for pair in values_in(each, field)}

        return {field: counted((values_of(row, field) for row in found), limit) for field in fields}

    def count_by_schema(self, visible: Visibility | None = None) -> Mapping[int | None, int]:
        """See `core.ports`."""
        found = [row for row in self._rows.values() if row.deleted_at is None and not _is_prompt(row)]
        found = [row for row in found if visible is None or self._state.shows(visible, row)]
        return {each: sum(row.schema_id == each for row in found) for each in {row.schema_id for row in found}}

    def trashed(self, limit: int | None = None) -> list[Model]:
        """See `core.ports`."""
        found = (row for row in self._rows.values() if row.deleted_at is not None)
        return sorted(found, key=attrgetter("id"))[:limit]

    def count_trashed(self) -> int:
        """See `core.ports`."""
        return len(self.trashed())

    def granted(self) -> list[Model]:
        """See `core.ports`."""
        return self._holding("grants")

    def policed(self) -> list[Model]:
        """See `core.ports`."""
        return self._holding("policies")

    def _holding(self, name: str) -> list[Model]:
        found = (row for row in self._rows.values() if row.deleted_at is None and getattr(row, name))
        return sorted(found, key=attrgetter("name"))

    def insert(self, row: Model) -> None:
        """See `core.ports`."""
        super().insert(row)
        self._state.keys[row.id] = row.name

    def update(self, row_id: int, changes: Mapping[str, object]) -> None:
        """See `core.ports`."""
        changes = dict(changes)
        if "key" in changes:
            key = changes.pop("key")
            self._state.keys[row_id] = None if key is None else str(key)
        super().update(row_id, changes)

    def delete(self, row_id: int) -> None:
        """See `core.ports`."""
        super().delete(row_id)
        del self._state.keys[row_id]
        self._state.forget_said(row_id)

    def closest(self, name: str) -> Sequence[str]:
        """See `core.ports`."""
        return self._closest(name, [row.name for row in self._rows.values() if row.deleted_at is None])


def checked(order: Sequence[Order], ties: Sequence[Order]) -> Sequence[Order]:
    """See `core.ports`."""
    for each in order:
        field_of(each.field)
    return full_order(order, ties)


class VersionTable(Table):
    """`core.ports.rows` for versions."""

    kind = "versions"

    def _all(self) -> list[Version]:
        return [self._state.named(row) for row in self._rows.values()]

    def find(self, model_id: int, number: int) -> Version | None:
        """See `core.ports`."""
        rows = self._rows.values()
        found = next((row for row in rows if (row.model_id, row.version) == (model_id, number)), None)
        return None if found is None else self._state.named(found)

    def of_model(self, model_id: int) -> list[Version]:
        """See `core.ports`."""
        return sorted((row for row in self._all() if row.model_id == model_id), key=attrgetter("id"))

    def numbered(self, model_id: int, number: int) -> Version | None:
        """See `core.ports`."""
        return self.find(model_id, number)

    def get(self, model: Model, version: int) -> Version | None:  # type: ignore[override]
        """See `core.ports`."""
        found = self.find(model.id, version)
        return None if found is None or found.deleted_at is not None else found

    def search(self, search: Search) -> list[Version]:
        """See `core.ports`."""
        found = [row for row in self._all() if self._state.in_sight(row) and search.model_id in (None, row.model_id)]
        if search.visible is not None:
            found = [row for row in found if self._state.shows(search.visible, self._state.models[row.model_id])]
        conditions = _asked(search)
        if search.prompts is False:
            prompts = {row.model_id for row in self._rows.values() if _is_prompt(row)}
            found = [row for row in found if row.model_id not in prompts]
        elif search.prompts and not any(map(_about_prompts, conditions)):
            found = [row for row in found if _is_prompt(row)]
        of_versions_only(conditions)
        every, models = All(tuple(conditions)), self._state.models
        found = [row for row in found if meets(self._state.candidate(models[row.model_id], row, row), every)]
        return page(found, checked(search.order, VERSION_ORDER), search.limit, search.start)

    def most_frequent(
        self, search: Search, fields: Sequence[str], limit: int | None
    ) -> Mapping[str, list[tuple[str, str, int]]]:
        """See `core.ports`."""
        models = self._state.models
        found = self.search(replace(search, order=(), limit=None, start=FIRST))
        candidates = [Candidate(model=models[row.model_id], version=row, sought=row) for row in found]
        return {field: counted((set(values_in(each, field)) for each in candidates), limit) for field in fields}

    def count(self, model_id: int) -> int:
        """See `core.ports`."""
        return len(self.search(Search(model_id=model_id, prompts=None)))

    def count_by_model(self, model_ids: Sequence[int]) -> Mapping[int, int]:
        """See `core.ports`."""
        found = [row for row in self._rows.values() if row.deleted_at is None]
        return {each: sum(row.model_id == each for row in found) for each in model_ids}

    def latest(self, models: Sequence[Model]) -> list[Version]:
        """See `core.ports`."""
        wanted = {(model.id, number) for model in models for number in model.latest.values()}
        return [row for row in self._all() if (row.model_id, row.version) in wanted and row.deleted_at is None]

    def stages(self, model_id: int) -> Mapping[str, int]:
        """See `core.ports`."""
        return self._state.stages(model_id)

    def marked(self, model_id: int) -> list[Version]:
        """See `core.ports`."""
        found = [row for row in self._all() if row.model_id == model_id and row.deleted_at is None]
        return sorted((row for row in found if row.pinned or row.links), key=attrgetter("version"))

    def trashed(self, limit: int | None = None) -> list[Version]:
        """See `core.ports`."""
        return sorted((row for row in self._all() if not self._state.in_sight(row)), key=attrgetter("id"))[:limit]

    def count_trashed(self) -> int:
        """See `core.ports`."""
        models = self._state.models
        return sum(row.deleted_at is not None and models[row.model_id].deleted_at is None for row in self._all())

    def touch(self, model_id: int, now: int) -> None:
        """See `core.ports`."""
        for row in list(self._rows.values()):
            if row.model_id == model_id:
                self.update(row.id, {"updated_at": now})

    def delete(self, row_id: int) -> None:
        """See `core.ports`."""
        gone = self._rows[row_id]
        self._state.forget_said(gone.model_id, gone.version)
        super().delete(row_id)
        self._state.files.pop(row_id, None)
        for key in [each for each in self._state.usage if each[0] == row_id]:
            del self._state.usage[key]

    def files(self, version_id: int) -> list[FileEntry]:
        """See `core.ports`."""
        return [entry for _, entry in sorted(self._state.files.get(version_id, {}).items())]

    def holding(self, hashes: Sequence[str]) -> dict[str, int]:
        """See `core.ports`."""
        held: dict[str, int] = {}
        for row in sorted(self._rows.values(), key=attrgetter("id"), reverse=True):
            if row.status == "READY" and row.deleted_at is None:
                held |= {entry.sha256: row.id for entry in self._state.files.get(row.id, {}).values()}
        return {each: held[each] for each in hashes if each in held}

    def add_files(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """See `core.ports`."""
        if files:
            self._state.files.setdefault(version_id, {}).update({entry.path: entry for entry in files})
