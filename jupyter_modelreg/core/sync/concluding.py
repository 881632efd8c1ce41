"""What a registry knows of another one before a sync, and what its log says after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.context import Context, without_way_back
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.references import parse_reference
from jupyter_modelreg.core.sync.marks import SYNCED, Mark, marks_of, registry_id
from jupyter_modelreg.core.sync.records import Known

# With more models than that to be looked at again, all are.
_MOST_AGAIN = 500
_COUNTS = ("models", "prompts", "versions", "changes")


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What is to be noted of a sync when all has been offered.

    Attributes:
        registry, called: the sender.
        position: up to which of its events everything was offered.
        began: the number of the receiver's newest event when it began.
        references: what was asked for; None for everything.
        units: the last event of each thing that was done here, by the number of the first one, as text.
        differing: see `Received`.
        counts: how many `models`, `prompts`, `versions` and `changes` came.
    """

    registry: str
    called: str
    position: int
    began: int
    references: Sequence[str] | None = None
    units: Mapping[str, int] = field(default_factory=dict)
    differing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


def known(context: Context, sender: str, references: Sequence[str] | None) -> Known:
    """What the log here says of syncs from `sender`."""
    with context.reading() as (tx, access):
        marks = marks_of(tx, sender, None if access is None else access.actor)
        scope = whole_names(references)
        since, again = (0, ()) if scope == [] else marks.since(scope)
        if len(again) > _MOST_AGAIN:
            since, again = 0, ()
        last = whole(tx).events.last()
        return Known(registry=registry_id(tx), since=since, again=again, began=last.seq if last else 0)


def conclude(context: Context, conclusion: Conclusion, reason: str | None) -> None:
    """Log a sync, which is what can be undone, and what the next one goes by. Raises InvalidInput.

    Of whoever may not do everything, only what has brought something is kept.
    """
    scope = whole_names(conclusion.references)
    with nullcontext() if conclusion.units else without_way_back(), context.write(reason) as work:
        if not conclusion.units and work.access is not None:
            return
        actors = (work.actor, work.on_behalf_of)
        units = _read(conclusion.units)
        _check_own(whole(work.tx), units, actors)
        marks = marks_of(work.tx, conclusion.registry, None if work.access is None else work.access.actor)
        mark = Mark(
            seq=0,
            position=conclusion.position,
            began=conclusion.began,
            scope=scope,
            units=_joined(units),
            differing={},
        )
        now = {name: labels for name, labels in conclusion.differing.items() if labels}
        mark = replace(mark, differing={**marks.kept(conclusion.differing, mark), **now})
        counts: dict[str, JsonValue] = {
            name: count for name, count in conclusion.counts.items() if name in _COUNTS and count
        }
        work.go_on()
        work.log(SYNCED, None, after={**mark.told(conclusion.registry, conclusion.called), **counts})


def whole_names(references: Sequence[str] | None) -> list[str] | None:
    """Those of `references` that name models, schemas and catalogs as a whole. Raises InvalidInput."""
    if references is None:
        return None
    parsed = map(parse_reference, references)
    return [each.model for each in parsed if each.whole_model]


def _read(units: Mapping[str, int]) -> list[tuple[int, int]]:
    """The first and the last event of each. Raises InvalidInput."""
    for first in units:
        if not (first.isascii() and first.isdecimal() and len(first) < 19):
            raise InvalidInput(f"{first[:20]!r} is the number of no event", "send what sync.receive has answered")
    return [(int(first), last) for first, last in units.items()]


def _check_own(tx: Transaction, units: Sequence[tuple[int, int]], actors: Sequence[str | None]) -> None:
    """Raise InvalidInput for units of somebody else: what is undone with a sync must have been part of it."""
    for first, last in units:
        events = tx.events.list(after=first - 1, limit=max(0, last - first + 1)) if 0 < first <= last else []
        if not events or any(event.actor not in actors for event in events):
            raise InvalidInput(f"events {first} to {last} are not of this sync", "send what sync.receive has answered")


def _joined(units: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """One pair for those that come one after the other."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(units):
        if found and found[-1][1] + 1 == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
