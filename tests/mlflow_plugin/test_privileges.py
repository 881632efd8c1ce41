"""MLflow's own client in a registry with privileges: each flow takes exactly what is documented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from jupyter_modelreg.core.registry import Registry
from tests.support.mlflow_models import model_folder
from tests.support.names import FRAUD
from tests.support.shared import close

USE = [("USE CATALOG", "prod"), ("USE SCHEMA", "prod.ml_team")]
COPY = "prod.ml_team.copy"
Grants = list[tuple[str, str]]
Flow = Callable[[MlflowClient, str], object]


def _register(client: MlflowClient, folder: str) -> object:
    """As `mlflow.register_model` does: the model first, which may be there."""
    try:
        client.create_registered_model(FRAUD)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    return client.create_model_version(FRAUD, folder)


FLOWS: dict[str, tuple[Grants, Flow]] = {
    "get": ([*USE, ("EXECUTE", FRAUD)], lambda client, _: client.get_registered_model(FRAUD)),
    "get by any right": ([*USE, ("APPLY TAG", FRAUD)], lambda client, _: client.get_model_version(FRAUD, "1")),
    "load": ([*USE, ("EXECUTE", FRAUD)], lambda client, _: client.get_model_version_download_uri(FRAUD, "1")),
    "register": ([*USE, ("CREATE MODEL VERSION", FRAUD)], _register),
    "create": (
        [*USE, ("CREATE MODEL", "prod.ml_team")],
        lambda client, _: client.create_registered_model("prod.ml_team.new"),
    ),
    "tag": ([*USE, ("APPLY TAG", FRAUD)], lambda client, _: client.set_registered_model_tag(FRAUD, "a", "b")),
    "tag a version": (
        [*USE, ("APPLY TAG", FRAUD)],
        lambda client, _: client.set_model_version_tag(FRAUD, "1", "a", "b"),
    ),
    "set an alias": (
        [*USE, ("MANAGE", FRAUD)],
        lambda client, _: client.set_registered_model_alias(FRAUD, "Best", "1"),
    ),
    "describe": ([*USE, ("MANAGE", FRAUD)], lambda client, _: client.update_registered_model(FRAUD, "x")),
    "rename": (
        [*USE, ("MANAGE", FRAUD), ("CREATE MODEL", "prod.ml_team")],
        lambda client, _: client.rename_registered_model(FRAUD, "prod.ml_team.renamed"),
    ),
    "delete a version": ([*USE, ("MANAGE", FRAUD)], lambda client, _: client.delete_model_version(FRAUD, "1")),
    "delete": ([*USE, ("MANAGE", FRAUD)], lambda client, _: client.delete_registered_model(FRAUD)),
    "copy": (
        [*USE, ("EXECUTE", FRAUD), ("CREATE MODEL VERSION", COPY)],
        lambda client, _: client.copy_model_version(f"models:/{FRAUD}/1", COPY),
    ),
}


@pytest.fixture
def shared(registry: Registry, tmp_path: Path) -> Registry:
    """Ana's governed model with a version, and an empty one beside it; nobody else may do anything."""
    registry.versions.register(model_folder(tmp_path / "model"), FRAUD)
    registry.models.create(COPY)
    return close(registry)


@pytest.fixture
def ben(registry: Registry, tracking_uri: str, monkeypatch: pytest.MonkeyPatch) -> MlflowClient:
    """MLflow's client, as ben uses it."""
    monkeypatch.setenv("MODELREG_ACTOR", "ben")
    return MlflowClient(tracking_uri, registry.uri)


@pytest.mark.parametrize("flow", FLOWS)
def test_each_flow_takes_exactly_what_is_documented(
    shared: Registry, ben: MlflowClient, tmp_path: Path, flow: str
) -> None:
    grants, do = FLOWS[flow]
    folder = model_folder(tmp_path / "next")
    for missing in grants:
        given = [each for each in grants if each != missing]
        for privilege, on in given:
            shared.grants.grant([privilege], on, ["ben"])
        with pytest.raises(MlflowException) as refused:
            do(ben, folder)
        # MLflow's own code for a copy of what is not there.
        hidden = {"RESOURCE_DOES_NOT_EXIST", "INTERNAL_ERROR"} if flow == "copy" else {"RESOURCE_DOES_NOT_EXIST"}
        assert refused.value.error_code in {"PERMISSION_DENIED", *hidden}
        for privilege, on in given:
            shared.grants.revoke([privilege], on, ["ben"])
    for privilege, on in grants:
        shared.grants.grant([privilege], on, ["ben"])
    do(ben, folder)


def test_who_may_not_load_a_model_may_not_copy_it(shared: Registry, ben: MlflowClient) -> None:
    for privilege, on in [*USE, ("APPLY TAG", FRAUD), ("CREATE MODEL VERSION", COPY)]:
        shared.grants.grant([privilege], on, ["ben"])
    for copy in (
        lambda: ben.copy_model_version(f"models:/{FRAUD}/1", COPY),
        lambda: ben.create_model_version(COPY, f"models:/{FRAUD}/1"),
        lambda: ben.get_model_version_download_uri(FRAUD, "1"),
    ):
        with pytest.raises(MlflowException, match=r"ben lacks EXECUTE on model prod\.ml_team\.fraud") as refused:
            copy()
        assert refused.value.error_code == "PERMISSION_DENIED"


def test_a_search_finds_what_one_may_read(shared: Registry, ben: MlflowClient) -> None:
    assert list(ben.search_registered_models()) == []
    for privilege, on in [*USE, ("EXECUTE", FRAUD)]:
        shared.grants.grant([privilege], on, ["ben"])
    assert [model.name for model in ben.search_registered_models()] == [FRAUD]
    assert [version.name for version in ben.search_model_versions()] == [FRAUD]
    assert [version.version for version in ben.search_model_versions(f"name='{COPY}'")] == []


def test_what_is_refused_says_who_can_help(shared: Registry, ben: MlflowClient) -> None:
    for privilege, on in [*USE, ("EXECUTE", FRAUD)]:
        shared.grants.grant([privilege], on, ["ben"])
    with pytest.raises(MlflowException, match=r"ben lacks MANAGE on model prod\.ml_team\.fraud") as refused:
        ben.set_registered_model_alias(FRAUD, "Best", "1")
    assert refused.value.error_code == "PERMISSION_DENIED"
    assert f"ask ana to run: grant MANAGE on model {FRAUD} to ben" in refused.value.message
