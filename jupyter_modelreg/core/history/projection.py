"""What each event does to the rows: the one place that says so, for writing, replaying and checking alike.

The tables are a projection of the log: applied to an empty registry, the events of the log give every row of it but
the manifests of files, which the log holds by their hash, and the secrets of webhooks, which it never holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from jupyter_modelreg.core.entities.events import FORMAT, Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.history.facts import Record, record_of, value_of

R = TypeVar("R", Catalog, Schema, Model, Webhook)
Changes = dict[str, object]


class UnfitEvent(ValueError):
    """An event that cannot be applied; says which, and why."""


class Rows(Protocol):
    """What events are applied to."""

    def find(self, kind: type[R], row_id: int, name: str) -> R | None:
        """The record of that kind and id, called `name` unless it is in the trash; None for none."""

    def version(self, model_id: int, number: int) -> Version | None:
        """That version, the trash included; None where there is none."""

    def insert(self, record: Record) -> None:
        """Add a record."""

    def change(self, record: Record, changes: Mapping[str, object]) -> None:
        """Change fields of a record; of a model `key` as well, see `ports.rows.ModelRows`."""

    def remove(self, record: Record) -> None:
        """Remove a record for good; of a version its manifest, too."""

    def stages(self, model_id: int) -> Mapping[str, int]:
        """See `ports.rows.VersionRows.stages`."""

    def touch_versions(self, model_id: int, time: int) -> None:
        """See `ports.rows.VersionRows.touch`."""

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """See `ports.rows.RetiredNames.retire`."""


def apply(event: Event, rows: Rows) -> None:
    """Change `rows` as `event` says. Raises UnfitEvent."""
    change = _CHANGES.get(event.action)
    if event.format > FORMAT or change is None:
        raise UnfitEvent(f"event {event.seq} ({event.action}) is of a newer jupyter_modelreg")
    change(event, rows)


def _touch(event: Event) -> Changes:
    return {"updated_at": event.time, "updated_by": event.actor}


def _told(event: Event) -> Changes:
    """The new values of fields that an event tells."""
    return {name: value_of(name, told) for name, told in (event.after or {}).items()}


def _required(event: Event, rows: Rows, kind: type[R], name: str | None = None) -> R:
    found = rows.find(kind, event.subject_id, event.name if name is None else name)
    if found is None:
        raise UnfitEvent(f"event {event.seq} ({event.action}) is about {event.name}, which is not there")
    return found


def _version(event: Event, rows: Rows) -> Version:
    found = None if event.version is None else rows.version(event.subject_id, event.version)
    if found is None:
        raise UnfitEvent(
            f"event {event.seq} ({event.action}) is about {event.name}/{event.version}, which is not there"
        )
    return found


# --- catalogs, schemas, webhooks ------------------------------------------------------------------------------------


def _created(kind: type[R]) -> Callable[[Event, Rows], None]:
    return lambda event, rows: rows.insert(record_of(event, kind))


def _updated(kind: type[R]) -> Callable[[Event, Rows], None]:
    def change(event: Event, rows: Rows) -> None:
        rows.change(_required(event, rows, kind), {**_told(event), **_touch(event)})

    return change


def _removed(kind: type[R]) -> Callable[[Event, Rows], None]:
    return lambda event, rows: rows.remove(_required(event, rows, kind))


def _webhook_updated(event: Event, rows: Rows) -> None:
    told = _told(event)
    told.pop(KEY_RENEWED, None)
    rows.change(_required(event, rows, Webhook), {**told, **_touch(event)})


def _webhook_deleted(event: Event, rows: Rows) -> None:
    rows.change(_required(event, rows, Webhook), {"deleted_at": event.time, **_touch(event)})


KEY_RENEWED = "secret_renewed"
"""What the log says of a webhook's new secret: that there is one."""


# --- models ---------------------------------------------------------------------------------------------------------


def _model_renamed(event: Event, rows: Rows) -> None:
    before = str((event.before or {})["name"])
    model = _required(event, rows, Model, before)
    if event.name != before:
        _leave_name(event, rows, model)
    rows.change(model, {**_told(event), "key": event.name, "name": event.name, **_touch(event)})
    rows.touch_versions(model.id, event.time)


def _model_deleted(event: Event, rows: Rows) -> None:
    model = _required(event, rows, Model)
    _leave_name(event, rows, model)
    rows.change(model, {"key": None, "deleted_at": event.time, **_touch(event)})


