"""No version number of a governed name is used twice, whatever becomes of its model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

OTHER = "prod.ml_team.churn"
SIGNED = """\
flavors: {}
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: '[{"type": "double"}]'
"""


@pytest.fixture
def source(tmp_path: Path) -> str:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text(SIGNED)
    return str(folder)


def gone(registry: Registry) -> None:
    registry.models.delete(FRAUD)


def purged(registry: Registry) -> None:
    registry.models.delete(FRAUD)
    registry.trash.purge()


def emptied(registry: Registry) -> None:
    registry.versions.delete(f"{FRAUD}/1-2")
    registry.trash.purge()
    purged(registry)


def renamed(registry: Registry) -> None:
    registry.models.rename(FRAUD, OTHER)


def renamed_and_purged(registry: Registry) -> None:
    registry.models.rename(FRAUD, OTHER)
    registry.models.delete(OTHER)
    registry.trash.purge()


@pytest.mark.parametrize("leave", [gone, purged, emptied, renamed, renamed_and_purged])
@pytest.mark.parametrize("closed", [True, False])
def test_a_name_goes_on_counting(
    registry: Registry, source: str, leave: Callable[[Registry], None], closed: bool
) -> None:
    for number in (1, 2):
        assert registry.versions.register(source, FRAUD).version == number
    leave(registry)
    if closed:
        registry.close()
    assert registry.versions.register(source, FRAUD).version == 3
    leave_again = registry.models.delete(FRAUD)
    assert leave_again.last_version == 3
    registry.models.create(FRAUD)
    assert registry.versions.register(source, FRAUD).version == 4


def test_a_rename_onto_a_name_that_was_used(registry: Registry, source: str) -> None:
    for _ in range(3):
        registry.versions.register(source, FRAUD)
    registry.versions.register(source, OTHER)
    registry.models.delete(FRAUD)
    registry.models.rename(OTHER, FRAUD)
    assert registry.versions.register(source, FRAUD).version == 4
    assert [version.version for version in registry.versions.list(FRAUD)] == [4, 1]


def test_a_rename_there_and_back(registry: Registry, source: str) -> None:
    registry.versions.register(source, FRAUD)
    registry.models.rename(FRAUD, OTHER)
    registry.models.rename(OTHER, FRAUD)
    registry.models.rename(FRAUD, FRAUD)
    assert registry.versions.register(source, FRAUD).version == 2
    assert registry.versions.register(source, OTHER).version == 2


def test_a_workspace_model_counts_as_in_mlflow(registry: Registry, source: str) -> None:
    """MLflow's own store starts again at 1 once the registered model was deleted, and its clients see that."""
    registry.versions.register(source, "fraud")
    registry.versions.delete("fraud/1")
    assert registry.versions.register(source, "fraud").version == 2
    registry.models.delete("fraud")
    assert registry.versions.register(source, "fraud").version == 1


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Registry]:
    opened = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"))
    yield opened
    opened.close()


@pytest.mark.parametrize("model", [FRAUD, "fraud"])
def test_an_import_brings_no_number_back(registry: Registry, other: Registry, source: str, model: str) -> None:
    for _ in range(2):
        registry.versions.register(source, model)
        other.versions.register(source, model)
    registry.versions.delete(f"{model}/2")
    registry.trash.purge()
    report = registry.exchange.import_from(other.uri)
    [skipped] = report.skipped
    assert skipped.why == f"number 2 of {model} was used before, and no number is used twice"
    assert [version.version for version in registry.versions.list(model)] == [1]
    assert registry.versions.register(source, model).version == 3


def test_an_import_onto_a_name_that_was_used(registry: Registry, other: Registry, source: str) -> None:
    for _ in range(2):
        registry.versions.register(source, FRAUD)
    for _ in range(3):
        other.versions.register(source, FRAUD)
    purged(registry)
    report = registry.exchange.import_from(other.uri)
    assert [each.name for each in report.skipped] == [f"{FRAUD}/1", f"{FRAUD}/2"]
    assert [version.version for version in registry.versions.list(FRAUD)] == [3]


def test_a_restored_registry_goes_on_counting(registry: Registry, other: Registry, source: str, tmp_path: Path) -> None:
    for _ in range(2):
        registry.versions.register(source, FRAUD)
    purged(registry)
    registry.maintenance.backup(tmp_path / "backup.zip")
    other.maintenance.restore(tmp_path / "backup.zip")
    assert other.versions.register(source, FRAUD).version == 3
