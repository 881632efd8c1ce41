"""An import is one change, which can be undone as long as nothing newer builds on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidState, NotFound
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import SOURCE


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three versions of `churn`, which @Champion points at the last of, and one of `iris`."""
    made = tmp_path / "archive.zip"
    elsewhere = jupyter_modelreg.connect(str(tmp_path / "elsewhere.duckdb"), actor="cy")
    for _ in range(3):
        elsewhere.versions.register(SOURCE, "churn", check_source=False)
    elsewhere.versions.register(SOURCE, "iris", check_source=False)
    elsewhere.aliases.set("churn", "Champion", 3)
    elsewhere.exchange.export_to(made)
    elsewhere.close()
    return made


@pytest.fixture
def ben(registry: Registry) -> Iterator[Registry]:
    """The same registry, opened by ben."""
    opened = jupyter_modelreg.connect(registry.uri, actor="ben")
    yield opened
    opened.close()


def bring(registry: Registry, archive: Path) -> int:
    """Import it, and give the number of the event that says so."""
    registry.exchange.import_from(str(archive), allow_local_paths=True)
    last = registry.history.last()
    assert last is not None
    assert last.action == "registry.imported"
    return last.unit


def names(registry: Registry) -> list[str]:
    return [model.name for model in registry.models.list()]


def test_what_came_goes_to_the_trash_and_comes_back(registry: Registry, archive: Path) -> None:
    registry.models.create("mine")
    unit = bring(registry, archive)
    assert names(registry) == ["churn", "iris", "mine"]
    undone = registry.history.undo()
    assert [event.seq for event in undone.events] == [unit]
    assert names(registry) == ["mine"]
    assert [(each.name, each.versions) for each in registry.trash.list()] == [("churn", 3), ("iris", 1)]
    registry.history.undo(undone.unit)
    assert names(registry) == ["churn", "iris", "mine"]
    assert registry.models.get("churn").aliases == {"Champion": 3}
    assert not list(rebuilt_differences(context_of(registry)))


def test_what_was_there_before_stays(registry: Registry, archive: Path) -> None:
    registry.versions.register(SOURCE, "churn", check_source=False)  # the number 1
    bring(registry, archive)
    assert [version.version for version in registry.versions.list("churn")] == [3, 2, 1]
    registry.history.undo()
    assert [version.version for version in registry.versions.list("churn")] == [1]
    assert registry.models.get("churn").aliases == {}
    assert names(registry) == ["churn"]
    assert not list(rebuilt_differences(context_of(registry)))


def test_the_change_before_is_next(registry: Registry, archive: Path) -> None:
    registry.models.create("mine")
    bring(registry, archive)
    registry.history.undo()
    registry.history.undo()
    assert names(registry) == []
    with pytest.raises(InvalidState, match="nothing of ana's to undo"):
        registry.history.undo()


def test_what_others_built_on_is_named(registry: Registry, ben: Registry, archive: Path) -> None:
    unit = bring(registry, archive)
    ben.tags.set("iris", {"seen": "yes"})
    with pytest.raises(InvalidState, match="the import\\) cannot be undone: iris has changed since") as refused:
        registry.history.undo(unit)
    assert "(tag.set, by ben) came after it: undo" in str(refused.value.hint)
    assert names(registry) == ["churn", "iris"]
    ben.history.undo()
    registry.history.undo(unit)
    assert names(registry) == []


def test_what_is_gone_already_is_left_there(registry: Registry, archive: Path) -> None:
    unit = bring(registry, archive)
    registry.models.delete("iris")
    registry.trash.purge()
    registry.history.undo(unit)
    assert names(registry) == []
    assert [each.name for each in registry.trash.list()] == ["churn"]
    with pytest.raises(NotFound):
        registry.trash.restore("iris")


def test_one_that_brings_nothing_is_no_change(registry: Registry, archive: Path) -> None:
    bring(registry, archive)
    before = registry.history.last()
    registry.exchange.import_from(str(archive), allow_local_paths=True)
    registry.exchange.import_from(str(archive), allow_local_paths=True, dry_run=True)
    assert registry.history.last() == before


def test_imports_that_others_worked_between_are_told_apart(registry: Registry, ben: Registry, archive: Path) -> None:
    registry.exchange.import_from(str(archive), allow_local_paths=True)
    ben.models.create("his")
    registry.exchange.import_from(str(archive), allow_local_paths=True, into="far.away", skip_signature_check=True)
    last = registry.history.last()
    assert last is not None
    registry.history.undo()
    assert names(registry) == ["churn", "his", "iris"]
    registry.history.undo()
    assert names(registry) == ["his"]
