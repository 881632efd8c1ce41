"""A registry that has moved to another place: it can be read, and nothing can be changed in it."""

from __future__ import annotations

from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.ports.store import Transaction, whole

MOVED = "registry.moved"
REOPENED = "registry.reopened"


def check_not_moved(tx: Transaction) -> None:
    """Raise InvalidState where the registry has moved away, with where it is now and how this one is opened again."""
    all_of_it = whole(tx)
    moved_to = all_of_it.root.get().moved_to
    if moved_to is None:
        return
    from jupyter_modelreg.core.query.events import EventQuery  # which is for those that have moved

    event = all_of_it.events.recent(EventQuery(actions=(MOVED,)), 1)[0]
    raise InvalidState(
        f"nothing can be changed here: this registry has moved to {moved_to}",
        f"connect to that one; modelreg undo {event.seq} opens this one again",
    )
