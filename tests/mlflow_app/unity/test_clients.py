"""Stock clients on a running server: MLflow's `uc:` store, its native `databricks-uc` store, unitycatalog-client."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from tests.mlflow_app.conftest import Team
from tests.support.real_models import FITTED, SaveModel, X

# It exports nothing by the letter, as mypy sees it.
unity: Any = importlib.import_module("unitycatalog.client")


@contextmanager
def registry_at(uri: str, **environment: str) -> Iterator[MlflowClient]:
    """MLflow's client on that registry; nothing of ours is in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        mlflow.set_registry_uri(uri)
        try:
            yield MlflowClient()
        finally:
            mlflow.set_registry_uri(None)


@contextmanager
def open_source(team: Team, token: str) -> Iterator[MlflowClient]:
    """By `uc:`, as somebody who has a token."""
    with registry_at(f"uc:{team.url}", MLFLOW_UC_OSS_TOKEN=token) as client:
        yield client


@contextmanager
def native(team: Team, token: str, flag: str) -> Iterator[MlflowClient]:
    """By `databricks-uc`, which takes the same routes when MLflow's flag is set, and others by other names."""
    environment = {
        "DATABRICKS_HOST": team.url,
        "DATABRICKS_TOKEN": token,
        "MLFLOW_ENABLE_UC_NATIVE_MODEL_REGISTRY": flag,
    }
    with registry_at("databricks-uc", **environment) as client:
        yield client


def test_the_open_source_client_does_all_it_can(team: Team, save_model: SaveModel) -> None:
    name = "prod.open.by_uc"
    with open_source(team, team.ana) as client:
        client.create_registered_model(name, description="ours")
        saved = str(save_model())
        for _ in range(2):
            made = mlflow.register_model(saved, name)
        assert (str(made.version), made.status) == ("2", "READY")
        client.update_model_version(name, "1", "the first")
        client.update_registered_model(name, "theirs")
        assert client.get_registered_model(name).description == "theirs"
        assert client.get_model_version(name, "1").description == "the first"
        assert sorted(int(each.version) for each in client.search_model_versions(f"name = '{name}'")) == [1, 2]
        assert name in [each.name for each in client.search_registered_models()]
        loaded = mlflow.pyfunc.load_model(f"models:/{name}/2")
        assert list(loaded.predict(X)) == list(FITTED.predict(X))
        client.delete_model_version(name, "1")
        with pytest.raises(MlflowException) as still:
            client.delete_registered_model(name)
        assert still.value.error_code == "ABORTED"
        client.delete_model_version(name, "2")
        client.delete_registered_model(name)
        with pytest.raises(MlflowException) as gone:
            client.get_registered_model(name)
        assert gone.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert team.registry.maintenance.verify().findings == []


def test_the_open_source_client_of_somebody_with_few_rights(team: Team, save_model: SaveModel) -> None:
    with open_source(team, team.ana) as client:
        saved = str(save_model())
        for name in ("prod.open.seen", "prod.closed.unseen"):
            team.registry.models.create(name)
            mlflow.register_model(saved, name)
    with open_source(team, team.ben) as client:
        loaded = mlflow.pyfunc.load_model("models:/prod.open.seen/1")
        assert list(loaded.predict(X)) == list(FITTED.predict(X))
        found = [each.name for each in client.search_registered_models()]
        assert "prod.open.seen" in found
        assert "prod.closed.unseen" not in found
        for call in (
            lambda: client.get_registered_model("prod.closed.unseen"),
            lambda: client.get_model_version("prod.closed.unseen", "1"),
            lambda: mlflow.pyfunc.load_model("models:/prod.closed.unseen/1"),
            lambda: mlflow.register_model(saved, "prod.open.seen"),
            lambda: client.create_registered_model("prod.open.mine"),
            lambda: client.update_registered_model("prod.open.seen", "mine"),
            lambda: client.delete_model_version("prod.open.seen", "1"),
        ):
            with pytest.raises(MlflowException) as refused:
                call()
            assert refused.value.error_code in ("RESOURCE_DOES_NOT_EXIST", "PERMISSION_DENIED"), refused.value
    with open_source(team, "mreg_000000000000_wrong") as client, pytest.raises(MlflowException) as out:
        client.get_registered_model("prod.open.seen")
    assert out.value.error_code == "UNAUTHENTICATED"


