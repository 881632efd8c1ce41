"""The unit of work: one transaction, one actor, one moment, and the events of what it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypedDict

from jupyter_modelreg.core.entities.values import Event, JsonValue
from jupyter_modelreg.core.ports.store import Transaction

GENESIS = "0" * 64
# `json.dumps` would make an encoder for each line.
_to_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


class Stamp(TypedDict):
    """The author and the times of something new, as its fields are called; times in epoch milliseconds."""

    created_at: int
    created_by: str
    updated_at: int
    updated_by: str


@dataclass
class Work:
    """What a writing method of the registry holds while it works.

    Attributes:
        tx: the open transaction.
        actor: on whose behalf.
        now: epoch milliseconds, the same for everything in this unit.
        reason: why, in the actor's words.
    """

    tx: Transaction
    actor: str
    now: int
    reason: str | None = None
    _last: Event | None = field(default=None, init=False)

    def next_id(self) -> int:
        """The id for what is created next: the number of the event that will record its creation."""
        self._last = self._last or self.tx.events.last()
        return self._last.seq + 1 if self._last else 1

    @property
    def stamp(self) -> Stamp:
        """Who makes something new, and when."""
        return Stamp(created_at=self.now, created_by=self.actor, updated_at=self.now, updated_by=self.actor)

    @property
    def touch(self) -> dict[str, object]:
        """The columns that say who changed a row last, and when."""
        return {"updated_at": self.now, "updated_by": self.actor}

    def log(
        self,
        action: str,
        subject: str,
        subject_id: int,
        name: str,
        *,
        version: int | None = None,
        before: Mapping[str, JsonValue] | None = None,
        after: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Append one event, chained to the one before it."""
        seq = self.next_id()
        line = Event(
            seq=seq,
            time=self.now,
            actor=self.actor,
            action=action,
            subject=subject,
            subject_id=subject_id,
            name=name,
            version=version,
            before=before,
            after=after,
            reason=self.reason,
            hash="",
        )
        self._last = replace(line, hash=chain_hash(line, self._last.hash if self._last else GENESIS))
        self._keep(self._last)

    def _keep(self, event: Event) -> None:
        self.tx.events.append(event)


def chain_hash(event: Event, previous: str) -> str:
    """SHA-256 in hex over `previous` and every field of `event` but its own hash."""
    content = {key: _plain(value) for key, value in vars(event).items()}
    content["hash"] = previous
    return hashlib.sha256(_to_json(content).encode()).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, int, dict)):  # asking for a Mapping takes twenty times as long
        return value
    return dict(value) if isinstance(value, Mapping) else value
