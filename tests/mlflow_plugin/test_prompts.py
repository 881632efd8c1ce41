"""Prompts: MLflow's own methods over our model tables, for plain and for three-level names."""

from __future__ import annotations

import mlflow
import pytest
from mlflow.tracking.client import MlflowClient

from tests.support.mlflow_models import refused

pytestmark = pytest.mark.usefixtures("client")

both_kinds = pytest.mark.parametrize("name", ["greeting", "prod.ml_team.greeting"])


@both_kinds
def test_a_prompts_life(client: MlflowClient, name: str) -> None:
    first = mlflow.genai.register_prompt(name, "Hello {{name}}", commit_message="first", tags={"lang": "en"})
    assert (first.version, first.template, first.commit_message) == (1, "Hello {{name}}", "first")
    chat = [{"role": "user", "content": "Hi {{name}}"}]
    second = mlflow.genai.register_prompt(name, chat, response_format={"type": "object"})
    assert (second.version, second.template) == (2, chat)

    mlflow.genai.set_prompt_alias(name, "production", 1)
    loaded = mlflow.genai.load_prompt(f"prompts:/{name}@production")
    assert loaded.format(name="Ana") == "Hello Ana"
    assert loaded.tags["lang"] == "en"
    assert loaded.user_id
    assert mlflow.genai.load_prompt(name, version=2).response_format == {"type": "object"}
    mlflow.genai.delete_prompt_alias(name, "production")
    assert mlflow.genai.load_prompt(f"prompts:/{name}@production", allow_missing=True) is None

    client.set_prompt_tag(name, "team", "risk")
    client.set_prompt_version_tag(name, 1, "reviewed", "yes")
    assert client.get_prompt(name).tags["team"] == "risk"
    assert client.get_prompt_version(name, 1).tags["reviewed"] == "yes"
    client.delete_prompt_tag(name, "team")
    client.delete_prompt_version_tag(name, 1, "reviewed")
    assert "team" not in client.get_prompt(name).tags
    assert "reviewed" not in client.get_prompt_version(name, 1).tags

    client.delete_prompt_version(name, "1")
    assert [version.version for version in client.search_prompt_versions(name)] == [2]
    client.delete_prompt_version(name, "2")
    client.delete_prompt(name)
    assert client.get_prompt(name) is None


@both_kinds
def test_prompts_and_models_are_found_apart(client: MlflowClient, name: str) -> None:
    mlflow.genai.register_prompt(name, "Hello")
    client.create_registered_model("fraud")
    assert [prompt.name for prompt in mlflow.genai.search_prompts()] == [name]
    assert [prompt.name for prompt in mlflow.genai.search_prompts(f"name = '{name}'")] == [name]
    assert [model.name for model in client.search_registered_models()] == ["fraud"]
    assert client.search_model_versions() == []
    with refused("RESOURCE_ALREADY_EXISTS", "already taken by a prompt"):
        client.create_registered_model(name)
    with refused("INVALID_PARAMETER_VALUE", "model"):
        mlflow.genai.register_prompt("fraud", "Hello")


@both_kinds
def test_a_missing_prompt(name: str) -> None:
    with refused("RESOURCE_DOES_NOT_EXIST"):
        mlflow.genai.load_prompt(name, version=1)
    assert mlflow.genai.load_prompt(name, version=1, allow_missing=True) is None


def test_a_governed_prompt_brings_its_schema_and_no_files(client: MlflowClient) -> None:
    mlflow.genai.register_prompt("prod.ml_team.greeting", "Hello")
    registry = client._get_registry_client().store.registry
    assert registry.schemas.get("prod.ml_team").name == "prod.ml_team"
    assert registry.status().file_bytes == 0


def test_pages_of_prompt_versions(client: MlflowClient) -> None:
    for number in range(3):
        mlflow.genai.register_prompt("greeting", f"Hello {number}")
    first = client.search_prompt_versions("greeting", max_results=2)
    rest = client.search_prompt_versions("greeting", max_results=2, page_token=first.token)
    assert [version.version for version in [*first, *rest]] == [3, 2, 1]
