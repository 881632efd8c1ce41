"""Model versions and aliases through MLflow's store."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow.entities import LoggedModelParameter, Metric
from mlflow.entities.model_registry import ModelVersionTag
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_models import model_folder, refused
from tests.support.names import SOURCE


@pytest.fixture(params=["fraud", "prod.ml_team.fraud"])
def name(request: pytest.FixtureRequest, store: ModelRegistryStore) -> str:
    """A model without versions, once of each kind."""
    named: str = request.param
    store.create_registered_model(named)
    return named


@pytest.fixture
def source(tmp_path: Path) -> str:
    """The folder of a model that may be registered anywhere."""
    return model_folder(tmp_path / "model")


def test_create(store: ModelRegistryStore, name: str, source: str) -> None:
    tags = [ModelVersionTag("task", "ranking")]
    created = store.create_model_version(name, source, "run-1", tags, "https://runs/1", "text")
    assert (created.name, created.version, created.current_stage) == (name, 1, "None")
    assert (created.source, created.run_id, created.run_link) == (source, "run-1", "https://runs/1")
    assert (created.description, created.tags, created.aliases) == ("text", {"task": "ranking"}, [])
    assert (created.status, created.status_message) == ("READY", None)
    assert created.user_id == store.registry.actor
    assert dict(store.get_model_version(name, "1")) == dict(created)
    assert store.create_model_version(name, source).version == 2
    assert store.get_registered_model(name).last_updated_timestamp >= created.creation_timestamp


def test_create_for_an_unknown_model(store: ModelRegistryStore, source: str) -> None:
    for missing in ("nothing", "prod.ml_team.nothing"):
        with refused("RESOURCE_DOES_NOT_EXIST"):
            store.create_model_version(missing, source)
        with refused("RESOURCE_DOES_NOT_EXIST"):
            store.get_registered_model(missing)


def test_create_with_malformed_tags(store: ModelRegistryStore, name: str, source: str) -> None:
    for key, value in ((None, "x"), ("a//b", "x"), ("key", None), ("key", "x" * 100_001)):
        with refused("INVALID_PARAMETER_VALUE"):
            store.create_model_version(name, source, tags=[ModelVersionTag(key, value)])
    with refused("INVALID_PARAMETER_VALUE"):
        tags = [ModelVersionTag("key", "x" * 100_001), ModelVersionTag("key", "fine")]
        store.create_model_version(name, source, tags=tags)
    assert store.get_latest_versions(name) == []


def test_numbers_are_never_reused(store: ModelRegistryStore, name: str, source: str) -> None:
    for _ in range(3):
        store.create_model_version(name, source)
    store.delete_model_version(name, 3)
    assert store.create_model_version(name, source).version == 4


def test_a_governed_name_goes_on_counting_after_its_deletion(store: ModelRegistryStore, source: str) -> None:
    governed = "prod.ml_team.fraud"
    for expected in (1, 2):
        store.create_registered_model(governed)
        assert store.create_model_version(governed, source).version == expected
        store.delete_registered_model(governed)


def test_logged_model_facts_are_on_the_version(store: ModelRegistryStore, client: MlflowClient) -> None:
    with mlflow.start_run() as run:
        logged = mlflow.create_external_model(name="made", params={"depth": "7"})
        mlflow.log_metric("auc", 0.93, step=2, model_id=logged.model_id)
    store.create_registered_model("fraud")
    by_source = store.create_model_version("fraud", f"models:/{logged.model_id}")
    by_id = store.create_model_version("fraud", SOURCE, model_id=logged.model_id)
    for version in (by_source, by_id, *store.search_model_versions()):
        assert version.model_id == logged.model_id
        assert version.run_id == run.info.run_id
        assert [(param.key, param.value) for param in version.params] == [("depth", "7")]
        (metric,) = version.metrics
        assert (metric.key, metric.value, metric.step, metric.run_id) == ("auc", 0.93, 2, run.info.run_id)
        assert isinstance(metric, Metric)
        assert isinstance(version.params[0], LoggedModelParameter)
    assert store.get_model_version_download_uri("fraud", 1) == logged.artifact_location


def test_registering_a_version_again_keeps_its_run(store: ModelRegistryStore, client: MlflowClient) -> None:
    """MLflow's client passes the logged model on, whose run is the version's; by then it may be deleted."""
    with mlflow.start_run() as run:
        logged = mlflow.create_external_model(name="made")
    other = mlflow.create_external_model(name="other")
    store.create_registered_model("fraud")
    store.create_model_version("fraud", f"models:/{logged.model_id}")
    client.delete_logged_model(logged.model_id)
    again = mlflow.register_model("models:/fraud/1", "again")
    assert (again.run_id, again.model_id) == (run.info.run_id, logged.model_id)
    assert store.create_model_version("fraud", "models:/fraud/1").run_id is None
    assert store.create_model_version("fraud", "models:/fraud/1", model_id=other.model_id).run_id is None
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.create_model_version("fraud", "models:/fraud/1", model_id="m-unknown")


def test_update(store: ModelRegistryStore, name: str, source: str) -> None:
    store.create_model_version(name, source)
    assert store.update_model_version(name, "1", "text").description == "text"
    assert store.get_model_version(name, 1).description == "text"
    assert store.update_model_version(name, 1).description is None
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.update_model_version(name, 2, "text")


def test_stages(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud")
    for _ in range(3):
        store.create_model_version("fraud", SOURCE)

    def stages() -> list[str]:
        return [store.get_model_version("fraud", number).current_stage for number in (1, 2, 3)]

    assert store.transition_model_version_stage("fraud", 1, "sTaGiNg", False).current_stage == "Staging"
    store.transition_model_version_stage("fraud", 2, "Staging", False)
    assert stages() == ["Staging", "Staging", "None"]
    moved = store.transition_model_version_stage("fraud", "3", "staging", True)
    assert stages() == ["Archived", "Archived", "Staging"]
    assert store.get_model_version("fraud", 1).last_updated_timestamp == moved.last_updated_timestamp
    assert store.get_registered_model("fraud").last_updated_timestamp == moved.last_updated_timestamp
    for inactive in ("None", "Archived"):
        with refused("INTERNAL_ERROR", "cannot archive"):
            store.transition_model_version_stage("fraud", 1, inactive, True)
    for bad in ("unknown", "Deleted_Internal", ""):
        with refused("INVALID_PARAMETER_VALUE"):
            store.transition_model_version_stage("fraud", 1, bad, False)
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.transition_model_version_stage("fraud", 9, "Staging", True)
    assert stages() == ["Archived", "Archived", "Staging"]


def test_delete(store: ModelRegistryStore, name: str, source: str) -> None:
    store.create_model_version(name, source, tags=[ModelVersionTag("key", "value")])
    store.set_registered_model_alias(name, "Champion", 1)
    store.delete_model_version(name, "1")
    for call in (
        lambda: store.get_model_version(name, 1),
        lambda: store.update_model_version(name, 1, "text"),
        lambda: store.delete_model_version(name, 1),
        lambda: store.get_model_version_download_uri(name, 1),
        lambda: store.set_model_version_tag(name, 1, ModelVersionTag("key", "value")),
        lambda: store.delete_model_version_tag(name, 1, "key"),
        lambda: store.set_registered_model_alias(name, "Champion", 1),
    ):
        with refused("RESOURCE_DOES_NOT_EXIST"):
            call()
    assert store.get_registered_model(name).aliases == {}
    with refused("INVALID_PARAMETER_VALUE"):
        store.get_model_version_by_alias(name, "Champion")


def test_download_uri(store: ModelRegistryStore, source: str) -> None:
    store.create_registered_model("fraud")
    store.create_model_version("fraud", SOURCE)
    store.transition_model_version_stage("fraud", 1, "Production", False)
    assert store.get_model_version_download_uri("fraud", "1") == SOURCE
    store.create_registered_model("prod.ml_team.fraud")
    store.create_model_version("prod.ml_team.fraud", source)
    shutil.rmtree(source)
    uri = store.get_model_version_download_uri("prod.ml_team.fraud", 1)
    assert uri.startswith("file://")
    assert Path(uri.removeprefix("file://"), "weights.bin").read_bytes() == b"0123456789"
    assert not uri.endswith(source)


def test_tags(store: ModelRegistryStore, name: str, source: str) -> None:
    for _ in range(2):
        created = store.create_model_version(name, source, tags=[ModelVersionTag("task", "ranking")])
    store.set_model_version_tag(name, "2", ModelVersionTag("task", "scoring"))
    store.set_model_version_tag(name, 2, ModelVersionTag("other", "x"))
    assert store.get_model_version(name, 2).tags == {"task": "scoring", "other": "x"}
    assert store.get_model_version(name, 1).tags == {"task": "ranking"}
    store.delete_model_version_tag(name, 2, "task")
    store.delete_model_version_tag(name, 2, "task")
    after = store.get_model_version(name, 2)
    assert after.tags == {"other": "x"}
    assert after.last_updated_timestamp == created.last_updated_timestamp
    for key, value in ((None, "x"), ("key", None), ("key", "x" * 100_001), ("x" * 251, "x")):
        with refused("INVALID_PARAMETER_VALUE"):
            store.set_model_version_tag(name, 2, ModelVersionTag(key, value))
    with refused("INVALID_PARAMETER_VALUE"):
        store.delete_model_version_tag(name, 2, None)  # type: ignore[arg-type]


def test_aliases(store: ModelRegistryStore, name: str, source: str) -> None:
    for _ in range(2):
        store.create_model_version(name, source)
    store.set_registered_model_alias(name, "Champion", "2")
    store.set_registered_model_alias(name, "champion", 2)
    assert store.get_registered_model(name).aliases == {"Champion": 2, "champion": 2}
    assert sorted(store.get_model_version(name, 2).aliases) == ["Champion", "champion"]
    assert store.get_model_version(name, 1).aliases == []
    store.set_registered_model_alias(name, "Champion", 1)
    assert store.get_model_version_by_alias(name, "Champion").version == 1
    assert store.get_model_version_by_alias(name, "champion").version == 2
    store.delete_registered_model_alias(name, "Champion")
    store.delete_registered_model_alias(name, "Champion")
    assert store.get_registered_model(name).aliases == {"champion": 2}
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.set_registered_model_alias(name, "Champion", 9)
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.delete_registered_model_alias(f"{name}x", "Champion")


def test_latest_is_the_highest_number_in_any_stage(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud")
    with refused("RESOURCE_DOES_NOT_EXIST", "^Latest version not found for model fraud.\nHint: register one first$"):
        store.get_model_version_by_alias("fraud", "latest")
    for _ in range(12):
        store.create_model_version("fraud", SOURCE)
    store.transition_model_version_stage("fraud", 3, "Production", False)
    assert store.get_model_version_by_alias("fraud", "Latest").version == 12


@pytest.mark.parametrize("target", ["copied", "prod.ml_team.copied"])
def test_copy(
    store: ModelRegistryStore, name: str, source: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tags = [ModelVersionTag("task", "ranking")]
    original = store.create_model_version(name, source, "run-1", tags, "https://runs/1", "text")
    store.set_registered_model_alias(name, "Champion", 1)
    for number in (1, 2):
        copied = store.copy_model_version(original, target)
        assert (copied.name, copied.version, copied.source) == (target, number, f"models:/{name}/1")
        assert (copied.run_id, copied.run_link, copied.description) == ("run-1", "https://runs/1", "text")
        assert (copied.tags, copied.aliases, copied.current_stage) == ({"task": "ranking"}, [], "None")
        assert copied.status == "READY"
        said = "already exists. Creating a new version" if number == 2 else f"Successfully registered model '{target}'."
        printed = capsys.readouterr().err
        assert said in printed
        assert f"Copied version '1' of model '{name}' to version '{number}' of model '{target}'." in printed
    again = store.copy_model_version(copied, f"{target}_again")
    assert again.source == f"models:/{target}/2"
    if name == "fraud" and target == "copied":
        assert store.get_model_version_download_uri(f"{target}_again", 1) == source


def test_copy_within_one_model(store: ModelRegistryStore, name: str, source: str) -> None:
    original = store.create_model_version(name, source)
    assert store.copy_model_version(original, name).version == 2


def test_a_governed_copy_outlives_its_original(store: ModelRegistryStore, source: str) -> None:
    store.create_registered_model("staging.ml_team.fraud")
    original = store.create_model_version("staging.ml_team.fraud", source)
    store.copy_model_version(original, "prod.ml_team.fraud")
    store.delete_registered_model("staging.ml_team.fraud")
    store.registry.trash.purge()
    uri = store.get_model_version_download_uri("prod.ml_team.fraud", 1)
    assert Path(uri.removeprefix("file://"), "weights.bin").read_bytes() == b"0123456789"


def test_a_copy_that_cannot_be(store: ModelRegistryStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.create_registered_model("fraud")
    unsigned = store.create_model_version("fraud", model_folder(tmp_path / "unsigned", signature=None))
    with refused("INVALID_PARAMETER_VALUE", "has no signature"):
        store.copy_model_version(unsigned, "prod.ml_team.fraud")
    with refused("INVALID_PARAMETER_VALUE"):
        store.copy_model_version(unsigned, "a/b")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.get_registered_model("prod.ml_team.fraud")
    assert capsys.readouterr().err == ""


def test_the_client_copies_by_alias(client: MlflowClient, source: str) -> None:
    client.create_registered_model("staging.ml_team.fraud")
    client.create_model_version("staging.ml_team.fraud", source)
    client.set_registered_model_alias("staging.ml_team.fraud", "Champion", 1)
    copied = client.copy_model_version("models:/staging.ml_team.fraud@Champion", "prod.ml_team.fraud")
    assert (copied.name, copied.version) == ("prod.ml_team.fraud", 1)
    with refused("INTERNAL_ERROR"):
        client.copy_model_version("runs:/1/model", "prod.ml_team.fraud")


def test_there_is_nothing_to_wait_for(store: ModelRegistryStore, name: str, source: str) -> None:
    version: Any = store.create_model_version(name, source)
    store._await_model_version_creation(version, 300)


def test_what_is_held_goes_as_in_mlflow_and_the_log_says_so(store: ModelRegistryStore, name: str, source: str) -> None:
    store.create_model_version(name, source)
    store.copy_model_version(store.get_model_version(name, "1"), "prod.risk.copied")
    asked = store.registry.requests.alias(f"{name}/1", "Champion")
    renamed = f"{name}2"
    store.rename_registered_model(name, renamed)
    store.delete_model_version(renamed, "1")
    gone, moved = store.registry.history.recent(renamed, limit=2)
    held = ["prod.risk.copied/1", f"request {asked.id}"]
    assert (gone.action, gone.after) == ("version.deleted", {"forced": held})
    assert (moved.action, (moved.after or {})["forced"]) == ("model.renamed", held[1:])
