"""What each event does to the rows: the one place that says so, for writing, replaying and checking alike.

The tables are a projection of the log: applied to an empty registry, the events of the log give every row of it but
the manifests of files, which the log holds by their hash, and the secrets of webhooks and the passwords of users, which
it never holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import FORMAT, Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.history.facts import KINDS, R, Record, record_of, value_of
from jupyter_modelreg.core.rules.holders import FORCED

Changes = dict[str, object]
Change = Callable[[Any], Mapping[str, object]]
"""What becomes of a record: the new values of its fields, of a model `key` as well, see `ports.rows.ModelRows`."""


class UnfitEvent(ValueError):
    """An event that cannot be applied; says which, and why."""


class Subject(NamedTuple):
    """The record that an event changes.

    Attributes:
        kind: its class.
        id: its id; of a version that of its model.
        name: what it is called as long as it is not in the trash; a version is called as its model is.
        number: of a version.
        event: the event, which a sentence about what is missing names.
    """

    kind: type[Record]
    id: int
    name: str
    number: int | None
    event: Event

    def missing(self) -> UnfitEvent:
        """That there is no such record."""
        called = self.name if self.number is None else f"{self.name}/{self.number}"
        return UnfitEvent(f"event {self.event.seq} ({self.event.action}) is about {called}, which is not there")


class Rows(Protocol):
    """What events are applied to."""

    def insert(self, record: Record) -> None:
        """Add a record."""

    def change(self, subject: Subject, change: Change) -> None:
        """Change fields of a record as `change` says of what it is now. Raises UnfitEvent where it is not there."""

    def remove(self, subject: Subject) -> None:
        """Remove a record for good, of a version its manifest, too, and what was said of a version or a model.

        Raises UnfitEvent where it is not there.
        """

    def stages(self, model_id: int) -> Mapping[str, int]:
        """See `ports.rows.VersionRows.stages`."""

    def touch_versions(self, model_id: int, time: int) -> None:
        """See `ports.rows.VersionRows.touch`."""

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """See `ports.rows.RetiredNames.retire`."""


def apply(event: Event, rows: Rows) -> None:
    """Change `rows` as `event` says. Raises UnfitEvent."""
    change = _CHANGES.get(event.action)
    if change is None or event.format > FORMAT:
        raise UnfitEvent(f"event {event.seq} ({event.action}) is of a newer jupyter_modelreg")
    change(event, rows)


def knows(event: Event) -> bool:
    """Whether it is known here what such an event does."""
    return event.format <= FORMAT and event.action in _CHANGES


def replayed(event: Event, rows: Rows) -> None:
    """The same for an event that was read, and may say anything. Raises UnfitEvent."""
    try:
        apply(event, rows)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, UnfitEvent):
            raise
        raise UnfitEvent(f"event {event.seq} ({event.action}) does not say what it has to: {error}") from error


def _touch(event: Event) -> Changes:
    return {"updated_at": event.time, "updated_by": event.actor}


def _told(event: Event) -> Changes:
    """The new values of fields that an event tells."""
    return {name: value_of(name, told) for name, told in (event.after or {}).items() if name != FORCED}


def _subject(event: Event, kind: type[Record], name: str | None = None) -> Subject:
    number = event.version if kind is Version else None
    return Subject(kind, event.subject_id, event.name if name is None else name, number, event)


# --- catalogs, schemas, webhooks ------------------------------------------------------------------------------------


def _created(kind: type[R]) -> Callable[[Event, Rows], None]:
    return lambda event, rows: rows.insert(record_of(event, kind))


def _updated(kind: type[Record]) -> Callable[[Event, Rows], None]:
    def change(event: Event, rows: Rows) -> None:
        changes = {**_told(event), **_touch(event)}
        rows.change(_subject(event, kind), lambda _: changes)

    return change


def _removed(kind: type[Record]) -> Callable[[Event, Rows], None]:
    return lambda event, rows: rows.remove(_subject(event, kind))


def _webhook_updated(event: Event, rows: Rows) -> None:
    told = _told(event)
    told.pop(KEY_RENEWED, None)
    rows.change(_subject(event, Webhook), lambda _: {**told, **_touch(event)})


def _webhook_deleted(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Webhook), lambda _: {"deleted_at": event.time, **_touch(event)})


KEY_RENEWED = "secret_renewed"
"""What the log says of a webhook's new secret: that there is one."""


