"""Taking back what was done: each event has one that undoes it, as long as nothing newer builds on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jupyter_modelreg.core.catalog.catalogs import held_by
from jupyter_modelreg.core.catalog.models import rename_model
from jupyter_modelreg.core.catalog.restoring import restore_model, restore_version
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.history import Undone
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState, NotFound
from jupyter_modelreg.core.history.facts import fact, record_of, value_of
from jupyter_modelreg.core.history.sentences import told
from jupyter_modelreg.core.ports.rows import CatalogRows, SchemaRows
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.core.rules.aliases import check_alias_room
from jupyter_modelreg.core.rules.models import check_name_free
from jupyter_modelreg.core.unit_of_work import UnitOfWork

_PAGE = 200


def undo(context: Context, number: int | None, reason: str | None) -> Undone:
    """See `History.undo`."""
    with context.write(reason) as work:
        unit = _last_of(work) if number is None else _named(work.tx, number)
        if unit in _undone(work.tx, unit):
            raise InvalidState(f"event {unit} was taken back already", "history shows by which event; undo that one")
        work.undoes = unit
        done = _whole_change(work.tx, unit)
        number = work.next_id()
        for event in reversed(done):
            _take_back(work, event)
        return Undone(events=[told(event) for event in done], unit=number)


def _unit(tx: Transaction, unit: int) -> list[Event]:
    [first] = tx.events.list(after=unit - 1, limit=1)
    return tx.events.list(after=unit - 1, limit=first.remaining + 1)


def _whole_change(tx: Transaction, unit: int) -> list[Event]:
    """The events of a unit, oldest first; of a registration that ended with it those of its beginning, too."""
    done = _unit(tx, unit)
    begun: list[Event] = []
    for event in done:
        if event.action == "version.status":
            begun += _unit(tx, _creation(tx, event).unit)
    return begun + done


def _creation(tx: Transaction, event: Event) -> Event:
    """The event that created the version that `event` is about."""
    query = EventQuery(subject=("model", event.subject_id), version=event.version, actions=("version.created",))
    return tx.events.recent(query, 1)[0]


def _end_of(tx: Transaction, event: Event) -> int:
    """The unit of `event`; where that began a registration, the one that ended it."""
    for begun in _unit(tx, event.unit):
        if _begins_registration(begun):
            query = EventQuery(subject=("model", begun.subject_id), version=begun.version, actions=("version.status",))
            ended = [each for each in tx.events.recent(query) if each.seq > begun.seq]
            return ended[-1].unit if ended else event.unit
    return event.unit


def _begins_registration(event: Event) -> bool:
    return event.action == "version.created" and (event.after or {}).get("status") == "PENDING_REGISTRATION"


def _named(tx: Transaction, number: int) -> int:
    found = tx.events.list(after=number - 1, limit=1) if number > 0 else []
    if not found or found[0].seq != number:
        last = tx.events.last()
        raise NotFound(f"no event {number}", f"the activity log ends at {last.seq}" if last else "nothing has happened")
    return _end_of(tx, found[0])


def _last_of(work: UnitOfWork) -> int:
    """The unit of the actor's last change that is neither an undo nor undone. Raises InvalidState."""
    cancelled: set[int] = set()
    for event in _newest_first(work.tx, EventQuery()):
        if event.unit in cancelled:
            continue
        if _begins_registration(event) and _end_of(work.tx, event) in cancelled:
            cancelled.add(event.unit)  # with the model, and what else it made
        elif event.undoes is not None:
            cancelled.add(event.undoes)
        elif event.actor == work.actor:
            return _end_of(work.tx, event)
    raise InvalidState(f"there is nothing of {work.actor}'s to undo", "history shows what others did")


def _undone(tx: Transaction, unit: int) -> set[int]:
    """The units from `unit` on that have been taken back, and not brought again."""
    cancelled: set[int] = set()
    for event in _newest_first(tx, EventQuery()):
        if event.seq < unit:
            break
        if event.unit not in cancelled and event.undoes is not None:
            cancelled.add(event.undoes)
    return cancelled


def _newest_first(tx: Transaction, query: EventQuery) -> Iterator[Event]:
    start = FIRST
    while True:
        page = tx.events.recent(query, _PAGE, start)
        yield from page
        if len(page) < _PAGE:
            return
        start = Start({"seq": page[-1].seq})


def _take_back(work: UnitOfWork, event: Event) -> None:
    handler = _INVERSES.get(event.action)
    if handler is None:
        raise InvalidState(f"event {event.seq} ({event.action} {event.name}) cannot be undone", _WHY.get(event.action))
    handler(work, event)


# --- what there is now --------------------------------------------------------------------------------------------


