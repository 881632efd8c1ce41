"""Registered models through MLflow's store: workspace names as in MLflow's SQL store, governed ones beside them."""

from __future__ import annotations

from unittest import mock

import pytest
from mlflow.entities.model_registry import ModelVersion, RegisteredModelTag
from mlflow.prompt.constants import IS_PROMPT_TAG_KEY

from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_models import refused

both_kinds = pytest.mark.parametrize("name", ["fraud", "prod.ml_team.fraud"])


def stages(versions: list[ModelVersion]) -> dict[str, int]:
    return {version.current_stage: version.version for version in versions}


@both_kinds
def test_create(store: ModelRegistryStore, name: str) -> None:
    tags = [RegisteredModelTag("task", "ranking"), RegisteredModelTag("task", "last counts")]
    created = store.create_registered_model(name, tags, "text", deployment_job_id="job-1")
    assert created.name == name
    assert created.description == "text"
    assert created.tags == {"task": "last counts"}
    assert created.aliases == {}
    assert created.latest_versions == []
    assert created.deployment_job_id == "job-1"
    assert created.creation_timestamp == created.last_updated_timestamp > 1_700_000_000_000
    assert dict(store.get_registered_model(name)) == dict(created)


@both_kinds
def test_create_what_exists(store: ModelRegistryStore, name: str) -> None:
    prompt = [RegisteredModelTag(IS_PROMPT_TAG_KEY, "true")]
    store.create_registered_model(name)
    store.create_registered_model(f"{name}_prompt", prompt)
    with refused("RESOURCE_ALREADY_EXISTS", rf"Registered Model \(name={name}\) already exists"):
        store.create_registered_model(name)
    with refused("RESOURCE_ALREADY_EXISTS", rf"Prompt \(name={name}_prompt\) already exists"):
        store.create_registered_model(f"{name}_prompt", prompt)
    with refused("RESOURCE_ALREADY_EXISTS", "already taken by a registered model"):
        store.create_registered_model(name, prompt)
    with refused("RESOURCE_ALREADY_EXISTS", "already taken by a prompt"):
        store.create_registered_model(f"{name}_prompt")


