"""What a governed version is: its facts, its files, its log, and that it loads and lasts."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.models.model import ModelInfo

from jupyter_modelreg.core.entities.versions import manifest_hash
from jupyter_modelreg.core.errors import FilesDamaged
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.store import DuckDBStore
from tests.support.names import FRAUD
from tests.support.real_models import SaveModel, X, log_model
from tests.support.registrations import actions, folder_of


def test_a_governed_version_has_it_all(registry: Registry, logged: ModelInfo, kept: Path) -> None:
    version = registry.versions.register(
        f"models:/{logged.model_id}",
        FRAUD,
        aliases=["Champion", "latest-good"],
        tags={"task": "classification"},
        description="first",
        reason="kick-off",
    )
    assert version == registry.versions.get(f"{FRAUD}@Champion")
    assert (version.reference, version.status, version.status_message) == (f"{FRAUD}/1", "READY", None)
    assert (version.aliases, version.tags, version.description) == (
        ("Champion", "latest-good"),
        {"task": "classification"},
        "first",
    )
    assert (version.source, version.run_id, version.logged_model_id) == (
        f"models:/{logged.model_id}",
        logged.run_id,
        logged.model_id,
    )
    assert version.params is not None
    assert version.params["C"] == "1.0"
    assert version.metrics is not None
    assert [(metric.key, metric.value) for metric in version.metrics] == [("auc", 0.93)]
    assert version.signature is not None
    assert version.signature["inputs"] == [
        {"type": "double", "name": "amount", "required": True},
        {"type": "long", "name": "age", "required": True},
    ]
    assert version.managed
    assert version.location is None
    assert (kept / str(version.id)).as_uri() == registry.versions.location(f"{FRAUD}/1")


def test_the_manifest_describes_the_files(registry: Registry, save_model: SaveModel) -> None:
    folder = save_model()
    version = registry.versions.register(str(folder), FRAUD)
    files = registry.versions.files(f"{FRAUD}/1")
    assert [file.path for file in files] == sorted(path.name for path in folder.iterdir())
    for file in files:
        content = (folder / file.path).read_bytes()
        assert (folder_of(registry, f"{FRAUD}/1") / file.path).read_bytes() == content
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert version.size == sum(file.size for file in files) == registry.status().file_bytes


def test_every_step_is_in_the_log(registry: Registry, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), FRAUD, aliases=["Champion"], reason="kick-off")
    assert actions(registry) == [
        "catalog.created",
        "schema.created",
        "model.created",
        "version.created",
        "version.status",
        "alias.set",
    ]
    events = registry.history.list()
    assert {event.reason for event in events} == {"kick-off"}
    assert events[3].after is not None
    assert events[3].after["status"] == "PENDING_REGISTRATION"
    assert events[4].before == {"status": "PENDING_REGISTRATION", "managed": False, "size": None}
    version, files = registry.versions.get(f"{FRAUD}/1"), registry.versions.files(f"{FRAUD}/1")
    ready = {"status": "READY", "managed": True, "size": version.size, "manifest": manifest_hash(files)}
    assert events[4].after == ready
    assert registry.history.broken_at() is None


def test_an_interrupt_that_comes_when_all_is_done_leaves_the_version_ready(
    registry: Registry, save_model: SaveModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, done = DuckDBStore.write, list[DuckDBStore]()

    @contextmanager
    def interrupted(store: DuckDBStore) -> Iterator[Transaction]:
        with write(store) as tx:
            yield tx
        done.append(store)
        if len(done) == 2:  # the first makes the version PENDING_REGISTRATION, the second READY
            raise KeyboardInterrupt

    source = str(save_model())
    monkeypatch.setattr(DuckDBStore, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        registry.versions.register(source, FRAUD)
    monkeypatch.setattr(DuckDBStore, "write", write)
    assert registry.versions.get(f"{FRAUD}/1").status == "READY"
    assert list(registry.versions.load(f"{FRAUD}/1").predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]
    assert registry.maintenance.verify().sound


def test_sources_of_every_kind_arrive(
    registry: Registry, logged: ModelInfo, experiment: str, save_model: SaveModel
) -> None:
    folder = save_model()
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(folder), "old")
    sources = [f"runs:/{logged.run_id}/fraud", f"runs:/{run.info.run_id}/old", folder.as_uri(), str(folder)]
    for number, source in enumerate(sources, 1):
        version = registry.versions.register(source, FRAUD)
        assert (version.version, version.status, version.source) == (number, "READY", source)
        model = registry.versions.load(f"{FRAUD}/{number}")
        assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]
    assert [version.run_id for version in registry.versions.list(FRAUD)] == [None, None, run.info.run_id, logged.run_id]


def test_files_at_hand_are_taken_instead_of_the_source(registry: Registry, save_model: SaveModel) -> None:
    version = registry.versions.register("s3://bucket/far-away", FRAUD, local_folder=str(save_model()))
    assert (version.status, version.source) == ("READY", "s3://bucket/far-away")
    assert folder_of(registry, f"{FRAUD}/1").joinpath("MLmodel").is_file()


def test_a_version_outlives_its_run(registry: Registry, logged: ModelInfo, tmp_path: Path) -> None:
    registry.versions.register(f"models:/{logged.model_id}", FRAUD, aliases=["Champion"])
    MlflowClient().delete_run(logged.run_id)
    MlflowClient().delete_logged_model(logged.model_id)
    shutil.rmtree(tmp_path / "artifacts")
    model = registry.versions.load(f"{FRAUD}@Champion")
    assert list(model.predict(X)) == [0, 1, 0, 1]  # type: ignore[attr-defined]


def test_loading_twice_leaves_the_files_as_they_are(registry: Registry, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), FRAUD)
    for _ in range(2):
        registry.versions.load(f"{FRAUD}/1")


LOADER = """
class Rule:
    def predict(self, frame):
        return frame["amount"] > 10