def _model_restored(event: Event, rows: Rows) -> None:
    model = _required(event, rows, Model)
    rows.change(model, {**_told(event), "key": event.name, "name": event.name, "deleted_at": None, **_touch(event)})


def _leave_name(event: Event, rows: Rows, model: Model) -> None:
    """Keep the numbers that were used under the name that a governed model leaves."""
    if model.governed and model.last_version:
        rows.retire(event.seq, model.name, model.last_version)


def _aliases(event: Event, rows: Rows) -> None:
    model = _required(event, rows, Model)
    rows.change(model, {"aliases": _exchanged(model.aliases, event)})


def _tags(event: Event, rows: Rows) -> None:
    target = _required(event, rows, Model) if event.version is None else _version(event, rows)
    rows.change(target, {"tags": _exchanged(target.tags, event)})


def _exchanged(there: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
    """`there` without what the event takes away, and with what it adds; what keeps its key keeps its place."""
    after = event.after or {}
    gone = (event.before or {}).keys() - after.keys()
    return {**{key: value for key, value in there.items() if key not in gone}, **after}


# --- versions -------------------------------------------------------------------------------------------------------

CAME_WITH_MODEL = "came_with_model"
"""What the log says of a version that was imported together with its model, which keeps the time of its last change."""
IMPORTED_FROM = "imported_from"
"""Where the log says that something imported came from."""
MANIFEST = "manifest"
"""What the log says of the files of a version: the hash of their manifest."""
_NOTED = (MANIFEST,)


def _version_created(event: Event, rows: Rows) -> None:
    model = _required(event, rows, Model)
    version = record_of(event, Version)
    rows.insert(version)
    changes: Changes = {} if (event.after or {}).get(CAME_WITH_MODEL) else _touch(event)
    if version.version > model.last_version:
        changes |= {"last_version": version.version, "latest": {**model.latest, version.stage: version.version}}
    else:
        changes["latest"] = rows.stages(model.id)
    rows.change(model, changes)


def _version_updated(event: Event, rows: Rows) -> None:
    rows.change(_version(event, rows), {**_told(event), **_touch(event)})


def _version_status(event: Event, rows: Rows) -> None:
    told = _told(event)
    rows.change(_version(event, rows), {name: told[name] for name in told if name not in _NOTED})


def _version_staged(event: Event, rows: Rows) -> None:
    rows.change(_version(event, rows), {**_told(event), **_touch(event)})
    model = _required(event, rows, Model)
    rows.change(model, {"latest": rows.stages(model.id), **_touch(event)})


def _version_deleted(event: Event, rows: Rows) -> None:
    version, model = _version(event, rows), _required(event, rows, Model)
    rows.change(version, {"deleted_at": event.time, **_touch(event)})
    # Where there is one stage only, the newest version alone says what is the newest.
    same = len(model.latest) == 1 and version.version not in model.latest.values()
    rows.change(model, {**({} if same else {"latest": rows.stages(model.id)}), **_touch(event)})


def _version_restored(event: Event, rows: Rows) -> None:
    rows.change(_version(event, rows), {"deleted_at": None, **_touch(event)})
    model = _required(event, rows, Model)
    rows.change(model, {"latest": rows.stages(model.id), **_touch(event)})


def _version_purged(event: Event, rows: Rows) -> None:
    rows.remove(_version(event, rows))


def _nothing(event: Event, rows: Rows) -> None:
    """What is only worth knowing."""


_CHANGES: Mapping[str, Callable[[Event, Rows], None]] = {
    "catalog.created": _created(Catalog),
    "catalog.updated": _updated(Catalog),
    "catalog.deleted": _removed(Catalog),
    "schema.created": _created(Schema),
    "schema.updated": _updated(Schema),
    "schema.deleted": _removed(Schema),
    "webhook.created": _created(Webhook),
    "webhook.updated": _webhook_updated,
    "webhook.deleted": _webhook_deleted,
    "model.created": _created(Model),
    "model.updated": _updated(Model),
    "model.renamed": _model_renamed,
    "model.deleted": _model_deleted,
    "model.restored": _model_restored,
    "model.purged": _removed(Model),
    "alias.set": _aliases,
    "alias.moved": _aliases,
    "alias.deleted": _aliases,
    "tag.set": _tags,
    "tag.deleted": _tags,
    "version.created": _version_created,
    "version.updated": _version_updated,
    "version.status": _version_status,
    "version.stage": _version_staged,
    "version.deleted": _version_deleted,
    "version.restored": _version_restored,
    "version.purged": _version_purged,
    "registry.repaired": _nothing,
    "registry.restored": _nothing,
}
