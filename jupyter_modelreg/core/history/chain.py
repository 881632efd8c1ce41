"""Walking the activity log from its first event on, and holding each event against the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.events import GENESIS, Event, chain_hash

# How many events are read at a time: others wait for so long, some tens of ms, and no longer.
_AT_ONCE = 2000


@dataclass(frozen=True)
class Link:
    """An event of the log, and whether it follows from the one before.

    Attributes:
        event: the event.
        before: the one before it; None for the first.
        expected: the number it should have.
        broken: `missing` when events were left out before it, `altered` when its hash is not that of what it says
            and of the event before; None when it is sound.
    """

    event: Event
    before: Event | None
    expected: int
    broken: Literal["missing", "altered"] | None


def walk_chain(context: Context) -> Iterator[Link]:
    """Every event, oldest first, read in pieces, each a transaction of its own."""
    before: Event | None = None
    for event in _events(context):
        expected = 1 if before is None else before.seq + 1
        broken: Literal["missing", "altered"] | None = None
        if event.seq != expected:
            broken = "missing"
        elif event.hash != chain_hash(event, GENESIS if before is None else before.hash):
            broken = "altered"
        yield Link(event, before, expected, broken)
        before = event


def _events(context: Context) -> Iterator[Event]:
    after = 0
    while True:
        with context.read() as tx:
            piece = tx.events.list(after=after, limit=_AT_ONCE)
        yield from piece
        if len(piece) < _AT_ONCE:
            return
        after = piece[-1].seq
