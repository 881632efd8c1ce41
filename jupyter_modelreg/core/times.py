"""Points in time: stored as UTC epoch milliseconds, shown and typed in the zone of this machine."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TypeGuard

from jupyter_modelreg.core.errors import InvalidInput

# The last moment of the year 9999. Times in microseconds lie behind it.
LATEST = 253_402_300_799_999


def plausible(time: object) -> TypeGuard[int | float]:
    """Whether `time` can be a point in time: a number of milliseconds from 1970 to the year 9999."""
    return isinstance(time, int | float) and not isinstance(time, bool) and 0 <= time <= LATEST


def implausible(time: object) -> str:
    """How a time that cannot be one is shown: as it is stored, and marked."""
    return f"{time} (implausible)"


def moment(time: float) -> datetime:
    """The UTC moment of epoch milliseconds that are `plausible`."""
    return datetime.fromtimestamp(time / 1000, UTC)


def local_moment(time: float) -> datetime:
    """The same with what the clocks of this machine show; in UTC where they would show the year 10000."""
    try:
        return moment(time).astimezone()
    except (OverflowError, ValueError, OSError):
        return moment(time)


def time_text(time: float, *, seconds: bool = False) -> str:
    """`2026-11-27 15:02 CET` of epoch milliseconds, as the clocks of this machine show it; `read_time` reads it.

    A zone without a name is told by its offset: `2026-11-27 19:02 +05:00`. One that cannot be a time is shown as it is
    stored.
    """
    if not plausible(time):
        return implausible(time)
    at = local_moment(time)
    return f"{at:%Y-%m-%d %H:%M:%S} {_zone_text(at)}" if seconds else f"{at:%Y-%m-%d %H:%M} {_zone_text(at)}"


def _zone_text(at: datetime) -> str:
    name = at.tzname() or ""
    # Some zones are called by a number, and Windows calls them by sentences.
    return name if re.fullmatch("[A-Z]{3,5}", name, re.ASCII) else at.isoformat(timespec="seconds")[19:]


_UNITS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
_AGO = re.compile(r"-?\s*(\d+(?:\.\d+)?)\s*(s|min|h|d|w)(?:\s+ago)?", re.ASCII)
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_ZONED = re.compile(r"(.*\S)\s+([+-]\d\d:?\d\d|[A-Za-z][\w+-]*/[\w+/-]+|[A-Za-z]{3,5})", re.ASCII)
_HOW = "write 2026-03-01, 2026-03-01 14:00, yesterday 14:00, or -7d (s, min, h, d, w)"


def read_duration(text: str) -> int:
    """How long `30d`, `12h`, `2w` is, in milliseconds. Raises InvalidInput."""
    found = _AGO.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidInput(f"{text!r} is no length of time", "write 30d, 12h or 2w (s, min, h, d, w)")
    return round(float(found[1]) * _UNITS[found[2]])


def read_time(text: str, now: int, *, end: bool = False, zone: tzinfo | None = None) -> int:
    """The moment that people mean by `text`, in epoch milliseconds.

    It may be a date, or date and time, as ISO 8601 has them; `today`, `yesterday` or `now`, with a time of day or
    without; or a length of time before `now`, as `-7d`. A zone may stand behind it: `UTC`, `+01:00`, `Europe/Berlin`,
    or what the zone in which it is meant is called in summer or winter, as `time_text` writes it.

    Args:
        text: what somebody wrote.
        now: epoch milliseconds.
        end: a day or a month alone means its last moment, not its first.
        zone: where a time that names no zone is meant; the zone of this machine, if that is not said.

    Raises InvalidInput for what is none of these, or lies outside the years 1970 to 9999.
    """
    said = text.strip()
    ago = _AGO.fullmatch(said.lower())
    if ago is not None:
        return now - round(float(ago[1]) * _UNITS[ago[2]])
    if said.lower() == "now":
        return now
    try:
        found, whole_day = _moment_and_zone(said, now, zone)
        if whole_day and end:
            days = monthrange(found.year, found.month)[1] if _MONTH.fullmatch(said) else 1
            found += timedelta(days=days) - timedelta(milliseconds=1)
        time = round(found.timestamp() * 1000)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidInput(f"{text!r} is no time", _HOW) from error
    if not plausible(time):
        raise InvalidInput(f"{text!r} is no time that can be meant", _HOW)
    return time


def find_zone(name: str) -> tzinfo:
    """The time zone called `name`, as `Europe/Berlin`. Raises InvalidInput."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # which a line in a shell needs not

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            f"there is no time zone {name!r}", "leave it out to mean the zone of this machine"
        ) from error


def _moment_and_zone(said: str, now: int, zone: tzinfo | None) -> tuple[datetime, bool]:
    """The moment, and whether only its day was said. Raises ValueError."""
    named = _ZONED.fullmatch(said)
    if named is None or named[2].lower() in _DAYS:
        return _day_and_clock(said, moment(now).astimezone(zone), zone)
    there = _named_zone(named[2], _moment_and_zone(named[1], now, zone)[0], zone)
    return _day_and_clock(named[1], moment(now).astimezone(there), there)


def _named_zone(name: str, time: datetime, zone: tzinfo | None) -> tzinfo:
    """The zone called `name` by those who are in `zone`, or here, at about that `time`. Raises ValueError."""
    if name[0] in "+-":
        return timezone(datetime.strptime(name, "%z").utcoffset() or timedelta())
    if name.upper() in ("UTC", "GMT"):
        return UTC
    if "/" in name:
        return find_zone(name)
    plain = time.replace(tzinfo=None)
    # An hour that the clocks show twice has two names; what is neither may be that of the other half of the year.
    near = (plain, plain.replace(fold=1), plain.replace(month=1, day=1), plain.replace(month=7, day=1))
    for each in near:
        local = _local(each, zone)
        if (local.tzname() or "").upper() == name.upper():
            return timezone(local.utcoffset() or timedelta())
    raise ValueError(name)


def _day_and_clock(said: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, bool]:
    """The moment, and whether only its day was said. Raises ValueError."""
    day, _, clock = said.lower().partition(" ")
    if day in _DAYS:
        start = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=_DAYS[day])
        if not clock:
            return _local(start, zone), True
        found = _CLOCK.fullmatch(clock.strip())
        if found is None:
            raise ValueError(clock)
        return _local(start.replace(hour=int(found[1]), minute=int(found[2]), second=int(found[3] or 0)), zone), False
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", said, re.ASCII):
        whole = f"{said}-01" if _MONTH.fullmatch(said) else said
        return _local(datetime.fromisoformat(whole), zone), True
    if not re.match(r"\d{4}-\d{2}-\d{2}", said, re.ASCII):  # Python reads 20260301 and 2026-W09, which nobody means
        raise ValueError(said)
    time = datetime.fromisoformat(said)
    return (_local(time, zone) if time.tzinfo is None else time), False


def _local(time: datetime, zone: tzinfo | None) -> datetime:
    """What the clocks show as `time` in `zone`, or here, with the offset that holds there at that time."""
    plain = time.replace(tzinfo=None)
    return plain.astimezone() if zone is None else plain.replace(tzinfo=zone)
