"""What a registry's log says of syncs with another one: up to where it knows that, and what differed then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.history.projection import IMPORTED_FROM, UNITS
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.events import EventQuery

SYNCED = "registry.synced"
OPEN = "?"
"""Begins the label of an item, or of a whole model, that the receiver has not decided about."""


def registry_id(tx: Transaction) -> str:
    """What tells a registry from all others, whatever it is called: the hash of its first unit of work; "" before that.

    A copy of a registry's file has it, too. Both know of the other no more than of a stranger.
    """
    first = whole(tx).events.list(limit=1)
    if not first:
        return ""
    return first[0].hash or whole(tx).events.list(after=first[0].remaining, limit=1)[0].hash


@dataclass(frozen=True)
class Mark:
    """One sync that was brought to its end.

    Attributes:
        seq: the event that says so.
        position: up to which of the sender's events everything was seen.
        began: the number of the receiver's newest event when it began.
        scope: what was asked for, names of models, schemas and catalogs; None for everything.
        units: the first and the last event of what was done by it.
        differing: see `Received.differing`.
    """

    seq: int
    position: int
    began: int
    scope: Sequence[str] | None
    units: Sequence[tuple[int, int]]
    differing: Mapping[str, Sequence[str]]

    def covers(self, name: str) -> bool:
        """Whether a model, schema or catalog was within what was asked for."""
        return self.scope is None or any(name == each or name.startswith(f"{each}.") for each in self.scope)

    def told(self, registry: str, called: str) -> dict[str, JsonValue]:
        """What the log says of it."""
        return {
            "registry": registry,
            IMPORTED_FROM: called,
            "position": self.position,
            "began": self.began,
            UNITS: [[first, last] for first, last in self.units],
            **({} if self.scope is None else {"scope": [*self.scope]}),
            **({"differing": {name: [*labels] for name, labels in self.differing.items()}} if self.differing else {}),
        }

    @classmethod
    def of(cls, event: Event) -> Mark:
        """What an event has told."""
        told: Mapping[str, Any] = event.after or {}
        return cls(
            seq=event.seq,
            position=told["position"],
            began=told["began"],
            scope=told.get("scope"),
            units=[(first, last) for first, last in told[UNITS]],
            differing=told.get("differing", {}),
        )


class Marks:
    """The syncs from one other registry, newest first."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks

    def newest(self, name: str) -> Mark | None:
        """The newest one that covers a model, schema or catalog."""
        return next((mark for mark in self._marks if mark.covers(name)), None)

    def seen(self, model: str, label: str) -> int:
        """Up to which event of the other registry it is known here what an item is there; see `Item.label`."""
        mark = self.newest(model)
        if mark is None or {OPEN, f"{OPEN}{label}"} & set(mark.differing.get(model, ())):
            return 0
        return mark.position

    def agreed(self, model: str, label: str, at: int) -> bool:
        """Whether the other registry is known to have had what event `at` has made of an item here."""
        mark = self.newest(model)
        if mark is None or {OPEN, label, f"{OPEN}{label}"} & set(mark.differing.get(model, ())):
            return False
        return at <= mark.began or any(first <= at <= last for first, last in mark.units)

    def since(self, scope: Sequence[str] | None) -> tuple[int, Sequence[str]]:
        """Up to which event all in `scope` is known, and the models that were left undecided; 0 for what is not."""
        marks = [next((mark for mark in self._marks if mark.scope is None), None)] if scope is None else []
        marks += [self.newest(each) for each in scope or ()]
        if not marks or None in marks:
            return 0, ()
        found = [mark for mark in marks if mark is not None]
        undecided = {name for mark in found for name, labels in mark.differing.items() if _undecided(labels)}
        return min(mark.position for mark in found), sorted(undecided)

    def kept(self, compared: Iterable[str], mark: Mark) -> Mapping[str, Sequence[str]]:
        """What differs by what earlier syncs say, in models that `mark` covers, and that were not `compared` again."""
        again = set(compared)
        found: dict[str, Sequence[str]] = {}
        for name in dict.fromkeys(name for each in self._marks for name in each.differing):
            newest = self.newest(name)
            if name not in again and mark.covers(name) and newest is not None and name in newest.differing:
                found[name] = newest.differing[name]
        return found


def marks_of(tx: Transaction, registry: str, principal: str | None) -> Marks:
    """The syncs from `registry` that count for `principal`; None for whoever may do everything here.

    What somebody says they have seen of another registry is their own affair: it must not hide that from others.
    """
    if not registry or registry == registry_id(tx):
        return Marks(())
    events = whole(tx).events.recent(EventQuery(actions=(SYNCED,)))
    mine = [event for event in events if principal is None or principal in (event.actor, event.on_behalf_of)]
    return Marks([Mark.of(event) for event in mine if (event.after or {}).get("registry") == registry])


def _undecided(labels: Sequence[str]) -> bool:
    return any(label.startswith(OPEN) for label in labels)
