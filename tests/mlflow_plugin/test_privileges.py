"""MLflow's own client in a registry with privileges: each flow takes exactly what is documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature

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
    "register with the fluent client": (
        [*USE, ("CREATE MODEL VERSION", FRAUD)],
        lambda _, folder: mlflow.register_model(folder, FRAUD),
    ),
    "remove a tag": ([*USE, ("APPLY TAG", FRAUD)], lambda client, _: client.delete_registered_model_tag(FRAUD, "a")),
    "drop an alias": (
        [*USE, ("MANAGE", FRAUD)],
        lambda client, _: client.delete_registered_model_alias(FRAUD, "Champion"),
    ),
    "describe a version": ([*USE, ("MANAGE", FRAUD)], lambda client, _: client.update_model_version(FRAUD, "1", "x")),
    "read by an alias": (
        [*USE, ("EXECUTE", FRAUD)],
        lambda client, _: client.get_model_version_by_alias(FRAUD, "Champion"),
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
    registry.aliases.set(FRAUD, "Champion", 1)
    registry.models.create(COPY)
    return close(registry)


@pytest.fixture
def ben(
    registry: Registry, tracking_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MlflowClient]:
    """MLflow's client, as ben uses it."""
    monkeypatch.setenv("MODELREG_ACTOR", "ben")
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_registry_uri(registry.uri)
    mlflow.create_experiment("ben's", artifact_location=(tmp_path / "artifacts").as_uri())
    mlflow.set_experiment("ben's")  # or MLflow keeps to the one that an earlier test was in
    yield MlflowClient(tracking_uri, registry.uri)
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


@pytest.mark.parametrize("browses", [False, True], ids=["hidden", "browsed"])
@pytest.mark.parametrize("flow", FLOWS)
def test_each_flow_takes_exactly_what_is_documented(
    shared: Registry, ben: MlflowClient, tmp_path: Path, flow: str, browses: bool
) -> None:
    """Each privilege taken away is missed: PERMISSION_DENIED where ben may know of the model, else it is not there."""
    grants, do = FLOWS[flow]
    if browses and flow == "get":
        pytest.skip("which BROWSE is enough for")
    if browses:
        shared.grants.grant(["BROWSE"], "registry", ["ben"])
    folder = model_folder(tmp_path / "next")
    for missing in grants:
        given = [each for each in grants if each != missing]
        for privilege, on in given:
            shared.grants.grant([privilege], on, ["ben"])
        with pytest.raises(MlflowException) as refused:
            do(ben, folder)
        # MLflow's own code for a copy of what its client may not read.
        hidden = {"RESOURCE_DOES_NOT_EXIST", "INTERNAL_ERROR"} if flow == "copy" else {"RESOURCE_DOES_NOT_EXIST"}
        assert refused.value.error_code in {"PERMISSION_DENIED", *(() if browses and flow != "copy" else hidden)}
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


def test_a_model_is_logged_and_registered_in_one_go(shared: Registry, ben: MlflowClient) -> None:
    """By `log_model(registered_model_name=)`, which takes what adding a version takes, and no more."""

    def log() -> object:
        with mlflow.start_run():
            return mlflow.pyfunc.log_model(
                name="model",
                python_model=lambda model_input: model_input,
                signature=infer_signature(["a"], ["b"]),
                pip_requirements=[],
                registered_model_name=FRAUD,
            )

    shared.grants.grant(["BROWSE"], "registry", ["ben"])
    shared.grants.grant(["USE CATALOG", "USE SCHEMA"], "prod", ["ben"])
    with pytest.raises(MlflowException, match="ben lacks CREATE MODEL VERSION") as refused:
        log()
    assert refused.value.error_code == "PERMISSION_DENIED"
    shared.grants.grant(["CREATE MODEL VERSION"], FRAUD, ["ben"])
    log()
    assert shared.versions.get(f"{FRAUD}/2").created_by == "ben"
    assert ben.get_model_version(FRAUD, "2").status == "READY"
    with pytest.raises(MlflowException, match="ben lacks EXECUTE"):
        mlflow.pyfunc.load_model(f"models:/{FRAUD}/2")
    shared.grants.grant(["EXECUTE"], FRAUD, ["ben"])
    shared.aliases.set(FRAUD, "Champion", 2)
    assert mlflow.pyfunc.load_model(f"models:/{FRAUD}@Champion").predict(["a"]) is not None
