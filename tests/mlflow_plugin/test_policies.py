"""MLflow's own client where tags are governed, and where there are policies."""

from __future__ import annotations

from pathlib import Path

from mlflow import MlflowClient

from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_models import model_folder, refused
from tests.support.names import FRAUD


def test_a_governed_tag(client: MlflowClient, store: ModelRegistryStore, tmp_path: Path) -> None:
    store.registry.tag_policies.create("stage", ["dev", "prod"])
    store.registry.tag_policies.create("approved", assigners=["cleo"])
    folder = model_folder(tmp_path / "model")
    with refused("INVALID_PARAMETER_VALUE", "tag stage cannot be 'x': its tag policy allows dev and prod"):
        client.create_registered_model(FRAUD, tags={"stage": "x"})
    client.create_registered_model(FRAUD, tags={"stage": "dev"})
    with refused("INVALID_PARAMETER_VALUE", "tag stage cannot be 'x'"):
        client.create_model_version(FRAUD, folder, tags={"stage": "x"})
    client.create_registered_model("iris")
    client.create_model_version("iris", folder, tags={"stage": "prod"})
    with refused("INVALID_PARAMETER_VALUE", "tag stage cannot be 'x'"):
        client.set_model_version_tag("iris", "1", "stage", "x")
    with refused("PERMISSION_DENIED", "may not set or remove tag approved: its tag policy leaves that to cleo"):
        client.set_registered_model_tag("iris", "approved", "yes")
    store.registry.tag_policies.change("stage", values=["dev"])
    copied = client.copy_model_version("models:/iris/1", "other")
    assert copied.tags == {}


def test_policies(client: MlflowClient, store: ModelRegistryStore, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    client.create_registered_model(FRAUD)
    client.create_model_version(FRAUD, folder)
    store.registry.policies.add("owned", "required-tags", "prod", {"tags": ["owner"]})
    store.registry.policies.add("told", "required-description", FRAUD, alias="Champion")
    with refused("INVALID_PARAMETER_VALUE", r"it lacks the tag owner \(policy owned of catalog prod\)"):
        client.create_model_version(FRAUD, folder)
    with refused("INVALID_PARAMETER_VALUE", "it lacks the tag owner"):
        client.copy_model_version(f"models:/{FRAUD}/1", "prod.ml_team.copy")
    with refused("INVALID_PARAMETER_VALUE", f"{FRAUD}/1 cannot become @Champion: it has no description"):
        client.set_registered_model_alias(FRAUD, "Champion", "1")
    client.update_model_version(FRAUD, "1", "what it is")
    client.set_registered_model_alias(FRAUD, "Champion", "1")
    client.create_model_version(FRAUD, folder, tags={"owner": "ana"})


def test_the_refusal_of_a_signature_that_is_missing_is_that_of_mlflow(
    client: MlflowClient, store: ModelRegistryStore, tmp_path: Path
) -> None:
    """It is a policy by now, and what it says is what it said; a policy of that name relaxes it."""
    folder = model_folder(tmp_path / "model", signature=None)
    client.create_registered_model(FRAUD)
    said = f"{folder} has no signature, so it cannot become {FRAUD}"
    with refused("INVALID_PARAMETER_VALUE", said):
        client.create_model_version(FRAUD, folder)
    store.registry.policies.add("signature-required", "signature-required", "registry")
    with refused("INVALID_PARAMETER_VALUE", said):
        client.create_model_version(FRAUD, folder)
    store.registry.policies.add("signature-required", "signature-required", "registry", mode="off", replacing=True)
    assert client.create_model_version(FRAUD, folder).version == 1
