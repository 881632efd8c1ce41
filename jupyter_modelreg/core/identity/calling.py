"""Who asks a server, in the thread or task that answers: set by whoever lets them in, read by what answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from jupyter_modelreg.core.identity.records import Caller

_caller: ContextVar[Caller | None] = ContextVar("_caller", default=None)


def current_caller() -> Caller | None:
    """Who asks; None where this is no server that lets people in, or nobody asks."""
    return _caller.get()


@contextmanager
def called_by(caller: Caller) -> Iterator[None]:
    """Whatever is answered inside is asked by `caller`."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)
