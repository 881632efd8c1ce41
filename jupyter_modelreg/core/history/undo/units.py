"""Which unit of work is meant, which events it has, and which units were taken back already."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import InvalidState, NotFound
from jupyter_modelreg.core.history.projection import UNITS
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.core.unit_of_work import UnitOfWork

PAGE = 200  # events
_OF_MANY = ("registry.imported", "registry.synced")


def events_of_unit(tx: Transaction, unit: int) -> list[Event]:
    """The events of the unit of work that began with event number `unit`."""
    [first] = tx.events.list(after=unit - 1, limit=1)
    return tx.events.list(after=unit - 1, limit=first.remaining + 1)


def whole_change(tx: Transaction, unit: int) -> list[Event]:
    """The events of a unit, oldest first; of a registration that ended with it those of its beginning, too."""
    done = events_of_unit(tx, unit)
    begun: list[Event] = []
    for event in done:
        if event.action == "version.status":
            begun += events_of_unit(tx, _creation(tx, event).unit)
    return begun + done


def _creation(tx: Transaction, event: Event) -> Event:
    """The event that created the version that `event` is about."""
    query = EventQuery(subject=("model", event.subject_id), version=event.version, actions=("version.created",))
    return tx.events.recent(query, 1)[0]


def end_of(tx: Transaction, event: Event) -> int:
    """The unit of `event`; where that began a registration, the one that ended it."""
    for begun in events_of_unit(tx, event.unit):
        if _begins_registration(begun):
            query = EventQuery(subject=("model", begun.subject_id), version=begun.version, actions=("version.status",))
            ended = [each for each in tx.events.recent(query) if each.seq > begun.seq]
            return ended[-1].unit if ended else event.unit
    return event.unit


def _begins_registration(event: Event) -> bool:
    return event.action == "version.created" and (event.after or {}).get("status") == "PENDING_REGISTRATION"


def named(tx: Transaction, number: int) -> int:
    """The unit that event `number` belongs to, and that can be undone. Raises NotFound."""
    found = tx.events.list(after=number - 1, limit=1) if number > 0 else []
    if not found or found[0].seq != number:
        last = tx.events.recent(limit=1)  # that the actor may know of
        raise NotFound(
            f"no event {number}", f"the activity log ends at {last[0].seq}" if last else "nothing has happened"
        )
    return end_of(tx, found[0])


def last_of(work: UnitOfWork) -> int:
    """The unit of the actor's last change that is neither an undo nor undone. Raises InvalidState."""
    cancelled: set[int] = set()
    imported: list[tuple[int, int]] = []  # and taken back
    for event in _newest_first(work.tx, EventQuery()):
        if any(first <= event.seq <= last for first, last in imported):
            continue
        if event.unit in cancelled:
            imported += spans_of(event)
            continue
        if _begins_registration(event) and end_of(work.tx, event) in cancelled:
            cancelled.add(event.unit)  # with the model, and what else it made
        elif event.undoes is not None:
            cancelled.add(event.undoes)
        elif event.actor == work.actor and not _brought_nothing(event):
            return end_of(work.tx, event)
    raise InvalidState(f"there is nothing of {work.actor}'s to undo", "history shows what others did")


def undone_since(tx: Transaction, unit: int) -> set[int]:
    """The units from `unit` on that have been taken back, and not brought again."""
    cancelled: set[int] = set()
    for event in _newest_first(tx, EventQuery()):
        if event.seq < unit:
            break
        if event.unit not in cancelled and event.undoes is not None:
            cancelled.add(event.undoes)
    return cancelled


def spans_of(event: Event) -> list[tuple[int, int]]:
    """The first and the last number of the events in each row of those that were the import, or sync, that it ended."""
    told = (event.after or {}).get(UNITS) if event.action in _OF_MANY else None
    pairs = told if isinstance(told, list) else []
    return [(int(str(pair[0])), int(str(pair[1]))) for pair in pairs if isinstance(pair, list)]


def _brought_nothing(event: Event) -> bool:
    """Whether it only says up to where another registry is known."""
    return event.action == "registry.synced" and not spans_of(event)


def _newest_first(tx: Transaction, query: EventQuery) -> Iterator[Event]:
    start = FIRST
    while True:
        page = tx.events.recent(query, PAGE, start)
        yield from page
        if len(page) < PAGE:
            return
        start = Start({"seq": page[-1].seq})
