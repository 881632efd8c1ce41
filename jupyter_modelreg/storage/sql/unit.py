"""One unit of work as it is kept until it enters the database: its events, and what the log does not hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.backend import Row
from jupyter_modelreg.storage.sql.changes import fits

_OF_EVENT = frozenset(each.name for each in fields(Event))
_TOO_LARGE = 2**63
_PARTS = frozenset({"events", "files", "secrets"})
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=dict).encode


@dataclass(frozen=True)
class LoggedUnit:
    """A unit of work whose events say all that it did, but for what is beside the log.

    Attributes:
        events: in order, at least one.
        files: lines of manifests, as rows of `version_files`; the log has the hash of a manifest.
        secrets: new secrets of webhooks, encrypted, by the id of the webhook; the log never has them.
    """

    events: Sequence[Event]
    files: Sequence[Row] = ()
    secrets: Mapping[int, str | None] = field(default_factory=dict)

    def to_json(self) -> str:
        """As one line of text; what is no Unicode in it shows when that is encoded."""
        content: dict[str, object] = {"events": [_said(event) for event in self.events]}
        if self.files:
            content["files"] = self.files
        if self.secrets:
            content["secrets"] = list(self.secrets.items())
        return _encode(content)

    @classmethod
    def from_json(cls, text: str | bytes) -> LoggedUnit:
        """What `to_json` has written.

        Raises LookupError for what is not known here, and ValueError, TypeError, AttributeError, RecursionError for
        what no registry has written.
        """
        content = json.loads(text)
        _check_known(content, _PARTS)
        events = [_event(said) for said in content.get("events")]
        _check_whole(events)
        files = content.get("files", [])
        for row in files:
            _check_known(row, tables.version_files.c.keys())
            _check_fits(tables.version_files, row)
        return cls(events, files, dict(map(_secret, content.get("secrets", []))))


def event_row(event: Event) -> Row:
    """An event as a row of `events`."""
    row = {**vars(event), "created_at": None, "updated_at": None}
    told = event.after
    if told and ("created_at" in told or "updated_at" in told) and event.action.endswith(".created"):
        after = dict(told)
        for name in ("created_at", "updated_at"):
            value = after.get(name)
            if type(value) is int and abs(value) < _TOO_LARGE:
                row[name] = after.pop(name)
        row["after"] = after
    return row


def _said(event: Event) -> Row:
    return {name: value for name, value in vars(event).items() if value is not None}


def _event(said: Mapping[str, Any]) -> Event:
    from jupyter_modelreg.core.history.projection import knows

    _check_known(said, _OF_EVENT)
    event = Event(**said)
    if not knows(event):
        raise LookupError(f"{event.action} of format {event.format}")
    _check_fits(tables.events, event_row(event))
    return event


def _check_whole(events: Sequence[Event]) -> None:
    first = events[0].seq if events else 0
    for at, event in enumerate(events):
        if (event.seq, event.unit, event.remaining) != (first + at, first, len(events) - 1 - at):
            raise ValueError("not all of a unit of work is there")
    if not events:
        raise ValueError("a unit of work has events")


def _check_known(values: Mapping[str, Any], names: Any) -> None:
    for name in values.keys() - names:
        raise LookupError(name)


def _check_fits(table: sa.Table, row: Row) -> None:
    if not fits(table, row):
        raise ValueError("the database might refuse that")


def _secret(told: Sequence[object]) -> tuple[int, str | None]:
    row_id, secret = told
    if type(row_id) is not int or not isinstance(secret, str | None):
        raise ValueError("a webhook has a number, and a secret is text")
    return row_id, secret