# --- models ---------------------------------------------------------------------------------------------------------


def _model_renamed(event: Event, rows: Rows) -> None:
    before = str((event.before or {})["name"])

    def change(model: Model) -> Changes:
        if event.name != before:
            _leave_name(event, rows, model)
        return {**_told(event), "key": event.name, "name": event.name, **_touch(event)}

    rows.change(_subject(event, Model, before), change)
    rows.touch_versions(event.subject_id, event.time)


def _model_deleted(event: Event, rows: Rows) -> None:
    def change(model: Model) -> Changes:
        _leave_name(event, rows, model)
        return {"key": None, "deleted_at": event.time, **_touch(event)}

    rows.change(_subject(event, Model), change)


def _model_restored(event: Event, rows: Rows) -> None:
    changes = {**_told(event), "key": event.name, "name": event.name, "deleted_at": None, **_touch(event)}
    rows.change(_subject(event, Model), lambda _: changes)


def _leave_name(event: Event, rows: Rows, model: Model) -> None:
    """Keep the numbers that were used under the name that a governed model leaves."""
    if model.governed and model.last_version:
        rows.retire(event.seq, model.name, model.last_version)


def _aliases(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Model), lambda model: {"aliases": _exchanged(model.aliases, event)})


def _tags(event: Event, rows: Rows) -> None:
    subject = _subject(event, Model if event.version is None else Version)
    rows.change(subject, lambda target: {"tags": _exchanged(target.tags, event)})


def _links(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Version), lambda version: {"links": _exchanged(version.links, event)})


def _deprecated(event: Event, rows: Rows) -> None:
    changes = _told(event)  # which is no change of the model or version itself, as a tag is none
    rows.change(_subject(event, Model if event.version is None else Version), lambda _: changes)


def _exchanged(there: Mapping[str, Any], event: Event) -> Mapping[str, Any]:
    """`there` without what the event takes away, and with what it adds; what keeps its key keeps its place."""
    after = event.after or {}
    gone = event.before.keys() - after.keys() if event.before else ()
    return {**({key: value for key, value in there.items() if key not in gone} if gone else there), **after}


# --- privileges -----------------------------------------------------------------------------------------------------

_SECURABLES: Mapping[str, type[Record]] = {"registry": Root, "catalog": Catalog, "schema": Schema, "model": Model}


def _granted(event: Event, rows: Rows) -> None:
    subject = _subject(event, _SECURABLES[event.subject])
    rows.change(subject, lambda securable: {"grants": _exchanged(securable.grants, event)})


def _securable_changed(event: Event, rows: Rows) -> None:
    changes = _told(event)
    rows.change(_subject(event, _SECURABLES[event.subject]), lambda _: changes)


def _grouped(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Root), lambda root: {"groups": _exchanged(root.groups, event)})


# --- comments -------------------------------------------------------------------------------------------------------


def number_of(event: Event) -> int:
    """The id of the comment, or of the request, that an event is about."""
    if event.action in ("comment.created", "request.created"):
        return event.seq
    return int(str((event.after or event.before or {})["id"]))


def _commented(event: Event, rows: Rows) -> None:
    told: Mapping[str, Any] = event.after or {}
    comment = Comment(
        id=event.seq,
        model_id=event.subject_id,
        version=event.version,
        author=event.on_behalf_of or event.actor,
        text=told["text"],
        mentions=told.get("mentions", []),
        created_at=event.time,
        updated_at=event.time,
    )
    rows.insert(comment)


