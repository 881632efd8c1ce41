"""What events are about as it is now, and whether it is still as they left it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.facts import record_of
from jupyter_modelreg.core.history.undo.units import PAGE, undone_since
from jupyter_modelreg.core.ports.rows import CatalogRows, SchemaRows
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def model_now(work: UnitOfWork, event: Event) -> Model:
    """The model that `event` is about. Raises InvalidState where it is in the trash, or gone."""
    # By its name where it still has that, as rows are remembered by it: a unit may concern a thousand of its versions.
    found = work.tx.models.get(event.name)
    if found is None or found.id != event.subject_id:
        found = work.tx.models.by_id(event.subject_id)
    if found is None or found.deleted_at is not None:
        raise depends(work, event, EventQuery(subject=("model", event.subject_id)), f"{event.name} is not there now")
    work.authorise("tags.edit" if event.action.startswith("tag.") else "history.undo", found)
    return found


def version_now(work: UnitOfWork, event: Event) -> Version:
    """The version that `event` is about. Raises InvalidState where it, or its model, is in the trash, or gone."""
    assert event.version is not None
    model = model_now(work, event)
    found = work.tx.versions.get(model, event.version)
    if found is None:
        raise depends(work, event, about(event), f"{event.name}/{event.version} is not there now")
    return found


def containers(work: UnitOfWork, event: Event) -> CatalogRows | SchemaRows:
    """The rows among which is the catalog or schema that `event` is about."""
    return work.tx.catalogs if event.subject == "catalog" else work.tx.schemas


def container_now(work: UnitOfWork, event: Event) -> Catalog | Schema:
    """The catalog or schema that `event` is about. Raises InvalidState where it is gone."""
    rows = containers(work, event)
    # One that was deleted and created anew has another id.
    found = rows.by_id(event.subject_id) or rows.get(event.name)
    if found is None:
        raise InvalidState(f"{event.subject} {event.name} is not there now", "create it anew")
    work.authorise("history.undo", found)
    return found


def depends(
    work: UnitOfWork, event: Event, query: EventQuery, why: str, concerned: Callable[[Event], bool] = lambda _: True
) -> InvalidState:
    """The error that names what has to be undone first: of what `query` finds the newest that is `concerned`."""
    last = event.seq + event.remaining
    undone = undone_since(work.tx, last + 1)
    newer = next(
        (
            each
            for each in work.tx.events.recent(query, PAGE)
            if each.seq > last and each.unit not in undone and each.undoes is None and concerned(each)
        ),
        None,
    )
    hint = "history shows what came after it: undo that first"
    if newer is not None:
        hint = f"event {newer.seq} ({newer.action}, by {newer.actor}) came after it: undo {newer.seq} first"
    return InvalidState(f"event {event.seq} ({event.action} {event.name}) cannot be undone: {why}", hint)


def about(event: Event) -> EventQuery:
    """What finds all events on what `event` is about."""
    return EventQuery(subject=(event.subject, event.subject_id), version=event.version)


def check_still(
    work: UnitOfWork, event: Event, now: Mapping[str, Any], names: Sequence[str], query: EventQuery
) -> None:
    """Raises InvalidState where one of `names` does not hold any more what `event` gave it; `query` finds out since."""
    after = event.after or {}
    for name in names:
        if now.get(name) != after.get(name):
            raise depends(work, event, query, f"{name} of {event.name} has changed since")


def check_untouched(work: UnitOfWork, event: Event, record: Model | Version) -> None:
    """Raises InvalidState where somebody has changed what `event` created."""
    created = record_of(event, Model) if isinstance(record, Model) else record_of(event, Version)
    for name in ("description", "tags", "stage", "deployment_job_id"):
        if getattr(record, name, None) != getattr(created, name, None):
            raise depends(work, event, about(event), f"its {name} changed since")
    if record.aliases:
        raise depends(work, event, about(event), f"an alias points at it: {', '.join(record.aliases)}")
