"""What a way back has done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.entities.events import Event


@dataclass(frozen=True, kw_only=True)
class Undone:
    """A change that was taken back.

    Attributes:
        events: what it was, oldest first.
        unit: the number of the first event of what took it back; undoing that does it again.
    """

    events: Sequence[Event]
    unit: int


@dataclass(frozen=True, kw_only=True)
class AliasChange:
    """An alias that points at version `after` now, and pointed at `before`; None for at none."""

    model: str
    alias: str
    before: int | None
    after: int
