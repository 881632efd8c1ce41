"""The timeline in characters: a lane an alias, over a time axis."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.commands.results.formats import date_time
from jupyter_modelreg.commands.results.text import clean, cut, width_of
from jupyter_modelreg.commands.results.timeline.axis import ticks
from jupyter_modelreg.commands.results.timeline.lanes import Scale, bars, labelled, lanes
from jupyter_modelreg.core.entities.history import AliasSpan, Timeline

# What an alias takes of a line at most, and what a date on the axis takes.
_MOST_OF_LINE = 0.3
_TICK_ROOM = 19


def lanes_text(timeline: Timeline, width: int) -> str:
    """The lanes, `width` columns wide.

    A bar begins with `│` and the number of its version, as far as there is room for it; `┊` stands for several that are
    too short for one each, and `→` says that it still points there.
    """
    shown = lanes(timeline)
    names = {alias: cut(clean(f"@{alias}"), int(width * _MOST_OF_LINE)) for alias in shown}
    left = max(map(width_of, names.values()), default=0) + 2
    scale = Scale(timeline.since, timeline.until, max(width - left, 10), whole=True)
    lines = [clean(f"{timeline.model}  {date_time(timeline.since)} … {date_time(timeline.until)}"), ""]
    for alias, spans in shown.items():
        name = names[alias]
        lines.append(f"{name}{'':{left - width_of(name)}}{_lane(spans, scale)}".rstrip())
    return "\n".join([*lines, *(f"{'':{left}}{line}" for line in _axis(scale))])


def _lane(spans: Sequence[AliasSpan], scale: Scale) -> str:
    drawn = [" "] * int(scale.length)
    for bar in bars(spans, scale, 1):
        start, end = int(bar.start), int(bar.end)
        several, last = len(bar.spans) > 1, bar.spans[-1]
        label = "" if several else str(last.version)
        room = end - start - 1
        text = f"{'┊' if several else '│'}{label if len(label) <= room else ''}".ljust(end - start, "─")
        if last.ended_at is None and end - start > len(label) + 1:
            text = f"{text[:-1]}→"
        drawn[start:end] = text
    return "".join(drawn)


def _axis(scale: Scale) -> list[str]:
    """A rule with a mark at each date, and the dates."""
    length = int(scale.length)
    rule, dates = ["─"] * length, [" "] * length
    named = ticks(scale.since, scale.until, max(length // _TICK_ROOM, 2))
    wanted = [(min(scale.place(tick.time), length - 1), tick.label) for tick in named]
    for (place, _), label in zip(wanted, labelled(wanted, width_of, length, 2), strict=True):
        at = int(place)
        rule[at] = "┴"
        begin = at - len(label.text) + 1 if label.ends else at
        dates[begin : begin + len(label.text)] = label.text
    return ["".join(rule), "".join(dates).rstrip()]
