"""A time axis: which moments are named, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jupyter_modelreg.core.times import local_moment

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_STEPS = (
    *(_SECOND * each for each in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * each for each in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * each for each in (1, 2, 3, 6, 12)),
    *(_DAY * each for each in (1, 2, 7, 14)),
)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
# Weeks begin on Monday, and the first day of the epoch was a Thursday.
_FIRST_MONDAY = 4 * _DAY
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Tick:
    """A moment on the axis, in epoch milliseconds, and what it is called where this machine is."""

    time: int
    label: str


def ticks(since: int, until: int, most: int) -> list[Tick]:
    """Up to `most` moments from `since` to `until`, in epoch milliseconds: whole seconds, hours, days, months or years.

    A time of day has its date in front where that is another one than on the tick before. Where less than two such
    moments lie within, both ends are named.
    """
    for step in _STEPS:
        if (until - since) // step < most:
            return _named(list(_regular(since, until, step)), step) or _ends(since, until)
    for months in _MONTHS:
        found = list(_months(since, until, months))
        if len(found) <= most:
            form = "%Y" if months % 12 == 0 else "%Y-%m"
            return [Tick(time, format(local_moment(time), form)) for time in found]
    return _ends(since, until)


def _regular(since: int, until: int, step: int) -> Iterator[int]:
    """Moments `step` apart on the clock: where it is put back or forward, those before and after are not."""
    first = _FIRST_MONDAY if step % (7 * _DAY) == 0 else 0
    shown = _shown(since)
    shown, last = shown + (first - shown) % step, since - 1
    while (time := _meant(_EPOCH + timedelta(milliseconds=shown))) <= until:
        if time > last:
            yield time
        last, shown = max(time, last), shown + step


def _months(since: int, until: int, months: int) -> Iterator[int]:
    start = local_moment(since)
    number = start.year * 12 + start.month - 1
    number -= number % months
    while number // 12 <= 9999:
        time = _meant(datetime(number // 12, number % 12 + 1, 1))
        if time > until:
            return
        if time >= since:
            yield time
        number += months


def _shown(time: int) -> int:
    """What the clock shows at `time`, in milliseconds as if it showed UTC."""
    return (local_moment(time).replace(tzinfo=None) - _EPOCH) // timedelta(milliseconds=1)


def _meant(shown: datetime) -> int:
    """When the clock shows that, in epoch milliseconds."""
    return round(shown.timestamp() * 1000)


def _named(times: list[int], step: int) -> list[Tick]:
    """Nothing for less than two."""
    if len(times) < 2:
        return []
    if step >= _DAY:
        return [Tick(time, f"{local_moment(time):%Y-%m-%d}") for time in times]
    clock = "%H:%M" if step >= _MINUTE else "%H:%M:%S"
    out, day = [], None
    for time in times:
        at = local_moment(time)
        out.append(Tick(time, format(at, clock if at.date() == day else f"%Y-%m-%d {clock}")))
        day = at.date()
    return out


def _ends(since: int, until: int) -> list[Tick]:
    """Both ends, as exactly as it takes to tell them apart."""
    if until <= since:
        return [Tick(since, f"{local_moment(since):%Y-%m-%d %H:%M:%S}")]
    far = until - since >= timedelta(minutes=1).total_seconds() * 1000
    form = "%Y-%m-%d %H:%M" if far else "%Y-%m-%d %H:%M:%S"
    return [Tick(since, format(local_moment(since), form)), Tick(until, format(local_moment(until), form))]
