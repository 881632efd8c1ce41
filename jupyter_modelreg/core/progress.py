"""How far a long operation has come, told to whoever listens.

The listener is held in a context variable: it belongs to the call that set it, and to no other thread. Threads that
work for a call do not inherit it, so `listener()` is asked once, where the work begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

BYTES = "bytes"


@dataclass(frozen=True)
class Progress:
    """`done` of `total` of `unit`, which is bytes or what is counted, of what is being done, in words for a person."""

    what: str
    done: int
    total: int
    unit: str = BYTES


class Cancelled(Exception):
    """Raised by a listener: whoever has asked wants the work to stop where it is.

    No RegistryError, so that nothing takes it for something about one thing of many, and goes on with the next.
    """


# It may raise Cancelled.
Listener = Callable[[Progress], None]

_listener: ContextVar[Listener | None] = ContextVar("modelreg_progress", default=None)


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    """Let `listener` hear of what is done inside; it is called from any thread, one call at a time."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def listener() -> Listener | None:
    """Who listens to the call that runs here, if anybody does."""
    return _listener.get()
