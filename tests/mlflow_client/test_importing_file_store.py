"""Importing from MLflow's file store, a folder like `./mlruns`."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow
import pytest
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.store.model_registry.file_store import FileStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.core.errors import SourceUnavailable
from jupyter_modelreg.core.exchange.reports import Tally
from jupyter_modelreg.core.registry import Registry
from tests.support.real_models import log_model

ALLOWED = "MLFLOW_ALLOW_FILE_STORE"


@pytest.fixture
def mlruns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file store with fraud/1 by the run, fraud/2 by the logged model, and a prompt; MLflow points elsewhere."""
    folder = tmp_path / "older work" / "mlruns"
    with monkeypatch.context() as allowed:
        allowed.setenv(ALLOWED, "true")
        before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
        mlflow.set_tracking_uri(folder.as_uri())
        mlflow.set_registry_uri(folder.as_uri())
        mlflow.set_experiment("tests")
        with mlflow.start_run() as run:
            logged = log_model()
        client = MlflowClient()
        client.create_registered_model("fraud", {"team": "risk"}, "the older ones")
        client.create_model_version("fraud", f"runs:/{run.info.run_id}/fraud", run.info.run_id)
        mlflow.register_model(logged.model_uri, "fraud")
        client.set_registered_model_alias("fraud", "Champion", "2")
        store = FileStore(folder.as_uri())  # the client would go on writing the prompt in a thread of its own
        is_prompt = "mlflow.prompt.is_prompt"
        store.create_registered_model("greeting", [RegisteredModelTag(is_prompt, "true")])
        store.create_model_version("greeting", "prompt-template", tags=[ModelVersionTag(is_prompt, "true")])
        mlflow.set_tracking_uri(before[0])
        mlflow.set_registry_uri(None)
    return folder


def contents(folder: Path) -> dict[str, str]:
    """Every file and folder below, each with the hash of what it holds and the time of its change."""
    return {
        str(
            path
        ): f"{path.stat().st_mtime_ns} {hashlib.sha256(path.read_bytes() if path.is_file() else b'').hexdigest()}"
        for path in folder.rglob("*")
    }


def test_all_comes_and_nothing_is_written(registry: Registry, mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mlruns.parent)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///of-somebody-else.db")
    shutil.rmtree(mlruns / ".trash")  # MLflow makes it again whenever it opens the store
    before = contents(mlruns.parent)
    report = registry.exchange.import_from("mlruns")
    assert (report.models, report.prompts, report.versions) == (Tally(imported=1), Tally(imported=1), Tally(imported=3))
    assert registry.versions.get("fraud@Champion").version == 2
    assert registry.models.get("fraud").description == "the older ones"
    governed = registry.exchange.import_from("./mlruns", into="prod.risk")
    assert not governed.skipped
    assert registry.versions.get("prod.risk.fraud/1").managed
    registry.versions.load("prod.risk.fraud/2")
    assert contents(mlruns.parent) == before
    assert ALLOWED not in os.environ
    assert os.environ["MLFLOW_TRACKING_URI"] == "sqlite:///of-somebody-else.db"


@pytest.mark.parametrize("allowed", ["", "true"])
def test_a_folder_of_something_else_is_refused(
    allowed: str, registry: Registry, mlruns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ALLOWED, allowed)
    other = tmp_path / "pictures"
    other.mkdir()
    with pytest.raises(SourceUnavailable) as caught:
        registry.exchange.import_from(str(other))
    assert caught.value.message == f"the folder {other} is not a file store of MLflow"
    assert "name the folder that MLflow wrote" in (caught.value.hint or "")
    assert list(other.iterdir()) == []
    with pytest.raises(SourceUnavailable, match="is not a file store of MLflow") as caught:
        registry.exchange.import_from(str(mlruns.parent))
    assert caught.value.hint == f"did you mean {mlruns}?"
    model = next(mlruns.rglob("MLmodel")).parent
    with pytest.raises(SourceUnavailable) as caught:
        registry.exchange.import_from(str(model))
    assert caught.value.hint == f"it is a model: modelreg register {model} NAME"


def test_a_store_without_models_brings_none(registry: Registry, mlruns: Path) -> None:
    shutil.rmtree(mlruns / "models")
    report = registry.exchange.import_from(str(mlruns))
    assert (report.models, report.versions) == (Tally(), Tally())
    assert not report.skipped
    assert not (mlruns / "models").exists()


def test_a_relative_place_says_what_it_starts_from(
    registry: Registry, client: MlflowClient, tracking_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir()
    mine.mkdir()
    monkeypatch.chdir(theirs)
    with mlflow.start_run() as run:
        mlflow.log_param("depth", 3)
    with closing(sqlite3.connect(tracking_uri.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE runs SET artifact_uri = './mlruns/7/artifacts'")  # as MLflow wrote it before 2.0
    source = MlflowClient(registry_uri=tracking_uri)
    source.create_registered_model("fraud")
    source.create_model_version("fraud", "./mlruns/7/fraud")
    source.create_model_version("fraud", f"runs:/{run.info.run_id}/fraud")
    monkeypatch.chdir(mine)
    report = registry.exchange.import_from(tracking_uri, into="prod.risk")
    assert len(report.skipped) == 2
    for skipped in report.skipped:
        assert str(mine) in skipped.why
        assert skipped.hint == "relative paths are those of the folder that MLflow ran in: do it again from there"
