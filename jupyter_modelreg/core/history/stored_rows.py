"""The rows of an open transaction, for events to be applied to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.history.facts import Record
from jupyter_modelreg.core.history.projection import Change, Subject
from jupyter_modelreg.core.ports.store import Transaction

_ROWS = {
    Root: "root",
    Catalog: "catalogs",
    Schema: "schemas",
    Model: "models",
    Version: "versions",
    Webhook: "webhooks",
    Comment: "comments",
    Request: "requests",
}
# What is found by its id alone.
_NAMELESS = (Webhook, Comment, Request)


class StoredRows:
    """`projection.Rows` in the database."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def by_id(self, kind: type, row_id: int) -> Record | None:
        """The record of that kind with that id, the trash included."""
        found: Record | None = self._rows(kind).by_id(row_id)
        return found

    def insert(self, record: Record) -> None:
        """See `projection.Rows`."""
        self._rows(type(record)).insert(record)

    def update(self, record: Record, changes: Mapping[str, object]) -> None:
        """Change fields of a record; of a model `key` as well."""
        self._rows(type(record)).update(record.id, changes)

    def delete(self, record: Record) -> None:
        """Remove a record for good."""
        self._rows(type(record)).delete(record.id)

    def change(self, subject: Subject, change: Change) -> None:
        """See `projection.Rows`."""
        record = self._found(subject)
        self.update(record, change(record))

    def remove(self, subject: Subject) -> None:
        """See `projection.Rows`."""
        self.delete(self._found(subject))

    def stages(self, model_id: int) -> Mapping[str, int]:
        """See `projection.Rows`."""
        return self._tx.versions.stages(model_id)

    def touch_versions(self, model_id: int, time: int) -> None:
        """See `projection.Rows`."""
        self._tx.versions.touch(model_id, time)

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """See `projection.Rows`."""
        self._tx.retired_names.retire(row_id, name, highest)

    def _found(self, subject: Subject) -> Record:
        found: Record | None = None
        if subject.number is not None:
            found = self._tx.versions.numbered(subject.id, subject.number)
        else:
            rows = self._rows(subject.kind)
            # By its name where it has one, as rows are remembered by that.
            found = None if subject.kind in _NAMELESS else rows.get(subject.name)
            if found is None or found.id != subject.id:
                found = rows.by_id(subject.id)
        if found is None:
            raise subject.missing()
        return found

    def _rows(self, kind: type) -> Any:
        return getattr(self._tx, _ROWS[kind])
