"""Points in time as they are stored, UTC epoch milliseconds, and which of them cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeGuard

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
