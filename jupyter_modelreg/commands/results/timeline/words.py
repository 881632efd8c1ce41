"""What a timeline says in words: tooltips, and what is read aloud."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.commands.results.formats import counted, date_time
from jupyter_modelreg.commands.results.timeline.lanes import lanes
from jupyter_modelreg.core.entities.history import AliasSpan, Timeline, TimelineMark

# How many of several things that share a place are named.
_MOST = 8
# How many spans of one alias are read aloud; the table has all.
_MOST_ALOUD = 12
_GONE = {"trash": "which is in the trash", "purged": "which was purged"}


def period(since: int, until: int | None) -> str:
    """`2026-03-01 10:00 UTC … 2026-03-05 11:30 UTC`, or `since …`."""
    return f"since {date_time(since)}" if until is None else f"{date_time(since)} … {date_time(until)}"


def span_title(span: AliasSpan) -> str:
    """What the pointer finds on the bar of one span."""
    version = f"version {span.version}" + (f", {_GONE[span.gone]}" if span.gone else "")
    lines = [f"@{span.alias} → {version}", period(span.began_at, span.ended_at)]
    return "\n".join([*lines, _by(span.actor, span.reason)])


def bar_title(spans: Sequence[AliasSpan]) -> str:
    """What the pointer finds on a bar."""
    if len(spans) == 1:
        return span_title(spans[0])
    versions = " → ".join(str(span.version) for span in spans[:_MOST]) + (" → …" if len(spans) > _MOST else "")
    head = f"@{spans[0].alias}: {counted(len(spans), 'move')} in a short time"
    return "\n".join([head, versions, period(spans[0].began_at, spans[-1].ended_at)])


def mark_title(marks: Sequence[TimelineMark]) -> str:
    """What the pointer finds on a tick."""
    lines = [_mark_line(mark) for mark in marks[:_MOST]]
    return "\n".join([*lines, f"and {len(marks) - _MOST:,} more"] if len(marks) > _MOST else lines)


def described(timeline: Timeline) -> str:
    """The timeline as sentences, for whoever cannot see it."""
    said = []
    for alias, spans in lanes(timeline).items():
        told = [f"version {span.version} {period(span.began_at, span.ended_at)}" for span in spans[-_MOST_ALOUD:]]
        before = f"{counted(len(spans) - _MOST_ALOUD, 'earlier move')}; " if len(spans) > _MOST_ALOUD else ""
        said.append(f"@{alias}: {before}{'; '.join(told)}.")
    registered = sum(mark.what == "registered" for mark in timeline.marks)
    return " ".join([*said, f"{counted(registered, 'version')} registered in this time."])


def _mark_line(mark: TimelineMark) -> str:
    when = f"{date_time(mark.time)}, {_by(mark.actor, mark.reason)}"
    if mark.what == "renamed":
        return f"renamed to {mark.name}, {when}"
    return f"{mark.name if mark.version is None else f'version {mark.version}'} {mark.what}, {when}"


def _by(actor: str, reason: str | None) -> str:
    return f"by {actor}" if reason is None else f"by {actor}: {reason}"
