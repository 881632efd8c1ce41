"""Who is behind what was asked: whoever did it, and the one on whose behalf they did.

An administrator who acts as somebody else has their rights, and stays one person.
"""

from __future__ import annotations

from jupyter_modelreg.core.discussion.records import Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.ports.store import Transaction, whole


def askers(tx: Transaction, request: Request) -> set[str]:
    """Who has asked, under both names."""
    return {request.author} | _behind(tx, request.id, "request.created")


def _behind(tx: Transaction, number: int, action: str) -> set[str]:
    """The people of the event that made what has that number as its id."""
    made = whole(tx).events.list(after=number - 1, limit=1)
    return set().union(*(_people(each) for each in made if (each.seq, each.action) == (number, action)))


def _people(event: Event) -> set[str]:
    return {event.actor} if event.on_behalf_of is None else {event.actor, event.on_behalf_of}
