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
        cut: whether the log ends with it although more of its unit of work should follow.
        broken: `missing` when events were left out before it, `altered` when its hash is not that of what it says
            and of the event before, or of those of its unit that have none; None when it is sound.
        since: the first event that its hash covers and no hash before does: itself, or an earlier one of its unit.
        respelled: whether what it says is stored in another spelling than it was written in.
    """

    event: Event
    before: Event | None
    expected: int
    cut: bool
    broken: Literal["missing", "altered"] | None
    since: int
    respelled: bool


def walk_chain(context: Context) -> Iterator[Link]:
    """Every event, oldest first, read in pieces, each a transaction of its own."""
    before: Event | None = None
    previous: str | None = GENESIS  # the hash of the event before; None where it is not known since events are missing
    since = 1
    events = _events(context)
    coming = next(events, None)
    while coming is not None:
        (event, respelled), coming = coming, next(events, None)
        expected = 1 if before is None else before.seq + 1
        broken: Literal["missing", "altered"] | None = None
        if event.seq != expected:
            broken, previous, since = "missing", None, event.seq
        hashed = None if previous is None else chain_hash(event, previous)
        if hashed is not None and event.hash != hashed and (event.hash or not event.remaining):
            broken = "altered"
        yield Link(event, before, expected, coming is None and event.remaining > 0, broken, since, respelled)
        before, previous = event, event.hash or hashed
        since = event.seq + 1 if event.hash else since


def _events(context: Context) -> Iterator[tuple[Event, bool]]:
    after = 0
    while True:
        with context.read() as tx:
            piece = tx.integrity.log(after, _AT_ONCE)
        yield from piece
        if len(piece) < _AT_ONCE:
            return
        after = piece[-1][0].seq
