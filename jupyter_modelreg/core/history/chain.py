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
            and of the event before; None when it is sound.
    """

    event: Event
    before: Event | None
    expected: int
    cut: bool
    broken: Literal["missing", "altered"] | None


def walk_chain(context: Context) -> Iterator[Link]:
    """Every event, oldest first, read in pieces, each a transaction of its own."""
    before: Event | None = None
    events = _events(context)
    coming = next(events, None)
    while coming is not None:
        event, coming = coming, next(events, None)
        expected = 1 if before is None else before.seq + 1
        broken: Literal["missing", "altered"] | None = None
        if event.seq != expected:
            broken = "missing"
        elif event.hash != chain_hash(event, GENESIS if before is None else before.hash):
            broken = "altered"
        yield Link(event, before, expected, coming is None and event.remaining > 0, broken)
        before = event


def respelled(context: Context) -> Iterator[int]:
    """The numbers of events that are stored in another spelling than they were written in, oldest first."""
    with context.read() as tx:
        last = tx.events.last()
    for after in range(0, last.seq if last else 0, _AT_ONCE):
        with context.read() as tx:
            yield from tx.integrity.respelled(after, _AT_ONCE)


def _events(context: Context) -> Iterator[Event]:
    after = 0
    while True:
        with context.read() as tx:
            piece = tx.events.list(after=after, limit=_AT_ONCE)
        yield from piece
        if len(piece) < _AT_ONCE:
            return
        after = piece[-1].seq
