"""Where the bars and ticks of a timeline go: on a scale of any unit, so that nothing overlaps and all can be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jupyter_modelreg.commands.results.formats import in_order
from jupyter_modelreg.core.entities.history import AliasSpan, Timeline, TimelineMark


@dataclass
class Bar:
    """One span, or several that are too short to be drawn side by side; `start` and `end` are on the scale."""

    start: float
    end: float
    spans: list[AliasSpan] = field(default_factory=list)


@dataclass
class Mark:
    """What happened at one place of the scale."""

    at: float
    marks: list[TimelineMark] = field(default_factory=list)


@dataclass(frozen=True)
class Label:
    """What is written at a place, and whether it ends there instead of beginning."""

    text: str
    ends: bool


@dataclass(frozen=True)
class Scale:
    """From times to places: `since` is at 0, `until` at `length`; what lies outside is at the end that is nearer.

    Attributes:
        since, until: epoch milliseconds.
        length: how long the axis is, in whatever it is drawn with.
        whole: whether places are whole numbers, as the characters of a line are.
    """

    since: int
    until: int
    length: float
    whole: bool = False

    def place(self, time: int) -> float:
        """Where `time` is."""
        share = (time - self.since) / max(self.until - self.since, 1)
        at = min(max(share, 0.0), 1.0) * self.length
        return round(at) if self.whole else at


def lanes(timeline: Timeline) -> dict[str, list[AliasSpan]]:
    """The spans of each alias, aliases in the order in which they are listed elsewhere."""
    by_alias: dict[str, list[AliasSpan]] = {}
    for span in timeline.spans:
        by_alias.setdefault(span.alias, []).append(span)
    return {alias: by_alias[alias] for alias in in_order(by_alias)}


def bars(spans: Sequence[AliasSpan], scale: Scale, least: float) -> list[Bar]:
    """The bars of one alias, each at least `least` wide, one behind the other.

    A span that is shorter takes that much of the next one, and at the end of the scale of the one before; those that
    begin within it share its bar.
    """
    out: list[Bar] = []
    reached, last = 0.0, scale.length - least  # where a bar begins at the latest
    for span in spans:
        began = scale.place(span.began_at)
        ended = scale.length if span.ended_at is None else scale.place(span.ended_at)
        start, end = max(began, reached), ended
        if end - start < least:
            start = min(start, last)
            end = start + least
            if start < reached <= began and out[-1].end - out[-1].start >= 2 * least:
                out[-1].end = start
            elif start < reached or began < reached:
                out[-1].spans.append(span)
                out[-1].end = reached = max(reached, ended)
                continue
        out.append(Bar(start, end, [span]))
        reached = end
    return out


def places(marks: Sequence[TimelineMark], scale: Scale, least: float) -> list[Mark]:
    """The ticks of `marks`, at least `least` apart: what happened within that shares one."""
    out: list[Mark] = []
    for mark in marks:
        at = scale.place(mark.time)
        if out and at - out[-1].at < least:
            out[-1].marks.append(mark)
        else:
            out.append(Mark(at, [mark]))
    return out


def labelled(
    wanted: Sequence[tuple[float, str]], width: Callable[[str], float], length: float, gap: float
) -> list[Label]:
    """For each place its label, which begins there, or ends there at the end of the scale; "" where it has no room."""
    out, free = [], 0.0
    for at, text in wanted:
        room = width(text)
        ends = at + room > length
        if at - room * ends < free:
            out.append(Label("", ends))
            continue
        free = at + room * (not ends) + gap
        out.append(Label(text, ends))
    return out


_SIGNS = {"registered": "", "failed": "!", "deleted": "×", "restored": "+", "purged": "×"}


def mark_label(marks: Sequence[TimelineMark]) -> str:
    """What stands at a tick: `3` for a version that was registered, `×3` for one deleted, `3…7` for several."""
    first, last = marks[0], marks[-1]
    if first.version is None:
        return first.what
    sign = _SIGNS.get(first.what, "")
    if len(marks) == 1:
        return f"{sign}{first.version}"
    if {mark.what for mark in marks} == {first.what} and last.version is not None:
        return f"{sign}{first.version}…{last.version}"
    return f"{sign}{first.version}…"


def is_of_model(mark: TimelineMark) -> bool:
    """Whether a mark is worth a place beside those of versions: what has become of the model after it was created."""
    return mark.version is None and mark.what != "created"
