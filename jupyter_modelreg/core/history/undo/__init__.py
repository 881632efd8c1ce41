"""Taking back what was done: each event has one that undoes it, as long as nothing newer builds on it."""

from __future__ import annotations

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.history import Undone
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.moved import MOVED, check_not_moved
from jupyter_modelreg.core.history.sentences import told
from jupyter_modelreg.core.history.undo.inverses import take_back
from jupyter_modelreg.core.history.undo.units import last_of, named, undone_since, whole_change

__all__ = ["undo"]


def undo(context: Context, number: int | None, reason: str | None) -> Undone:
    """See `History.undo`."""
    with context.write(reason, even_moved=True) as work:
        unit = last_of(work) if number is None else named(work.tx, number)
        if unit in undone_since(work.tx, unit):
            raise InvalidState(f"event {unit} was taken back already", "history shows by which event; undo that one")
        work.undoes = unit
        done = whole_change(work.tx, unit)
        if not any(event.action == MOVED for event in done):
            check_not_moved(work.tx)
        number = work.next_id()
        for event in reversed(done):
            take_back(work, event)
        return Undone(events=[told(event) for event in done], unit=number)