def _model(work: UnitOfWork, event: Event) -> Model:
    # By its name where it still has that, as rows are remembered by it: a unit may concern a thousand of its versions.
    found = work.tx.models.get(event.name)
    if found is None or found.id != event.subject_id:
        found = work.tx.models.by_id(event.subject_id)
    if found is None or found.deleted_at is not None:
        raise _depends(work, event, EventQuery(subject=("model", event.subject_id)), f"{event.name} is not there now")
    work.authorise("history.undo", found)
    return found


def _version(work: UnitOfWork, event: Event) -> Version:
    assert event.version is not None
    model = _model(work, event)
    found = work.tx.versions.get(model, event.version)
    if found is None:
        raise _depends(work, event, _about(event), f"{event.name}/{event.version} is not there now")
    return found


def _containers(work: UnitOfWork, event: Event) -> CatalogRows | SchemaRows:
    return work.tx.catalogs if event.subject == "catalog" else work.tx.schemas


def _container(work: UnitOfWork, event: Event) -> Catalog | Schema:
    rows = _containers(work, event)
    # One that was deleted and created anew has another id.
    found = rows.by_id(event.subject_id) or rows.get(event.name)
    if found is None:
        raise InvalidState(f"{event.subject} {event.name} is not there now", "create it anew")
    work.authorise("history.undo", found)
    return found


def _depends(work: UnitOfWork, event: Event, query: EventQuery, why: str) -> InvalidState:
    """The error that names what was done since, and so has to be undone first."""
    last = event.seq + event.remaining
    undone = _undone(work.tx, last + 1)
    newer = next(
        (
            each
            for each in work.tx.events.recent(query, _PAGE)
            if each.seq > last and each.unit not in undone and each.undoes is None
        ),
        None,
    )
    hint = "history shows what came after it: undo that first"
    if newer is not None:
        hint = f"event {newer.seq} ({newer.action}, by {newer.actor}) came after it: undo {newer.seq} first"
    return InvalidState(f"event {event.seq} ({event.action} {event.name}) cannot be undone: {why}", hint)


def _about(event: Event) -> EventQuery:
    return EventQuery(subject=(event.subject, event.subject_id), version=event.version)


def _still(work: UnitOfWork, event: Event, now: Mapping[str, Any], names: Sequence[str], query: EventQuery) -> None:
    """Raises InvalidState where one of `names` does not hold any more what `event` gave it; `query` finds out since."""
    after = event.after or {}
    for name in names:
        if now.get(name) != after.get(name):
            raise _depends(work, event, query, f"{name} of {event.name} has changed since")


def _untouched(work: UnitOfWork, event: Event, record: Model | Version) -> None:
    """Raises InvalidState where somebody has changed what `event` created."""
    created = record_of(event, Model) if isinstance(record, Model) else record_of(event, Version)
    for name in ("description", "tags", "stage", "deployment_job_id"):
        if getattr(record, name, None) != getattr(created, name, None):
            raise _depends(work, event, _about(event), f"its {name} changed since")
    if record.aliases:
        raise _depends(work, event, _about(event), f"an alias points at it: {', '.join(record.aliases)}")


# --- what undoes what ---------------------------------------------------------------------------------------------


def _alias(work: UnitOfWork, event: Event) -> None:
    model, before, after = _model(work, event), event.before or {}, event.after or {}
    [alias] = before.keys() | after.keys()
    _still(work, event, model.aliases, [alias], EventQuery(subject=("model", model.id), alias=alias))
    back = before.get(alias)
    if back is None:
        work.log("alias.deleted", model, version=event.version, before=after)
        return
    assert isinstance(back, int)
    if work.tx.versions.get(model, back) is None:
        raise InvalidState(
            f"event {event.seq} cannot be undone: version {back}, where {alias} pointed before, is not there now",
            f"restore {model.name}/{back} first, or set the alias on another version",
        )
    if not after:
        check_alias_room(model, [alias])
    action = "alias.moved" if after else "alias.set"
    work.log(action, model, version=back, before=after or None, after={alias: back})


def _tag(work: UnitOfWork, event: Event) -> None:
    target: Model | Version = _model(work, event) if event.version is None else _version(work, event)
    before, after = event.before or {}, event.after or {}
    [key] = before.keys() | after.keys()
    _still(work, event, target.tags, [key], replace(_about(event), actions=("tag",)))
    work.log("tag.set" if before else "tag.deleted", target, before=after or None, after=before or None)


