"""A seal proves what the log was like when it was taken."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput, InvalidState
from jupyter_modelreg.core.registry import Registry
from tests.support.database import sql
from tests.support.names import SOURCE


@pytest.fixture
def sealed(registry: Registry) -> tuple[Registry, str]:
    """A registry, and its seal after three events."""
    registry.versions.register(SOURCE, "fraud", check_source=False)
    registry.aliases.set("fraud", "Champion", 1)
    return registry, registry.history.seal()


def messages(registry: Registry, seal: str) -> list[str]:
    return [finding.message for finding in registry.maintenance.verify(seal=seal).findings]


def test_what_comes_later_breaks_no_seal(sealed: tuple[Registry, str]) -> None:
    registry, seal = sealed
    registry.tags.set("fraud", {"a": "b"})
    found = registry.maintenance.verify(seal=seal)
    assert found.sound
    assert found.sealed == 3
    assert registry.history.seal() != seal


def test_newest_events_that_are_gone_show(sealed: tuple[Registry, str], registry_path: Path) -> None:
    """Without a seal nobody could tell: what is left follows, and the rows go with it."""
    registry, seal = sealed
    registry.close()
    sql(registry_path, "DELETE FROM events WHERE seq = 3")
    sql(registry_path, "UPDATE models SET aliases = '{}'")
    registry_path.with_name(f"{registry_path.name}.journal").unlink()
    again = jupyter_modelreg.connect(str(registry_path))
    assert again.maintenance.verify(rebuild=True).sound
    assert messages(again, seal) == ["the activity log ends at event 2, and it was sealed at event 3: the rest is gone"]


def test_a_log_that_was_written_anew_shows(sealed: tuple[Registry, str], registry_path: Path, tmp_path: Path) -> None:
    registry, seal = sealed
    other = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"), actor="ana")
    other.versions.register(SOURCE, "fraud", check_source=False)
    other.aliases.set("fraud", "Champion", 1)
    other.close()
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("UPDATE events SET hash = repeat('0', 64) WHERE seq = 3")
    registry_path.with_name(f"{registry_path.name}.journal").unlink()
    again = jupyter_modelreg.connect(str(registry_path))
    assert "event 3, or one before it, is not what it was when the log was sealed" in messages(again, seal)
    with pytest.raises(InvalidInput, match="the seal is of another registry"):
        other.maintenance.verify(seal=seal)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "is no seal"),
        ("modelreg-seal:1:abc", "is no seal"),
        ("modelreg-seal:2:whatever", "of a newer jupyter_modelreg"),
    ],
)
def test_what_is_no_seal(sealed: tuple[Registry, str], line: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        sealed[0].maintenance.verify(seal=line)


def test_nothing_to_seal(registry: Registry) -> None:
    with pytest.raises(InvalidState, match="nothing to seal"):
        registry.history.seal()
