"""What a model has been through, from its events: where its aliases pointed, and when its versions came and went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.history import AliasSpan, Gone, Happening, Timeline, TimelineMark
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery

_ACTIONS = (
    "alias",
    "model.created",
    "model.renamed",
    "model.deleted",
    "model.restored",
    "model.purged",
    "version.created",
    "version.status",
    "version.deleted",
    "version.restored",
    "version.purged",
)
_GONE: dict[Happening, Gone | None] = {"deleted": "trash", "purged": "purged", "restored": None}


def timeline_of(
    tx: Transaction, reference: str, about: EventQuery, since: int | None, until: int | None, now: int
) -> Timeline:
    """The timeline of what `about` looks for, which is what `reference` names; see `History.timeline`."""
    if about.subject is None or about.subject[0] != "model":
        raise InvalidInput(
            f"{reference} is no model, and a timeline is of one", f"models {reference} lists those that it holds"
        )
    # An alias is known to have ended from what happened to its model, too.
    events = tx.events.recent(EventQuery(subject=about.subject, actions=_ACTIONS))
    told = _Telling()
    for event in reversed(events):
        told.hear(event)
    start, end = _period(events, since, until, now)
    spans = [span for span in told.all_spans() if _meant(span, about) and _overlaps(span, start, end)]
    pointed = None if about.alias is None else {span.version for span in spans}
    marks = [
        mark
        for mark in told.marks
        if start <= mark.time <= end
        and (mark.version is None or about.version in (None, mark.version))
        and (mark.version is None or pointed is None or mark.version in pointed)
    ]
    return Timeline(model=told.name, since=start, until=end, spans=spans, marks=marks)


def _period(events: Sequence[Event], since: int | None, until: int | None, now: int) -> tuple[int, int]:
    """From the first event to now, unless somebody says otherwise."""
    if since is not None and until is not None and since > until:
        raise InvalidInput("since is later than until", "exchange the two")
    first = min((event.time for event in events), default=now) if since is None else since
    last = max(now, first) if until is None else until
    return min(first, last), last


def _meant(span: AliasSpan, about: EventQuery) -> bool:
    return about.alias in (None, span.alias) and about.version in (None, span.version)


def _overlaps(span: AliasSpan, start: int, end: int) -> bool:
    return span.began_at <= end and (span.ended_at is None or span.ended_at >= start)


class _Telling:
    """What the events of one model, heard in order, tell."""

    def __init__(self) -> None:
        self.name = ""
        self.marks: list[TimelineMark] = []
        self._spans: list[AliasSpan] = []
        self._open: dict[str, int] = {}  # the places of the spans that go on, by alias
        self._gone: dict[int, Gone | None] = {}
        self._model_gone: Gone | None = None

    def hear(self, event: Event) -> None:
        """Take note of the next event."""
        self.name = event.name
        if event.action.startswith("alias."):
            self._alias(event)
            return
        what = _happening(event)
        if what is None:
            return
        self.marks.append(_mark(event, what))
        if event.version is not None:
            self._gone[event.version] = _GONE.get(what)
            return
        self._model_gone = _GONE.get(what)
        if what == "deleted":
            # The model keeps its aliases in the trash, where nothing can be loaded by them.
            for place in self._open.values():
                self._end(place, event.time)
        elif what == "restored":
            for alias, place in list(self._open.items()):
                self._begin(event, alias, self._spans[place].version)

    def all_spans(self) -> Iterator[AliasSpan]:
        """The spans, each with what has become of its version."""
        for span in self._spans:
            # What is purged goes before a model that is only in the trash.
            gone = self._gone.get(span.version) or self._model_gone
            yield replace(span, gone=gone) if gone else span

    def _alias(self, event: Event) -> None:
        before, after = event.before or {}, event.after or {}
        for alias in before.keys() | after.keys():
            version, place = after.get(alias), self._open.get(alias)
            if place is not None and self._spans[place].version == version:
                continue  # it was set to where it pointed
            if place is not None:
                self._end(place, event.time)
                del self._open[alias]
            if isinstance(version, int):
                self._begin(event, alias, version)

    def _begin(self, event: Event, alias: str, version: int) -> None:
        self._open[alias] = len(self._spans)
        self._spans.append(
            AliasSpan(
                alias=alias,
                version=version,
                began_at=event.time,
                actor=event.actor,
                reason=event.reason,
                event=event.seq,
            )
        )

    def _end(self, place: int, time: int) -> None:
        self._spans[place] = replace(self._spans[place], ended_at=time)


def _happening(event: Event) -> Happening | None:
    """What `event` means for a model or version; None for nothing that a timeline marks."""
    status = (event.after or {}).get("status", "READY")
    match event.action:
        case "version.created" | "version.status":
            endings: dict[object, Happening] = {"READY": "registered", "FAILED_REGISTRATION": "failed"}
            return endings.get(status)
        case "model.created":
            return "created"
        case "model.renamed":
            return "renamed"
    word = event.action.partition(".")[2]
    return next((each for each in _GONE if each == word), None)


def _mark(event: Event, what: Happening) -> TimelineMark:
    return TimelineMark(
        what=what,
        name=event.name,
        version=event.version,
        time=event.time,
        actor=event.actor,
        reason=event.reason,
        event=event.seq,
    )