def test_names_are_case_sensitive(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud")
    store.create_registered_model("Fraud")
    assert [model.name for model in store.search_registered_models()] == ["Fraud", "fraud"]


@both_kinds
def test_update(store: ModelRegistryStore, name: str) -> None:
    before = store.create_registered_model(name, description="one")
    assert store.update_registered_model(name, "two").description == "two"
    assert store.update_registered_model(name, None).description is None
    assert store.get_registered_model(name).last_updated_timestamp >= before.last_updated_timestamp


def test_connecting_a_job_keeps_the_description_of_a_governed_model(store: ModelRegistryStore) -> None:
    for name in ("fraud", "prod.ml_team.fraud"):
        store.create_registered_model(name, description="text")
        connected = store.update_registered_model(name, None, deployment_job_id="job-7")
        assert connected.deployment_job_id == "job-7"
        assert connected.description == ("text" if name.count(".") == 2 else None)
        assert store.update_registered_model(name, "new", "job-8").description == "new"
        assert store.get_registered_model(name).deployment_job_id == "job-8"


@both_kinds
def test_rename(store: ModelRegistryStore, name: str) -> None:
    store.create_registered_model(name, [RegisteredModelTag("task", "ranking")])
    new_name = f"{name}_new"
    renamed = store.rename_registered_model(name, new_name)
    assert (renamed.name, renamed.tags) == (new_name, {"task": "ranking"})
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.get_registered_model(name)
    store.create_registered_model(name)
    with refused("RESOURCE_ALREADY_EXISTS"):
        store.rename_registered_model(new_name, name)
    for bad in (None, "", "a/b"):
        with refused("INVALID_PARAMETER_VALUE"):
            store.rename_registered_model(name, bad)  # type: ignore[arg-type]


def test_rename_takes_versions_and_aliases_along(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud")
    store.create_model_version("fraud", "s3://bucket/model")
    store.set_registered_model_alias("fraud", "Champion", 1)
    store.rename_registered_model("fraud", "new")
    found = store.get_model_version_by_alias("new", "Champion")
    assert (found.name, found.version, found.aliases) == ("new", 1, ["Champion"])


@both_kinds
def test_delete(store: ModelRegistryStore, name: str) -> None:
    store.create_registered_model(name)
    store.delete_registered_model(name)
    for call in (
        lambda: store.get_registered_model(name),
        lambda: store.update_registered_model(name, "text"),
        lambda: store.delete_registered_model(name),
        lambda: store.get_model_version(name, 1),
        lambda: store.get_latest_versions(name),
        lambda: store.get_model_version_by_alias(name, "Champion"),
        lambda: store.get_model_version_by_alias(name, "latest"),
    ):
        with refused("RESOURCE_DOES_NOT_EXIST"):
            call()


def test_a_deleted_workspace_model_starts_again_at_one(store: ModelRegistryStore) -> None:
    for _ in range(2):
        store.create_registered_model("fraud")
        assert store.create_model_version("fraud", "s3://bucket/model").version == 1
        store.delete_registered_model("fraud")


@both_kinds
def test_tags(store: ModelRegistryStore, name: str) -> None:
    before = store.create_registered_model(name, [RegisteredModelTag("task", "ranking")])
    store.set_registered_model_tag(name, RegisteredModelTag("task", "scoring"))
    store.set_registered_model_tag(name, RegisteredModelTag("a/b c:d", ""))
    assert store.get_registered_model(name).tags == {"task": "scoring", "a/b c:d": ""}
    store.delete_registered_model_tag(name, "task")
    store.delete_registered_model_tag(name, "task")
    after = store.get_registered_model(name)
    assert after.tags == {"a/b c:d": ""}
    assert after.last_updated_timestamp == before.last_updated_timestamp
    for key, value in ((None, "x"), ("", "x"), ("x" * 251, "x"), ("a//b", "x"), ("key", "x" * 100_001)):
        with refused("INVALID_PARAMETER_VALUE"):
            store.set_registered_model_tag(name, RegisteredModelTag(key, value))
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.set_registered_model_tag(f"{name}x", RegisteredModelTag("key", "value"))
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.delete_registered_model_tag(f"{name}x", "key")
    with refused("INVALID_PARAMETER_VALUE"):
        store.delete_registered_model_tag(name, None)  # type: ignore[arg-type]


def test_latest_versions(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud")
    assert store.get_latest_versions("fraud") == []
    for stage in ("None", "Production", "Production", "Staging"):
        version = store.create_model_version("fraud", "s3://bucket/model").version
        store.transition_model_version_stage("fraud", version, stage, False)
    store.set_registered_model_alias("fraud", "Champion", 3)
    everything = {"None": 1, "Production": 3, "Staging": 4}
    assert stages(store.get_registered_model("fraud").latest_versions) == everything
    assert stages(store.get_latest_versions("fraud")) == everything
    assert stages(store.get_latest_versions("fraud", [])) == everything
    assert stages(store.get_latest_versions("fraud", ["pROduction"])) == {"Production": 3}
    assert stages(store.get_latest_versions("fraud", ["None", "Archived"])) == {"None": 1}
    with refused("INVALID_PARAMETER_VALUE"):
        store.get_latest_versions("fraud", ["nonsense"])
    (production,) = store.get_latest_versions("fraud", ["Production"])
    assert production.aliases == ["Champion"]
    store.delete_model_version("fraud", 3)
    assert stages(store.get_latest_versions("fraud")) == {"None": 1, "Production": 2, "Staging": 4}


def test_models_found_and_fetched_carry_their_aliases(store: ModelRegistryStore) -> None:
    """MLflow's own store forgets them in `latest_versions` (mlflow#16734)."""
    store.create_registered_model("fraud")
    store.create_model_version("fraud", "s3://bucket/model")
    store.set_registered_model_alias("fraud", "Champion", 1)
    (found,) = store.search_registered_models()
    for model in (found, store.get_registered_model("fraud")):
        assert model.aliases == {"Champion": 1}
        assert model.latest_versions[0].aliases == ["Champion"]


@both_kinds
def test_a_tag_without_a_value(store: ModelRegistryStore, name: str) -> None:
    created = store.create_registered_model(name, [RegisteredModelTag("reviewed", None)])
    assert created.tags == {"reviewed": ""}
    store.set_registered_model_tag(name, RegisteredModelTag("approved", None))
    assert store.get_registered_model(name).tags == {"reviewed": "", "approved": ""}


def test_the_clock_is_mlflows(store: ModelRegistryStore) -> None:
    with mock.patch("time.time", return_value=1234):
        created = store.create_registered_model("fraud")
    assert created.creation_timestamp == created.last_updated_timestamp == 1_234_000
