"""What undoes what: for each kind of event, the events that do the contrary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from jupyter_modelreg.core.catalog.aliases import warn_of_deprecated
from jupyter_modelreg.core.catalog.catalogs import held_by
from jupyter_modelreg.core.catalog.holders import held_versions
from jupyter_modelreg.core.catalog.models import rename_model
from jupyter_modelreg.core.catalog.restoring import restore_model, restore_version
from jupyter_modelreg.core.discussion.people import askers
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.facts import KINDS, fact, record_of, value_of
from jupyter_modelreg.core.history.projection import number_of
from jupyter_modelreg.core.history.undo.access import (
    take_back_grant,
    take_back_group,
    take_back_move,
    take_back_owner,
    take_back_policy,
    take_back_search,
    take_back_tag_policy,
)
from jupyter_modelreg.core.history.undo.discussion import take_back_comment, take_back_request
from jupyter_modelreg.core.history.undo.imports import take_back_import
from jupyter_modelreg.core.history.undo.present import (
    about,
    check_still,
    check_untouched,
    container_now,
    containers,
    depends,
    model_now,
    version_now,
)
from jupyter_modelreg.core.history.undo.units import events_of_unit
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.rules.aliases import check_alias_room
from jupyter_modelreg.core.rules.holders import held_sentence
from jupyter_modelreg.core.rules.models import check_name_free
from jupyter_modelreg.core.unit_of_work import UnitOfWork
from jupyter_modelreg.core.versions.deprecations import log_deprecated


def take_back(work: UnitOfWork, event: Event) -> None:
    """Do the contrary of `event`, and log it. Raises InvalidState where that cannot be, or something builds on it."""
    handler = _INVERSES.get(event.action)
    if handler is None:
        raise InvalidState(f"event {event.seq} ({event.action} {event.name}) cannot be undone", _WHY.get(event.action))
    handler(work, event)


def _alias(work: UnitOfWork, event: Event) -> None:
    model, before, after = model_now(work, event), event.before or {}, event.after or {}
    [alias] = before.keys() | after.keys()
    check_still(work, event, model.aliases, [alias], EventQuery(subject=("model", model.id), alias=alias))
    back = before.get(alias)
    if back is None:
        work.log("alias.deleted", model, version=event.version, before=after)
        return
    assert isinstance(back, int)
    version = work.tx.versions.get(model, back)
    if version is None:
        raise InvalidState(
            f"event {event.seq} cannot be undone: version {back}, where {alias} pointed before, is not there now",
            f"restore {model.name}/{back} first, or set the alias on another version",
        )
    if not after:
        check_alias_room(model, [alias])
    warn_of_deprecated(work, model, version)
    action = "alias.moved" if after else "alias.set"
    # Where that takes approval, whoever undoes it approves, and counts if they are asked and have not asked themselves.
    work.approved_by = () if work.actor in _asked_by(work, event) else (work.principal,)
    work.log(action, model, version=back, before=after or None, after={alias: back})
    work.approved_by = ()


def _asked_by(work: UnitOfWork, event: Event) -> set[str]:
    """Who has asked for what was done together with `event`, where it was asked for, under each of their names."""
    found: set[str] = set()
    for each in events_of_unit(work.tx, event.unit):
        request = work.tx.requests.by_id(number_of(each)) if each.action == "request.approved" else None
        found |= set() if request is None else askers(work.tx, request)
    return found


def _tag(work: UnitOfWork, event: Event) -> None:
    target: Model | Version = model_now(work, event) if event.version is None else version_now(work, event)
    before, after = event.before or {}, event.after or {}
    [key] = before.keys() | after.keys()
    check_still(work, event, target.tags, [key], replace(about(event), actions=("tag",)))
    work.log("tag.set" if before else "tag.deleted", target, before=after or None, after=before or None)


def _link(work: UnitOfWork, event: Event) -> None:
    version, before, after = version_now(work, event), event.before or {}, event.after or {}
    [url] = before.keys() | after.keys()
    check_still(work, event, version.links, [url], replace(about(event), actions=("link",)))
    work.log("link.set" if before else "link.deleted", version, before=after or None, after=before or None)


def _deprecated(work: UnitOfWork, event: Event) -> None:
    target: Model | Version = model_now(work, event) if event.version is None else version_now(work, event)
    actions = (f"{KINDS[type(target)]}.deprecated", f"{KINDS[type(target)]}.undeprecated")
    now = {"deprecated": fact("deprecated", target.deprecated)}
    check_still(work, event, now, ["deprecated"], replace(about(event), actions=actions))
    before: Any = (event.before or {}).get("deprecated")
    log_deprecated(work, target, before)


def _updated(work: UnitOfWork, event: Event) -> None:
    target: Any
    if event.subject in ("catalog", "schema"):
        target = container_now(work, event)
    else:
        target = model_now(work, event) if event.version is None else version_now(work, event)
    before = event.before or {}
    now = {name: fact(name, getattr(target, name)) for name in before}
    check_still(work, event, now, list(before), replace(about(event), actions=(event.action,)))
    work.log_update(event.action, target, {name: value_of(name, told) for name, told in before.items()})


def _renamed(work: UnitOfWork, event: Event) -> None:
    model = model_now(work, event)
    before = str((event.before or {})["name"])
    if model.name != event.name:
        raise depends(work, event, about(event), f"the model is called {model.name} now")
    if before != model.name:
        check_name_free(work.tx.models.get(before), {})
    rename_model(work, model, before)


def _registered(work: UnitOfWork, event: Event) -> None:
    if event.action == "version.status":
        return  # what it ended is undone by its beginning
    version = version_now(work, event)
    check_untouched(work, event, version)
    _check_free(work, event, version)
    work.log_trashed(version)


def _model_created(work: UnitOfWork, event: Event) -> None:
    model = model_now(work, event)
    check_untouched(work, event, model)
    left = work.tx.versions.count(model.id)
    if left or model.name != event.name:
        why = f"it has {left} version{'' if left == 1 else 's'}" if left else f"it is called {model.name} now"
        raise depends(work, event, about(event), why)
    work.log("model.deleted", model)


def _model_deleted(work: UnitOfWork, event: Event) -> None:
    model = work.tx.models.by_id(event.subject_id)
    if model is None:
        raise InvalidState(f"event {event.seq} cannot be undone: {event.name} was purged", _PURGED)
    if model.deleted_at is not None:
        work.authorise("history.undo", model)
        restore_model(work, model, model.name)


def _version_deleted(work: UnitOfWork, event: Event) -> None:
    model = model_now(work, event)
    assert event.version is not None
    version = work.tx.versions.numbered(model.id, event.version)
    if version is None:
        raise InvalidState(f"event {event.seq} cannot be undone: {event.name}/{event.version} was purged", _PURGED)
    if version.deleted_at is not None:
        restore_version(work, replace(version, name=model.name))


def _restored(work: UnitOfWork, event: Event) -> None:
    if event.action == "model.restored":
        work.log("model.deleted", model_now(work, event))
    else:
        version = version_now(work, event)
        if version.aliases:
            raise depends(work, event, about(event), f"an alias points at it: {', '.join(version.aliases)}")
        _check_free(work, event, version)
        work.log_trashed(version)


def _check_free(work: UnitOfWork, event: Event, version: Version) -> None:
    """Raise InvalidState where something holds a version that undoing `event` would put into the trash."""
    holders = held_versions(work.tx, model_now(work, event), [version], work.now, work.principal)
    if holders:
        held = held_sentence(f"version {version.reference}", version.name, holders)
        first = ", ".join(holder.frees for holder in holders)
        raise InvalidState(
            f"event {event.seq} ({event.action} {event.name}) cannot be undone while {held}",
            f"first {first}; or delete {version.reference} --force",
        )


def _container_created(work: UnitOfWork, event: Event) -> None:
    found = container_now(work, event)
    held = held_by(work.tx, found)
    if held is not None:
        raise InvalidState(
            f"event {event.seq} cannot be undone: {event.subject} {event.name} holds {held}",
            "delete what it holds first",
        )
    work.log_deleted(found)


def _container_deleted(work: UnitOfWork, event: Event) -> None:
    if containers(work, event).get(event.name) is not None:
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
    "registry.arrived": "modelreg move-to takes it back, or to another place",
    "webhook.created": "delete the webhook instead",
    "webhook.updated": "update the webhook again instead",
    "webhook.deleted": "its secret is not in the log: create the webhook anew",
    "user.created": "delete the user instead",
    "user.password_set": "set another password instead",
    "user.deleted": "create the user anew",
    "token.created": "revoke the token instead",
    "token.revoked": "create another token instead",
}
_INVERSES: Mapping[str, Callable[[UnitOfWork, Event], None]] = {
    "alias.set": _alias,
    "alias.moved": _alias,
    "alias.deleted": _alias,
    "tag.set": _tag,
    "tag.deleted": _tag,
    "model.deprecated": _deprecated,
    "model.undeprecated": _deprecated,
    "version.deprecated": _deprecated,
    "version.undeprecated": _deprecated,
    "link.set": _link,
    "link.deleted": _link,
    "grant.changed": take_back_grant,
    "group.changed": take_back_group,
    "tag_policy.changed": take_back_tag_policy,
    "search.saved": take_back_search,
    "policy.changed": take_back_policy,
    "owner.changed": take_back_owner,
    "registry.moved": take_back_move,
    "registry.reopened": take_back_move,
    "comment.created": take_back_comment,
    "comment.edited": take_back_comment,
    "comment.deleted": take_back_comment,
    "comment.restored": take_back_comment,
    "request.created": take_back_request,
    "request.approved_by": take_back_request,
    "request.approved": take_back_request,
    "request.rejected": take_back_request,
    "request.cancelled": take_back_request,
    "request.reopened": take_back_request,
    "request.deleted": take_back_request,
    "request.restored": take_back_request,
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
    "registry.imported": lambda work, event: take_back_import(work, event, take_back),
    "registry.synced": lambda work, event: take_back_import(work, event, take_back),
}