def _comment_edited(event: Event, rows: Rows) -> None:
    told: Mapping[str, Any] = event.after or {}
    _change_said(Comment, event, rows, {"text": told["text"], "mentions": told["mentions"], "updated_at": event.time})


def _policed(event: Event, rows: Rows) -> None:
    subject = _subject(event, _SECURABLES[event.subject])
    if subject.kind is Root:
        rows.change(subject, lambda root: {"policies": _exchanged(root.policies, event), "policed": True})
        return
    rows.change(subject, lambda securable: {"policies": _exchanged(securable.policies, event)})
    rows.change(Subject(Root, 0, "registry", None, event), lambda _: {"policed": True})


def _tag_governed(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Root), lambda root: {"tag_policies": _exchanged(root.tag_policies, event)})


def _search_saved(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Root), lambda root: {"searches": _exchanged(root.searches, event)})


def _user_changed(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Root), lambda root: {"users": _exchanged(root.users, event)})


# --- requests -------------------------------------------------------------------------------------------------------

_WISHES = ("alias", "stage", "privileges", "expires_at")


def _requested(event: Event, rows: Rows) -> None:
    told: Mapping[str, Any] = event.after or {}
    request = Request(
        id=event.seq,
        kind=told["kind"],
        subject=event.subject,
        subject_id=event.subject_id,
        target=event.name,
        version=event.version,
        author=event.on_behalf_of or event.actor,
        reason=event.reason,
        seen=told["seen"],
        created_at=event.time,
        **{name: told[name] for name in _WISHES if name in told},
    )
    rows.insert(request)


def _request_approved_by(event: Event, rows: Rows) -> None:
    told: Mapping[str, Any] = event.after or {}
    _change_said(Request, event, rows, {"approvals": told["approvals"]})


def _request_decided(event: Event, rows: Rows) -> None:
    """What is decided anew, because that it was undone was undone, says who had decided it, when and why."""
    told: Mapping[str, Any] = event.after or {}
    decided = {
        "state": told["state"],
        "decided_by": told.get("decided_by", event.on_behalf_of or event.actor),
        "decided_at": told.get("decided_at", event.time),
        "decision_reason": told.get("decision_reason", None if "decided_by" in told else event.reason),
    }
    _change_said(Request, event, rows, decided | ({"approvals": told["approvals"]} if "approvals" in told else {}))


def _request_reopened(event: Event, rows: Rows) -> None:
    told: Mapping[str, Any] = event.after or {}
    undecided: Changes = {"state": "open", "decided_by": None, "decided_at": None, "decision_reason": None}
    _change_said(Request, event, rows, undecided | ({"approvals": told["approvals"]} if "approvals" in told else {}))


# --- what comments and requests have in common ----------------------------------------------------------------------


def _change_said(kind: type[Record], event: Event, rows: Rows, changes: Changes) -> None:
    number = number_of(event)
    rows.change(Subject(kind, number, f"{KINDS[kind]} {number}", None, event), lambda _: changes)


def _said_deleted(kind: type[Record]) -> Callable[[Event, Rows], None]:
    return lambda event, rows: _change_said(kind, event, rows, {"deleted_at": event.time})


def _said_restored(kind: type[Record]) -> Callable[[Event, Rows], None]:
    return lambda event, rows: _change_said(kind, event, rows, {"deleted_at": None})


# --- versions -------------------------------------------------------------------------------------------------------

CAME_WITH_MODEL = "came_with_model"
"""What the log says of a version that was imported together with its model, which keeps the time of its last change."""
IMPORTED_FROM = "imported_from"
"""Where the log says that something imported came from."""
UNITS = "units"
"""Which events an import, or sync, was, as the log says at its end: pairs of the first and the last in a row."""
MANIFEST = "manifest"
"""What the log says of the files of a version: the hash of their manifest."""
_NOTED = (MANIFEST,)


