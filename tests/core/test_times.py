"""Times and lengths of time as people write them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.times import LATEST, read_duration, read_time, time_text

BERLIN = ZoneInfo("Europe/Berlin")
NOW = round(datetime(2026, 11, 27, 14, 30, tzinfo=BERLIN).timestamp() * 1000)


def at(text: str, *, end: bool = False) -> str:
    """What `text` means in Berlin, as ISO 8601 has it."""
    time = read_time(text, NOW, end=end, zone=BERLIN)
    return datetime.fromtimestamp(time / 1000, BERLIN).isoformat(timespec="milliseconds")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-01", "2026-03-01T00:00:00.000+01:00"),
        ("2026-07-01", "2026-07-01T00:00:00.000+02:00"),  # summer time
        ("2026-07-01 14:00", "2026-07-01T14:00:00.000+02:00"),
        ("2026-07-01T14:00:05.250", "2026-07-01T14:00:05.250+02:00"),
        ("2026-07-01T14:00Z", "2026-07-01T16:00:00.000+02:00"),
        ("2026-07", "2026-07-01T00:00:00.000+02:00"),
        ("today", "2026-11-27T00:00:00.000+01:00"),
        ("yesterday", "2026-11-26T00:00:00.000+01:00"),
        ("Yesterday 14:00", "2026-11-26T14:00:00.000+01:00"),
        ("now", "2026-11-27T14:30:00.000+01:00"),
        ("-7d", "2026-11-20T14:30:00.000+01:00"),
        ("90 min ago", "2026-11-27T13:00:00.000+01:00"),
        ("2w", "2026-11-13T14:30:00.000+01:00"),
        ("2026-07-01 14:00 UTC", "2026-07-01T16:00:00.000+02:00"),
        ("2026-07-01 14:00 +05:30", "2026-07-01T10:30:00.000+02:00"),
        ("2026-07-01 14:00 America/New_York", "2026-07-01T20:00:00.000+02:00"),
        ("2026-07-01 14:00:05 CEST", "2026-07-01T14:00:05.000+02:00"),
        ("2026-07-01 14:00 cet", "2026-07-01T15:00:00.000+02:00"),
        ("2026-10-25 02:30 CEST", "2026-10-25T02:30:00.000+02:00"),  # an hour that the clocks showed twice
        ("2026-10-25 02:30 CET", "2026-10-25T02:30:00.000+01:00"),
        ("2026-03-01 UTC", "2026-03-01T01:00:00.000+01:00"),
        ("yesterday 23:30 UTC", "2026-11-27T00:30:00.000+01:00"),
    ],
)
def test_what_is_meant(text: str, meant: str) -> None:
    assert at(text) == meant


def test_a_day_alone_may_mean_all_of_it() -> None:
    assert at("2026-03-01", end=True) == "2026-03-01T23:59:59.999+01:00"
    assert at("yesterday", end=True) == "2026-11-26T23:59:59.999+01:00"
    assert at("yesterday 14:00", end=True) == "2026-11-26T14:00:00.000+01:00"


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "20260301", "2026-13-01", "2026-02-30", "yesterday noon", "99:99", "7", "-7x", "9999-12-31 25:0"),
        *("2026-03-01 14:00 XYZ", "2026-03-01 14:00 +99:00", "UTC", "now UTC", "-7d CET"),
    ],
)
def test_what_nobody_can_read(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no time") as refused:
        read_time(text, NOW)
    assert "write 2026-03-01" in str(refused.value.hint)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Almaty"])
def test_what_is_shown_can_be_typed(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        for hour in range(0, 24 * 366, 5):
            at = NOW // 60_000 * 60_000 + hour * 3_600_000
            assert read_time(time_text(at), NOW) == at
            assert read_time(time_text(at, seconds=True), NOW) == at
        assert time_text(LATEST).startswith(("9999-12-31 ", "10000"))
    time.tzset()


def test_a_zone_without_a_name_is_told_by_its_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Almaty")
        time.tzset()
        assert time_text(NOW) == "2026-11-27 18:30 +05:00"
    time.tzset()


def test_lengths_of_time() -> None:
    assert read_duration("30d") == 30 * 86_400_000
    assert read_duration("1.5h") == 5_400_000
    with pytest.raises(InvalidInput, match="is no length of time"):
        read_duration("a while")


def test_a_zone_is_where_it_was_written(registry: Registry) -> None:
    for zone, hour in (("Asia/Tokyo", 3), ("America/New_York", 17), ("UTC", 12)):
        meant = registry.history.read_time("2026-03-01 12:00", zone=zone)
        assert datetime.fromtimestamp(meant / 1000, UTC).hour == hour
        assert registry.history.read_time("2026-03-01 12:00+02:00", zone=zone) == 1772359200000
    whole = registry.history.read_time("2026-03-29", zone="Europe/Berlin", end=True)  # a day of 23 hours
    assert whole - registry.history.read_time("2026-03-29", zone="Europe/Berlin") == 23 * 3_600_000 - 1
    for wrong in ("Middle/Earth", "", "../etc/passwd", "x" * 300):
        with pytest.raises(InvalidInput, match="there is no time zone"):
            registry.history.read_time("today", zone=wrong)
