"""Who asks a server, in the thread or task that answers: set by whoever lets them in, read by what answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from jupyter_modelreg.core.identity.records import Caller

if TYPE_CHECKING:
    from jupyter_modelreg.core.registry import Registry

_caller: ContextVar[Caller | None] = ContextVar("_caller", default=None)


def current_caller() -> Caller | None:
    """Who asks; None where this is no server that lets people in, or nobody asks."""
    return _caller.get()


def of_caller(registry: Registry) -> Registry:
    """`registry` as whoever asks has it; somebody does, since nobody else is let through to what is asked here."""
    caller = current_caller()
    assert caller is not None, "nobody answers on behalf of the process where callers are let in"
    return registry.called_by(caller)


@contextmanager
def called_by(caller: Caller) -> Iterator[None]:
    """Whatever is answered inside is asked by `caller`."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)
