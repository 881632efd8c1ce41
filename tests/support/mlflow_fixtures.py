"""Fixtures for MLflow: our store, MLflow's own SQL store as the oracle, and MLflow pointed at both.

A folder that uses them imports them in its conftest.py.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import mlflow
import pytest
import requests
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.processes import free_port


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


@contextmanager
def mlflow_at(tracking: str, registry: str) -> Iterator[MlflowClient]:
    """MLflow's client on these two for as long as this lasts; then MLflow has neither, and no run."""
    mlflow.set_tracking_uri(tracking)
    mlflow.set_registry_uri(registry)
    try:
        yield MlflowClient()
    finally:
        while mlflow.active_run() is not None:
            mlflow.end_run()
        mlflow.set_registry_uri(None)
        mlflow.set_tracking_uri(None)


@contextmanager
def server_of(command: Sequence[str], folder: Path, *, workers: int, **environment: str) -> Iterator[Path]:
    """A server of MLflow's in a process group of its own, which is stopped; gives its log when all `workers` are up.

    It works in `folder`, with `environment` besides that of the tests.
    """
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    log, variables = folder / "server.log", {**os.environ, **quiet, **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=variables, cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 150
        while log.read_text().count("Application startup complete") < workers:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.3)
        yield log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


@contextmanager
def mlflow_server(backend: str, folder: Path) -> Iterator[str]:
    """`mlflow server` with one worker over the store at `backend`; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", backend, "--artifacts-destination", str(folder / "served")]
    with server_of(command, folder, workers=1):
        url = f"http://127.0.0.1:{port}"
        assert requests.get(f"{url}/health", timeout=30).ok
        yield url