def _updated(work: UnitOfWork, event: Event) -> None:
    target: Any
    if event.subject in ("catalog", "schema"):
        target = _container(work, event)
    else:
        target = _model(work, event) if event.version is None else _version(work, event)
    before = event.before or {}
    now = {name: fact(name, getattr(target, name)) for name in before}
    _still(work, event, now, list(before), replace(_about(event), actions=(event.action,)))
    work.log_update(event.action, target, {name: value_of(name, told) for name, told in before.items()})


def _renamed(work: UnitOfWork, event: Event) -> None:
    model = _model(work, event)
    before = str((event.before or {})["name"])
    if model.name != event.name:
        raise _depends(work, event, _about(event), f"the model is called {model.name} now")
    if before != model.name:
        check_name_free(work.tx.models.get(before), {})
    rename_model(work, model, before)


def _registered(work: UnitOfWork, event: Event) -> None:
    if event.action == "version.status":
        return  # what it ended is undone by its beginning
    version = _version(work, event)
    _untouched(work, event, version)
    work.log_trashed(version)


def _model_created(work: UnitOfWork, event: Event) -> None:
    model = _model(work, event)
    _untouched(work, event, model)
    left = work.tx.versions.count(model.id)
    if left or model.name != event.name:
        why = f"it has {left} version{'' if left == 1 else 's'}" if left else f"it is called {model.name} now"
        raise _depends(work, event, _about(event), why)
    work.log("model.deleted", model)


def _model_deleted(work: UnitOfWork, event: Event) -> None:
    model = work.tx.models.by_id(event.subject_id)
    if model is None:
        raise InvalidState(f"event {event.seq} cannot be undone: {event.name} was purged", _PURGED)
    if model.deleted_at is not None:
        work.authorise("history.undo", model)
        restore_model(work, model, model.name)


def _version_deleted(work: UnitOfWork, event: Event) -> None:
    model = _model(work, event)
    assert event.version is not None
    version = work.tx.versions.numbered(model.id, event.version)
    if version is None:
        raise InvalidState(f"event {event.seq} cannot be undone: {event.name}/{event.version} was purged", _PURGED)
    if version.deleted_at is not None:
        restore_version(work, replace(version, name=model.name))


def _restored(work: UnitOfWork, event: Event) -> None:
    if event.action == "model.restored":
        work.log("model.deleted", _model(work, event))
    else:
        version = _version(work, event)
        if version.aliases:
            raise _depends(work, event, _about(event), f"an alias points at it: {', '.join(version.aliases)}")
        work.log_trashed(version)


def _container_created(work: UnitOfWork, event: Event) -> None:
    found = _container(work, event)
    held = held_by(work.tx, found)
    if held is not None:
        raise InvalidState(
            f"event {event.seq} cannot be undone: {event.subject} {event.name} holds {held.name}",
            "delete what it holds first",
        )
    work.log_deleted(found)


def _container_deleted(work: UnitOfWork, event: Event) -> None:
    if _containers(work, event).get(event.name) is not None:
        raise InvalidState(f"event {event.seq} cannot be undone: there is a {event.subject} {event.name} again", None)
    work.authorise("history.undo", None)
    told = replace(event, after=event.before)
    gone = record_of(told, Catalog) if event.subject == "catalog" else record_of(told, Schema)
    if isinstance(gone, Schema):
        catalog = work.tx.catalogs.get(gone.name.partition(".")[0])
        if catalog is None:
            raise InvalidState(f"event {event.seq} cannot be undone: its catalog is gone", "create the catalog first")
        gone = replace(gone, catalog_id=catalog.id)
    work.log_created(replace(gone, id=work.next_id()))


_PURGED = "a backup made before that has it"
_WHY: Mapping[str, str] = {
    "version.purged": _PURGED,
    "model.purged": _PURGED,
    "webhook.created": "delete the webhook instead",
    "webhook.updated": "update the webhook again instead",
    "webhook.deleted": "its secret is not in the log: create the webhook anew",
}
_INVERSES: Mapping[str, Callable[[UnitOfWork, Event], None]] = {
    "alias.set": _alias,
    "alias.moved": _alias,
    "alias.deleted": _alias,
    "tag.set": _tag,
    "tag.deleted": _tag,
    "catalog.created": _container_created,
    "catalog.updated": _updated,
    "catalog.deleted": _container_deleted,
    "schema.created": _container_created,
    "schema.updated": _updated,
    "schema.deleted": _container_deleted,
    "model.created": _model_created,
    "model.updated": _updated,
    "model.renamed": _renamed,
    "model.deleted": _model_deleted,
    "model.restored": _restored,
    "version.created": _registered,
    "version.updated": _updated,
    "version.stage": _updated,
    "version.status": _registered,
    "version.deleted": _version_deleted,
    "version.restored": _restored,
}
