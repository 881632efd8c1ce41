"""Who is behind what was asked, approved or registered: whoever did it, and the one on whose behalf they did.

An administrator who acts as somebody else has their rights, and stays one person, who approves once, and neither what
they asked for nor what they registered, where a policy asks for approvals. Where none does, an approval allows nothing
that whoever gives it could not do themselves.
"""

from __future__ import annotations

from jupyter_modelreg.core.discussion.records import Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.history.projection import number_of
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.events import EventQuery


def askers(tx: Transaction, request: Request) -> set[str]:
    """Who has asked, under both names."""
    return {request.author} | _behind(tx, request.id, "request.created")


def registrants(tx: Transaction, version: Version) -> set[str]:
    """Who has registered a version, under both names."""
    return {version.created_by} | _behind(tx, version.id, "version.created")


def approvers_so_far(tx: Transaction, request: Request) -> set[str]:
    """Who has approved, where it takes several, under both names."""
    found = set(request.approvals)
    if not found:
        return found
    query = EventQuery(subject=(request.subject, request.subject_id), actions=("request.approved_by",))
    for event in whole(tx).events.recent(query):
        people = _people(event)
        if number_of(event) == request.id and not people.isdisjoint(request.approvals):
            found |= people
    return found


def _behind(tx: Transaction, number: int, action: str) -> set[str]:
    """The people of the event that made what has that number as its id."""
    made = whole(tx).events.list(after=number - 1, limit=1)
    return set().union(*(_people(each) for each in made if (each.seq, each.action) == (number, action)))


def _people(event: Event) -> set[str]:
    return {event.actor} if event.on_behalf_of is None else {event.actor, event.on_behalf_of}
