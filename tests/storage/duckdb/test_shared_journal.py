"""What other processes make of the journal's lines is what the process has done that wrote them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.file import DatabaseFile
from jupyter_modelreg.storage.sql.changes import Changes
from jupyter_modelreg.storage.sql.row_cache import RowCache
from jupyter_modelreg.storage.sql.unit import LoggedUnit
from tests.core.history.test_replay import Worker, differing, model_folder
from tests.storage.duckdb.test_journal import killed


class Follower:
    """Another process, as far as it matters here: it reads each line, and knows no row until it looks one up."""

    def __init__(self) -> None:
        self.cache = RowCache()
        self.compared = 0
        self.dice = random.Random(5)

    def read(self, unit: LoggedUnit, file: DatabaseFile) -> None:
        self.cache.project(LoggedUnit.from_json(unit.to_json().encode()))
        if self.dice.random() < 0.2:
            self.cache.overlay.settle(file)  # it has looked up what is concerned

    def compare(self, file: DatabaseFile) -> None:
        self.cache.overlay.settle(file)
        assert content(self.cache.overlay) == content(file.cache.overlay)
        assert self.cache.last_event == file.cache.last_event
        self.compared += len(file.cache.overlay)


def content(changes: Changes) -> Any:
    """What is added and changed, as JSON has it."""
    added = sorted([(table.name, row) for table, row in changes.added()], key=lambda each: each[0])
    changed = sorted((table.name, row_id, values) for (table, row_id), values in changes.changed.items())
    return json.loads(json.dumps([added, changed], default=dict))


@pytest.fixture
def follower(monkeypatch: pytest.MonkeyPatch) -> Follower:
    following = Follower()
    append, flush, opened = DatabaseFile.append, DatabaseFile.flush, DatabaseFile.refresh

    def appended(self: DatabaseFile, unit: LoggedUnit, changes: Changes) -> None:
        append(self, unit, changes)
        following.read(unit, self)

    def flushed(self: DatabaseFile) -> None:
        if len(self.cache.overlay):
            following.compare(self)
        flush(self)
        following.cache = RowCache()

    def refreshed(self: DatabaseFile) -> None:
        opened(self)
        if not len(self.cache.overlay):
            following.cache = RowCache()

    monkeypatch.setattr(DatabaseFile, "append", appended)
    monkeypatch.setattr(DatabaseFile, "flush", flushed)
    monkeypatch.setattr(DatabaseFile, "refresh", refreshed)
    return following


@pytest.mark.parametrize("seed", range(4))
def test_each_line_says_all_that_was_done(registry: Registry, tmp_path: Path, follower: Follower, seed: int) -> None:
    worker = Worker([registry], model_folder(tmp_path), seed)
    for _ in range(150):
        worker.step()
    registry.close()
    assert follower.compared > 100


def test_what_was_read_and_not_looked_up_enters_the_database(registry_path: Path, tmp_path: Path) -> None:
    registry, folder = jupyter_modelreg.connect(str(registry_path)), str(model_folder(tmp_path))
    names = [f"prod.team.{letter}" for letter in "abcdef"]
    for name in names:
        registry.versions.register(folder, name)
    registry.close()
    changes = """
        for letter in "abcdef":
            reg.aliases.set(f"prod.team.{letter}", "Champion", 1)
            reg.tags.set(f"prod.team.{letter}/1", {"auc": "0.9"})
            reg.tags.set(f"prod.team.{letter}", {"task": letter})
            reg.versions.register("s3://b/m", "plain")
    """
    killed(changes, registry_path)
    assert [model.aliases for model in registry.models.list()] == [{}] + [{"Champion": 1}] * 6
    assert [registry.models.get(name).tags["task"] for name in names] == list("abcdef")
    assert [registry.versions.get(f"{name}/1").tags for name in names] == [{"auc": "0.9"}] * 6
    assert registry.models.get("plain").last_version == 6
    assert differing(registry) == []
