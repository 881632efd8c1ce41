"""MLflow's own client where tags are governed."""

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
