"""What MLflow loads is noted, with the alias that it was asked for by."""

from __future__ import annotations

from pathlib import Path

import mlflow
import pytest
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.core.usage import recorder
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_models import model_folder


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has noted in another test is forgotten."""
    monkeypatch.setattr(recorder, "_memory", recorder._Memory())


@pytest.fixture(params=["fraud", "prod.ml_team.fraud"])
def name(request: pytest.FixtureRequest, store: ModelRegistryStore, tmp_path: Path) -> str:
    """A model with two versions, @Champion on the first, once of each kind."""
    named: str = request.param
    folder = model_folder(tmp_path / "model")
    store.create_registered_model(named)
    for _ in range(2):
        store.create_model_version(named, folder)
    store.set_registered_model_alias(named, "Champion", 1)
    return named


def noted(store: ModelRegistryStore, name: str) -> list[tuple[int, str | None, int]]:
    return [(each.version, each.alias, each.count) for each in store.registry.usage.list(name)]


def test_a_download_by_an_alias_and_by_a_number(store: ModelRegistryStore, client: MlflowClient, name: str) -> None:
    mlflow.artifacts.download_artifacts(f"models:/{name}@Champion")
    assert noted(store, name) == [(1, "Champion", 1)]
    mlflow.artifacts.download_artifacts(f"models:/{name}/2")
    assert sorted(noted(store, name)) == [(1, "Champion", 1), (2, None, 1)]


def test_what_was_found_by_an_alias_and_not_loaded_is_not_noted(store: ModelRegistryStore, name: str) -> None:
    store.get_model_version_by_alias(name, "Champion")
    store.get_model_version(name, 2)
    store.search_model_versions(f"name = '{name}'")
    assert noted(store, name) == []


def test_the_latest_is_no_alias(store: ModelRegistryStore, name: str) -> None:
    found = store.get_model_version_by_alias(name, "latest")
    store.get_model_version_download_uri(name, found.version)
    assert noted(store, name) == [(2, None, 1)]
