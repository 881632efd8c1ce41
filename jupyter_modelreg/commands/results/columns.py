"""What a result is made of: columns of a few kinds, and how sizes and times read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.times import implausible, moment, plausible

Row = Mapping[str, JsonValue]
Kind = Literal["text", "word", "name", "number", "aliases", "tags", "time", "size", "status", "stage", "code", "lines"]

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class Column:
    """One field of a row: where its value is, what it is called on screen, and what kind of thing it is.

    Kinds: `time` is epoch milliseconds, `size` bytes, `aliases` a list of names or a mapping of name to version,
    `tags` a mapping, `word` text that is never cut, `code` something to copy and paste, `lines` text that may be
    long. A value that is the `usual` one is not worth showing.
    """

    key: str
    title: str
    kind: Kind = "text"
    usual: str | None = None

    def of(self, row: Row) -> JsonValue:
        """What to show of `row`, or None."""
        value = row.get(self.key)
        return None if empty(value) or value == self.usual else value


def empty(value: JsonValue) -> bool:
    """Whether there is nothing to show."""
    return value is None or value == "" or value == [] or value == {}


def size_text(size: int) -> str:
    """`842 bytes`, `13.4 kB`, `1.2 GB` (powers of 1,000)."""
    amount, unit = float(size), 0
    while amount >= 999.95 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{size} {'byte' if size == 1 else 'bytes'}" if unit == 0 else f"{amount:.1f} {_UNITS[unit]}"


def ago(time: float, now: int) -> str:
    """How long ago `time` was, both in epoch milliseconds; the date when that is over a month.

    A time that cannot be one is shown as it is stored.
    """
    if not plausible(time):
        return implausible(time)
    past = now - time
    if past < -_MINUTE or past >= 30 * _DAY:
        return moment(time).date().isoformat()
    if past < _MINUTE:
        return "just now"
    if past < _HOUR:
        return f"{int(past // _MINUTE)} min ago"
    if past < _DAY:
        return f"{int(past // _HOUR)} h ago"
    return f"{int(past // _DAY)} days ago" if past >= 2 * _DAY else "1 day ago"


def exact(time: float) -> str:
    """`2026-11-21T10:53:04Z` of epoch milliseconds; one that cannot be a time as it is stored."""
    if not plausible(time):
        return implausible(time)
    return moment(time).isoformat(timespec="seconds").replace("+00:00", "Z")
