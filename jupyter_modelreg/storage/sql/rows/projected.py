"""What a unit of work that another process has kept does to the rows, before anybody has asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.history.facts import Record
from jupyter_modelreg.core.history.projection import Change, Subject, UnfitEvent, replayed
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.backend import Row
from jupyter_modelreg.storage.sql.changes import Changes, UnfitChange
from jupyter_modelreg.storage.sql.compiled import Values
from jupyter_modelreg.storage.sql.mapping import Repository
from jupyter_modelreg.storage.sql.rows.catalogs import CatalogRepository, RootRepository, SchemaRepository
from jupyter_modelreg.storage.sql.rows.discussion import CommentRepository, RequestRepository
from jupyter_modelreg.storage.sql.rows.models import ModelRepository
from jupyter_modelreg.storage.sql.rows.versions import VersionRepository, version_key
from jupyter_modelreg.storage.sql.rows.webhooks import WebhookRepository
from jupyter_modelreg.storage.sql.unit import LoggedUnit, event_row

_ROWS: Mapping[type, type[Repository[Any]]] = {
    Root: RootRepository,
    Catalog: CatalogRepository,
    Schema: SchemaRepository,
    Model: ModelRepository,
    Version: VersionRepository,
    Webhook: WebhookRepository,
    Comment: CommentRepository,
    Request: RequestRepository,
}


def project(unit: LoggedUnit, changes: Changes) -> None:
    """Add to `changes` what `unit` has changed. Raises UnfitChange."""
    rows = _Projected(changes)
    for event in unit.events:
        try:
            replayed(event, rows)
        except UnfitEvent as error:
            raise UnfitChange(str(error)) from error
        changes.add(tables.events, event_row(event))
    for file in unit.files:
        changes.add(tables.version_files, file)
    for row_id, secret in unit.secrets.items():
        changes.defer(tables.webhooks, row_id, _new_secret(secret))


class _Projected:
    """`projection.Rows` as changes of rows, of which nothing is known but what is new.

    What takes the database, because it concerns many rows or how one is looked up, is never kept elsewhere.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def insert(self, record: Record) -> None:
        """See `projection.Rows`."""
        rows = _ROWS[type(record)]
        self._changes.add(rows.table, rows.new_row(record))

    def change(self, subject: Subject, change: Change) -> None:
        """See `projection.Rows`; it is done when the row is known."""
        rows = _ROWS[subject.kind]

        def changed(row: Row | None) -> Values:
            if row is None:
                raise UnfitChange(str(subject.missing()))
            try:
                return rows.columns(change(rows.record(row)))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise UnfitChange(f"event {subject.event.seq} does not say what it has to: {error}") from error

        at = subject.id if subject.number is None else version_key(subject.id, subject.number)
        self._changes.defer(rows.table, at, changed)

    def remove(self, subject: Subject) -> None:
        """Never waits."""
        raise _not_waiting(subject.event)

    def stages(self, model_id: int) -> Mapping[str, int]:
        """Never waits."""
        raise UnfitEvent(f"which versions of model {model_id} are the newest does not follow from what is said")

    def touch_versions(self, model_id: int, time: int) -> None:
        """Never waits."""
        raise UnfitEvent(f"what changes all versions of model {model_id} does not wait")

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """Never waits."""
        raise UnfitEvent(f"what leaves the name {name} does not wait")


def _not_waiting(event: Event) -> UnfitEvent:
    return UnfitEvent(f"event {event.seq} ({event.action}) does not wait")


def _new_secret(secret: str | None) -> Any:
    def changed(row: Row | None) -> Values:
        if row is None:
            raise UnfitChange("the secret is of a webhook that is not there")
        return {"secret": secret}

    return changed