@pytest.mark.parametrize("flag", ["true", "false"])
def test_the_native_client_has_aliases_and_tags(team: Team, save_model: SaveModel, flag: str) -> None:
    name = f"prod.open.by_databricks_{flag}"
    with open_source(team, team.ana):
        team.registry.models.create(name)
        mlflow.register_model(str(save_model()), name)
    with native(team, team.ana, flag) as client:
        client.set_registered_model_tag(name, "team", "risk")
        client.set_model_version_tag(name, "1", "stage", "test")
        client.set_model_version_tag(name, "1", "gone", "soon")
        client.delete_model_version_tag(name, "1", "gone")
        client.set_registered_model_alias(name, "Champion", "1")
        model = client.get_registered_model(name)
        assert (model.tags, model.aliases) == ({"team": "risk"}, {"Champion": "1"})
        version = client.get_model_version_by_alias(name, "Champion")
        assert (version.version, version.tags, version.aliases) == ("1", {"stage": "test"}, ["Champion"])
        assert client.get_model_version(name, "1").status == "READY"
        client.update_model_version(name, "1", "the first")
        client.delete_registered_model_alias(name, "Champion")
        client.delete_registered_model_tag(name, "team")
        assert (client.get_registered_model(name).tags, client.get_registered_model(name).aliases) == ({}, {})
        client.create_registered_model("prod.open.second", tags={"a": "b"}, description="x")
        client.rename_registered_model("prod.open.second", "prod.open.third")
        assert client.get_registered_model("prod.open.third").tags == {"a": "b"}
        assert "prod.open.third" in [each.name for each in client.search_registered_models()]
        assert client.search_model_versions("name = 'prod.open.nothing'") == []
        client.delete_registered_model("prod.open.third")
    with native(team, team.ben, flag) as client, pytest.raises(MlflowException) as refused:
        client.set_registered_model_alias(name, "Champion", "1")
    assert refused.value.error_code == "PERMISSION_DENIED"


def test_unity_catalogs_own_client(team: Team) -> None:
    async def call() -> None:
        async with unity.ApiClient(unity.Configuration(f"{team.url}/api/2.1/unity-catalog")) as api:
            api.set_default_header("Authorization", f"Bearer {team.ana}")
            catalogs, schemas = unity.CatalogsApi(api), unity.SchemasApi(api)
            models, grants = unity.RegisteredModelsApi(api), unity.GrantsApi(api)
            await catalogs.create_catalog(unity.CreateCatalog(name="theirs", comment="x"))
            await schemas.create_schema(unity.CreateSchema(name="s", catalog_name="theirs"))
            made = await models.create_registered_model(
                unity.CreateRegisteredModel(name="m", catalog_name="theirs", schema_name="s")
            )
            assert (made.full_name, made.owner) == ("theirs.s.m", "ana")
            changed = await models.update_registered_model("theirs.s.m", unity.UpdateRegisteredModel(comment="new"))
            assert changed.comment == "new"
            listed = await models.list_registered_models("theirs", "s")
            assert [each.name for each in listed.registered_models] == ["m"]
            change = unity.PermissionsChange(principal="ben", add=[unity.Privilege.USE_CATALOG], remove=[])
            await grants.update(unity.SecurableType.CATALOG, "theirs", unity.UpdatePermissions(changes=[change]))
            found = await grants.get(unity.SecurableType.CATALOG, "theirs")
            assert [each.principal for each in found.privilege_assignments] == ["ben"]
            await models.delete_registered_model("theirs.s.m")
            await schemas.delete_schema("theirs.s")
            await catalogs.delete_catalog("theirs")
            with pytest.raises(unity.exceptions.NotFoundException):
                await catalogs.get_catalog("theirs")

    asyncio.run(call())
