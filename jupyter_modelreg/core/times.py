"""Points in time as they are stored, UTC epoch milliseconds, and which of them cannot be meant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
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


_UNITS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
_AGO = re.compile(r"-?\s*(\d+(?:\.\d+)?)\s*(s|min|h|d|w)(?:\s+ago)?", re.ASCII)
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
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
    without; or a length of time before `now`, as `-7d`.

    Args:
        text: what somebody wrote.
        now: epoch milliseconds.
        end: a day alone means its last moment, not its first.
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
        found, whole_day = _day_and_clock(said, datetime.fromtimestamp(now / 1000, UTC).astimezone(zone), zone)
        if whole_day and end:
            found += timedelta(days=1) - timedelta(milliseconds=1)
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
        whole = said if len(said) == 10 else f"{said}-01"
        return _local(datetime.fromisoformat(whole), zone), True
    if not re.match(r"\d{4}-\d{2}-\d{2}", said, re.ASCII):  # Python reads 20260301 and 2026-W09, which nobody means
        raise ValueError(said)
    time = datetime.fromisoformat(said)
    return (_local(time, zone) if time.tzinfo is None else time), False


def _local(time: datetime, zone: tzinfo | None) -> datetime:
    """What the clocks show as `time` in `zone`, or here, with the offset that holds there at that time."""
    plain = time.replace(tzinfo=None)
    return plain.astimezone() if zone is None else plain.replace(tzinfo=zone)
