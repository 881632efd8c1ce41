"""One unit of work as it is kept until it enters the database: its events, and what the log does not hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.backend import Row
from jupyter_modelreg.storage.sql.changes import Changes

_OF_EVENT = frozenset(each.name for each in fields(Event))
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
        unit = cls(events, files, {_id(row_id): secret for row_id, secret in content.get("secrets", [])})
        if not unit._beside().can_wait():
            raise ValueError("the database might refuse that")
        return unit

    def _beside(self) -> Changes:
        """The rows of the events, and what is beside them."""
        changes = Changes()
        for event in self.events:
            changes.add(tables.events, vars(event))
        for row in self.files:
            changes.add(tables.version_files, row)
        for row_id, secret in self.secrets.items():
            changes.change(tables.webhooks, row_id, {"secret": secret})
        return changes


def _said(event: Event) -> Row:
    return {name: value for name, value in vars(event).items() if value is not None}


def _event(said: Mapping[str, Any]) -> Event:
    from jupyter_modelreg.core.history.projection import knows

    _check_known(said, _OF_EVENT)
    event = Event(**said)
    if not knows(event):
        raise LookupError(f"{event.action} of format {event.format}")
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


def _id(value: object) -> int:
    if type(value) is not int:
        raise ValueError("an id is a number")
    return value
