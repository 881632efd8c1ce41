"""Taking back an import: what came goes to the trash, its models as they are, its versions of other models alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.undo.units import spans_of, undone_since
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.unit_of_work import UnitOfWork

_AT_ONCE = 2000  # events


def take_back_import(work: UnitOfWork, event: Event, take_back: Callable[[UnitOfWork, Event], None]) -> None:
    """Take back what the import that ended with `event` did; `take_back` does so with what was no model of its own.

    What is in the trash by now, or gone, is left there. Raises InvalidState where something newer builds on it.
    """
    spans = spans_of(event)
    if not spans:
        raise InvalidState(
            f"event {event.seq} has brought nothing, so there is nothing to undo", "history shows what else happened"
        )
    done, newer = _done_and_newer(work.tx, spans, undone_since(work.tx, spans[0][0]))
    fresh = {each.subject_id: each.name for each in done if each.action == "model.created"}
    for model in _there(work.tx, fresh):
        other = newer.get(model.id)
        if other is not None:
            raise InvalidState(
                f"event {event.seq} (the import) cannot be undone: {model.name} has changed since",
                f"event {other.seq} ({other.action}, by {other.actor}) came after it: undo {other.seq} first",
            )
        work.authorise("history.undo", model)
        work.log("model.deleted", model)
    for each in reversed(done):
        if each.subject != "model" or each.subject_id not in fresh:
            take_back(work, each)


def _done_and_newer(
    tx: Transaction, spans: list[tuple[int, int]], undone: set[int]
) -> tuple[list[Event], dict[int, Event]]:
    """The events of the import that still count, oldest first, and by model the newest of others that does."""
    done: list[Event] = []
    newer: dict[int, Event] = {}
    for event in _from(tx, spans[0][0]):
        if event.unit in undone or event.undoes is not None:
            continue
        if any(first <= event.seq <= last for first, last in spans):
            done.append(event)
        elif event.subject == "model":
            newer[event.subject_id] = event
    return done, newer


def _from(tx: Transaction, first: int) -> Iterator[Event]:
    after = first - 1
    while piece := tx.events.list(after=after, limit=_AT_ONCE):
        yield from piece
        after = piece[-1].seq


def _there(tx: Transaction, models: dict[int, str]) -> list[Model]:
    """Those of `models`, names by id, that are not in the trash; others may have their names by now."""
    found = {model.id: model for model in whole(tx).bulk.models(list(models.values())).values() if model.id in models}
    for model_id in models.keys() - found.keys():
        model = tx.models.by_id(model_id)
        if model is not None and model.deleted_at is None:
            found[model_id] = model
    return [found[each] for each in sorted(found)]