def _version_created(event: Event, rows: Rows) -> None:
    version = record_of(event, Version)

    def change(model: Model) -> Changes:
        changes: Changes = {} if (event.after or {}).get(CAME_WITH_MODEL) else _touch(event)
        if version.version > model.last_version:
            newest = {"last_version": version.version, "latest": {**model.latest, version.stage: version.version}}
            return changes | newest
        return changes | {"latest": rows.stages(model.id)}

    rows.insert(version)
    rows.change(_subject(event, Model), change)


def _version_updated(event: Event, rows: Rows) -> None:
    rows.change(_subject(event, Version), lambda _: {**_told(event), **_touch(event)})


def _version_status(event: Event, rows: Rows) -> None:
    changes = {name: value for name, value in _told(event).items() if name not in _NOTED}
    rows.change(_subject(event, Version), lambda _: changes)


def _version_staged(event: Event, rows: Rows) -> None:
    _version_updated(event, rows)
    rows.change(_subject(event, Model), lambda model: {"latest": rows.stages(model.id), **_touch(event)})


def _version_deleted(event: Event, rows: Rows) -> None:
    def change(model: Model) -> Changes:
        # Where there is one stage only, the newest version alone says what is the newest.
        same = len(model.latest) == 1 and event.version not in model.latest.values()
        return {**({} if same else {"latest": rows.stages(model.id)}), **_touch(event)}

    rows.change(_subject(event, Version), lambda _: {"deleted_at": event.time, **_touch(event)})
    rows.change(_subject(event, Model), change)


def _version_restored(event: Event, rows: Rows) -> None:
    stage = (event.after or {}).get("stage")  # which events of format 1 do not tell

    def change(model: Model) -> Changes:
        # Among several stages the order is that of their first versions, which the versions alone tell.
        if not isinstance(stage, str) or model.latest.keys() - {stage}:
            return {"latest": rows.stages(model.id), **_touch(event)}
        return {"latest": {stage: max(event.version or 0, model.latest.get(stage, 0))}, **_touch(event)}

    rows.change(_subject(event, Version), lambda _: {"deleted_at": None, **_touch(event)})
    rows.change(_subject(event, Model), change)


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
    "grant.changed": _granted,
    "owner.changed": _securable_changed,
    "group.changed": _grouped,
    "comment.created": _commented,
    "comment.edited": _comment_edited,
    "comment.deleted": _said_deleted(Comment),
    "comment.restored": _said_restored(Comment),
    "tag_policy.changed": _tag_governed,
    "search.saved": _search_saved,
    "user.created": _user_changed,
    "user.password_set": _user_changed,
    "user.deleted": _user_changed,
    "token.created": _user_changed,
    "token.revoked": _user_changed,
    "request.created": _requested,
    "request.approved_by": _request_approved_by,
    "request.approved": _request_decided,
    "request.rejected": _request_decided,
    "request.cancelled": _request_decided,
    "request.reopened": _request_reopened,
    "request.deleted": _said_deleted(Request),
    "request.restored": _said_restored(Request),
    "policy.changed": _policed,
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
    "model.deprecated": _deprecated,
    "model.undeprecated": _deprecated,
    "version.deprecated": _deprecated,
    "version.undeprecated": _deprecated,
    "link.set": _links,
    "link.deleted": _links,
    "version.created": _version_created,
    "version.updated": _version_updated,
    "version.status": _version_status,
    "version.stage": _version_staged,
    "version.deleted": _version_deleted,
    "version.restored": _version_restored,
    "version.purged": _removed(Version),
    "registry.imported": _nothing,
    "registry.synced": _nothing,
    "registry.repaired": _nothing,
    "registry.restored": _nothing,
    "registry.arrived": _nothing,
    "registry.moved": _securable_changed,
    "registry.reopened": _securable_changed,
}