def _load_pyfunc(path):
    return Rule()
"""


def test_a_model_with_code_of_its_own_loads_twice(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "path", sys.path[:])
    (tmp_path / "fraud_rule_loader.py").write_text(LOADER)
    mlflow.pyfunc.save_model(
        str(tmp_path / "rule"),
        loader_module="fraud_rule_loader",
        code_paths=[str(tmp_path / "fraud_rule_loader.py")],
        signature=infer_signature(X, [True]),
        pip_requirements=[],
    )
    registry.versions.register(str(tmp_path / "rule"), FRAUD)
    for _ in range(2):
        sys.modules.pop("fraud_rule_loader", None)
        model = registry.versions.load(f"{FRAUD}/1")
        assert list(model.predict(X)) == [False, True, False, True]  # type: ignore[attr-defined]


def test_a_changed_file_stops_the_load(registry: Registry, save_model: SaveModel) -> None:
    registry.versions.register(str(save_model()), FRAUD, aliases=["Champion"])
    changed = folder_of(registry, f"{FRAUD}/1") / "requirements.txt"
    changed.chmod(0o644)
    changed.write_text(changed.read_text() + "evil\n")
    for attempt in (registry.versions.load, registry.versions.location):
        with pytest.raises(FilesDamaged, match=r"requirements\.txt"):
            attempt(f"{FRAUD}@Champion")


def test_a_download_is_the_users_own(registry: Registry, save_model: SaveModel, tmp_path: Path) -> None:
    registry.versions.register(str(save_model()), FRAUD)
    folder = registry.versions.download(f"{FRAUD}/1", tmp_path / "mine")
    assert {path.name for path in folder.iterdir()} == {file.path for file in registry.versions.files(f"{FRAUD}/1")}
    assert folder.stat().st_mode & 0o200
    assert (folder / "MLmodel").stat().st_mode & 0o200
    assert not (folder / "MLmodel").samefile(folder_of(registry, f"{FRAUD}/1") / "MLmodel")


def test_a_file_with_a_strange_name_survives_the_database(registry: Registry, save_model: SaveModel) -> None:
    folder = save_model()
    (folder / "模型\n'; DROP TABLE files; --").write_text("x")
    registry.versions.register(str(folder), FRAUD)
    registry.versions.load(f"{FRAUD}/1")
    assert "模型\n'; DROP TABLE files; --" in [file.path for file in registry.versions.files(f"{FRAUD}/1")]


def test_its_metrics_are_those_of_the_runs_page_and_a_workspace_versions_those_of_mlflow(
    registry: Registry, experiment: str
) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        info = log_model()
        mlflow.log_metric("loss", 1.0, step=0, model_id=info.model_id)
        mlflow.log_metric("loss", 0.0667, step=14, model_id="")
    source = f"models:/{info.model_id}"
    [governed] = registry.versions.register(source, FRAUD).metrics or ()
    assert (governed.value, governed.step) == (0.0667, 14)
    assert governed.value == MlflowClient().get_run(run.info.run_id).data.metrics["loss"]
    [workspace] = registry.versions.register(source, "iris").metrics or ()
    assert (workspace.value, workspace.step) == (1.0, 0)
