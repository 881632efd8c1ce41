"""What a version of this package has stored is read by every later one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.entities.events import FORMAT
from jupyter_modelreg.core.registry import Registry
from tests.formats.stored import BEGUN, FOLDER, FORMATS, records, unpacked


@pytest.fixture(params=FORMATS)
def stored(request: pytest.FixtureRequest) -> Path:
    folder: Path = FOLDER / request.param
    return folder


@pytest.fixture
def content(stored: Path) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = json.loads((stored / "content.json").read_text())
    return found


@pytest.fixture
def kept(stored: Path, tmp_path: Path) -> Registry:
    """The registry itself, as it was left by a process that was killed."""
    return jupyter_modelreg.connect(str(unpacked(stored / "registry.tar.gz", tmp_path)), actor="ana")


def test_each_format_is_kept() -> None:
    assert [str(number) for number in range(1, FORMAT + 1)] == FORMATS


def as_then(now: dict[str, list[Any]], then: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Of the records there are now, what a record said then: later versions may say more of each."""
    return {
        kind: [
            {name: value for name, value in record.items() if name in known}
            for record, known in zip(now[kind], before, strict=True)
        ]
        for kind, before in then.items()
    }


def test_a_registry_has_all_it_had(kept: Registry, content: dict[str, list[Any]]) -> None:
    assert as_then(records(kept), content) == content


def test_its_log_gives_its_tables(kept: Registry) -> None:
    found = kept.maintenance.verify(rebuild=True)
    assert [each.message for each in found.findings] == []
    assert found.compared == found.models


def test_its_past_is_answered(kept: Registry, content: dict[str, list[Any]]) -> None:
    moved = [event for event in content["Event"] if event["name"] == "prod.team.fraud" and "Champion" in str(event)]
    assert len(moved) > 4
    for event in moved:
        if event["action"].startswith("alias."):
            then = kept.as_of(event["time"]).models.get("prod.team.fraud")
            assert then.aliases.get("Champion") == (event["after"] or {}).get("Champion")
    assert kept.as_of(BEGUN).catalogs.list() != []


def test_it_can_be_worked_with(kept: Registry, content: dict[str, list[Any]]) -> None:
    last = content["Event"][-1]["seq"]
    assert kept.aliases.rollback("prod.team.fraud", "Champion").after == 1
    kept.history.undo()
    assert kept.models.get("prod.team.fraud").aliases["Champion"] == 4
    kept.trash.restore("prod.team.trashed")
    kept.versions.register("s3://bucket/churn", "churn", check_source=False)
    assert kept.history.broken_at() is None
    newest = kept.history.last()
    assert newest is not None
    assert newest.seq > last
    assert kept.maintenance.verify(rebuild=True).sound


def test_a_backup_is_restored(stored: Path, new_registry: Registry, content: dict[str, list[Any]]) -> None:
    new_registry.maintenance.restore(stored / "backup.zip")
    now = records(new_registry)
    last = now["Event"].pop()
    assert last["action"] == "registry.restored"
    assert as_then(now, content) == content
    assert new_registry.maintenance.verify(rebuild=True).sound


def test_an_archive_is_imported(stored: Path, registry: Registry, content: dict[str, list[Any]]) -> None:
    report = registry.exchange.import_from(str(stored / "archive.zip"))
    assert report.skipped == ()
    live = {record["name"]: record for record in content["Model"] if record["deleted_at"] is None}
    assert {model.name for model in registry.models.list(limit=100)} == live.keys()
    for name, then in live.items():
        assert registry.models.get(name).aliases == then["aliases"]
    assert registry.maintenance.verify(rebuild=True).sound
