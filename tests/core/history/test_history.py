"""The activity log read from its newest line on."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE


def told(events: list[Event]) -> list[str]:
    return [event.action for event in events]


def test_an_alias_that_stays_is_told_only_with_a_reason(registry: Registry) -> None:
    for _ in range(2):
        registry.versions.register("s3://bucket/model", "fraud", aliases=["Champion"], check_source=False)
    before = len(registry.history.list())
    assert registry.aliases.set("fraud", "Champion", 2) == 2
    assert len(registry.history.list()) == before
    registry.aliases.set("fraud", "Champion", 2, reason="looked at again")
    newest = registry.history.list()[-1]
    assert (newest.action, newest.before, newest.after) == ("alias.moved", {"Champion": 2}, {"Champion": 2})


def test_the_newest_comes_first(registry: Registry) -> None:
    registry.models.create("fraud")
    registry.tags.set("fraud", {"team": "risk"})
    assert told(registry.history.recent()) == ["tag.set", "model.created"]


def test_of_one_model_or_one_version_of_it(registry: Registry) -> None:
    for _ in range(2):
        registry.versions.register(SOURCE, "fraud")
    registry.models.create("other")
    registry.aliases.set("fraud", "Champion", 1)
    assert told(registry.history.recent("fraud")) == [
        "alias.set",
        "version.created",
        "version.created",
        "model.created",
    ]
    assert told(registry.history.recent("fraud/1")) == ["alias.set", "version.created"]
    assert told(registry.history.recent("fraud/7")) == []
    with pytest.raises(NotFound, match="no model nobody"):
        registry.history.recent("nobody")


def test_a_version_hears_of_the_alias_that_left_it(registry: Registry) -> None:
    for _ in range(12):
        registry.versions.register(SOURCE, "fraud")
    for number in (2, 12, 3):
        registry.aliases.set("fraud", "Champion", number)
    assert told(registry.history.recent("fraud/2")) == ["alias.moved", "alias.set", "version.created"]
    assert told(registry.history.recent("fraud/12")) == ["alias.moved", "alias.moved", "version.created"]


def test_pages_join_up_while_more_happens(registry: Registry) -> None:
    for number in range(7):
        registry.models.create(f"m{number}")
    seen: list[str] = []
    token: str | None = None
    while True:
        page = registry.history.recent(limit=3, page_token=token)
        seen += [event.name for event in page]
        registry.tags.set("m0", {"seen": str(len(seen))})
        token = page.token
        if token is None:
            break
    assert seen == [f"m{number}" for number in reversed(range(7))]


def test_lines_that_are_missing_hide_no_others(registry: Registry, registry_path: Path) -> None:
    for number in range(9):
        registry.models.create(f"m{number}")
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("DELETE FROM events WHERE seq IN (4, 5, 6, 8)")
    first = registry.history.recent(limit=3)
    rest = registry.history.recent(limit=3, page_token=first.token)
    assert [event.seq for event in [*first, *rest]] == [9, 7, 3, 2, 1]
    assert rest.token is None
