"""Fixtures for MLflow: our store, MLflow's own SQL store as the oracle, and MLflow pointed at both.

A folder that uses them imports them in its conftest.py.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore


@pytest.fixture
def store(empty_registry: Path, registry_path: Path) -> Iterator[ModelRegistryStore]:
    """Our store on an empty registry."""
    shutil.copy(empty_registry, registry_path)
    opened = ModelRegistryStore(store_uri=f"modelreg:///{registry_path}")
    yield opened
    opened.registry.close()


@pytest.fixture(scope="session")
def empty_mlflow_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow's tables without a row; making them takes seconds, copying the file does not."""
    path = tmp_path_factory.mktemp("oracle") / "empty.db"
    SqlAlchemyStore(f"sqlite:///{path}").engine.dispose()
    return path


@pytest.fixture
def tracking_uri(empty_mlflow_db: Path, tmp_path: Path) -> str:
    """An empty tracking store."""
    path = tmp_path / "tracking.db"
    shutil.copy(empty_mlflow_db, path)
    return f"sqlite:///{path}"


@pytest.fixture
def client(store: ModelRegistryStore, tracking_uri: str, tmp_path: Path) -> Iterator[MlflowClient]:
    """MLflow's client, and MLflow itself, on an empty tracking store and our registry."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_registry_uri(store.registry.uri)
    mlflow.create_experiment("tests", artifact_location=(tmp_path / "artifacts").as_uri())
    mlflow.set_experiment("tests")
    yield MlflowClient()
    while mlflow.active_run() is not None:
        mlflow.end_run()
    mlflow.set_registry_uri(None)
    mlflow.set_tracking_uri(before)


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made during the test."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
