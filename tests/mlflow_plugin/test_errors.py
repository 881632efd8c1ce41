"""The one mapping of errors, and bad input as MLflow's client sees it: one or two lines, MLflow's own code."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.tracking.client import MlflowClient

import jupyter_modelreg.core.errors
from jupyter_modelreg.core.errors import NotFound, PolicyRefused, RegistryError
from jupyter_modelreg.mlflow_plugin.errors import CODES, mlflow_errors, raises_mlflow_errors, to_mlflow
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_models import INPUTS, model_folder, refused

GOVERNED = "prod.ml_team.fraud"


def _kinds(kind: type[RegistryError] = RegistryError) -> Iterator[type[RegistryError]]:
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == jupyter_modelreg.core.errors.__name__:
            yield from _kinds(below)


KINDS: list[type[RegistryError]] = sorted(set(_kinds()), key=lambda kind: kind.code)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_error_has_a_code_of_mlflows(kind: type[RegistryError]) -> None:
    assert kind.code in CODES, f"say in mlflow_plugin.errors.CODES what {kind.__name__} is to MLflow"


def test_the_mapping_has_nothing_else() -> None:
    assert set(CODES) == {kind.code for kind in _kinds()}


def test_message_hint_and_cause_come_along() -> None:
    error = PolicyRefused("it cannot be", "do this instead")
    assert to_mlflow(error).message == "it cannot be\nHint: do this instead"
    assert to_mlflow(error).get_http_status_code() == 400
    with pytest.raises(MlflowException) as caught, mlflow_errors():
        raise error
    assert caught.value.__context__ is error


def test_what_a_caller_sees_is_one_traceback_without_the_registrys_own(store: ModelRegistryStore) -> None:
    calls = {
        "unknown": lambda: store.get_registered_model("fraud"),
        "unknown version": lambda: store.get_model_version("fraud", "1"),
        "unknown alias": lambda: store.get_model_version_by_alias("fraud", "Champion"),
        "bad name": lambda: store.create_registered_model("a/b"),
        "no source": lambda: store.create_model_version(GOVERNED, "models:/m-00000000000000000000000000000000"),
    }
    for what, call in calls.items():
        with pytest.raises(MlflowException) as caught:
            call()
        shown = "".join(traceback.format_exception(caught.value))
        assert shown.count("Traceback (most recent call last)") == 1, what
        assert "jupyter_modelreg/core" not in shown, what


def test_the_decorator_covers_public_methods() -> None:
    @raises_mlflow_errors
    class Topic:
        def find(self, name: str) -> None:
            raise NotFound.named("model", name, ["fraud"])

    with refused("RESOURCE_DOES_NOT_EXIST", r"no model frued; did you mean fraud\?"):
        Topic().find("frued")
    assert Topic.find.__name__ == "find"


# --- names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fraud", GOVERNED])
def test_unknown_names_say_what_is_close(store: ModelRegistryStore, name: str) -> None:
    store.create_registered_model(name)
    wrong = f"{name[:-2]}du"
    with refused(
        "RESOURCE_DOES_NOT_EXIST", rf"^Registered Model with name={wrong} not found\nHint: did you mean {name}\?$"
    ):
        store.get_registered_model(wrong)


def test_unknown_versions_say_which_is_the_newest(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud")
    store.create_model_version("fraud", "s3://bucket/model")
    said = r"^Model Version \(name=fraud, version=7\) not found\nHint: its newest version is 1$"
    with refused("RESOURCE_DOES_NOT_EXIST", said):
        store.get_model_version("fraud", "7")


@pytest.mark.parametrize("name", [None, "", "  ", "a/b", "a:b", "..", 5, "prod.ml team.fraud", "prod.ml_team.fr@ud"])
def test_malformed_names(store: ModelRegistryStore, name: str) -> None:
    for call in (store.create_registered_model, store.get_registered_model, store.delete_registered_model):
        with refused("INVALID_PARAMETER_VALUE"):
            call(name)


@pytest.mark.parametrize("version", ["three", "1.5", "", None, "v1", [], float("inf")])
def test_malformed_versions(store: ModelRegistryStore, version: str) -> None:
    store.create_registered_model("fraud")
    calls: list[Callable[[], object]] = [
        lambda: store.get_model_version("fraud", version),
        lambda: store.delete_model_version("fraud", version),
        lambda: store.update_model_version("fraud", version, "text"),
        lambda: store.transition_model_version_stage("fraud", version, "Staging", False),
        lambda: store.set_model_version_tag("fraud", version, ModelVersionTag("key", "value")),
        lambda: store.delete_model_version_tag("fraud", version, "key"),
        lambda: store.set_registered_model_alias("fraud", "Champion", version),
        lambda: store.get_model_version_download_uri("fraud", version),
    ]
    for call in calls:
        with refused("INVALID_PARAMETER_VALUE", "^Parameter 'version' must be an integer, got '.*'.\nHint: use a"):
            call()


@pytest.mark.parametrize("name", ["fraud", GOVERNED])
@pytest.mark.parametrize("alias", ["latest", "LATEST", "v3", "V10", "", None, "a b", "a.b", "x" * 256])
def test_reserved_and_malformed_aliases(store: ModelRegistryStore, tmp_path: Path, name: str, alias: str) -> None:
    store.create_registered_model(name)
    store.create_model_version(name, model_folder(tmp_path / "model"))
    with refused("INVALID_PARAMETER_VALUE"):
        store.set_registered_model_alias(name, alias, 1)
    assert store.get_registered_model(name).aliases == {}


def test_a_missing_alias_is_a_bad_parameter(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud")
    store.create_model_version("fraud", "s3://bucket/model")
    store.set_registered_model_alias("fraud", "Champion", 1)
    said = r"^Registered model alias Champoin not found.\nHint: its aliases are Champion \(version 1\)$"
    with refused("INVALID_PARAMETER_VALUE", said):
        store.get_model_version_by_alias("fraud", "Champoin")


def test_an_eleventh_alias(store: ModelRegistryStore, tmp_path: Path) -> None:
    store.create_registered_model(GOVERNED)
    store.create_model_version(GOVERNED, model_folder(tmp_path / "model"))
    for number in range(10):
        store.set_registered_model_alias(GOVERNED, f"alias{number}", 1)
    with refused("INVALID_PARAMETER_VALUE", "has 10 aliases already"):
        store.set_registered_model_alias(GOVERNED, "alias10", 1)
    store.set_registered_model_alias(GOVERNED, "alias3", 1)
    store.create_registered_model("fraud")
    store.create_model_version("fraud", "s3://bucket/model")
    for number in range(12):
        store.set_registered_model_alias("fraud", f"alias{number}", 1)
    assert len(store.get_registered_model("fraud").aliases) == 12


def test_text_that_looks_like_sql_is_text(store: ModelRegistryStore) -> None:
    nasty = "'; DROP TABLE models; --"
    store.create_registered_model(nasty, [RegisteredModelTag("key", nasty)], nasty)
    store.create_model_version(nasty, nasty, nasty, [ModelVersionTag("key", nasty)], nasty, nasty)
    found = store.get_registered_model(nasty)
    assert (found.name, found.description, found.tags) == (nasty, nasty, {"key": nasty})
    by_tag = store.search_registered_models(f'tags.key = "{nasty}"')
    assert [model.name for model in by_tag] == [nasty]
    assert [version.source for version in store.search_model_versions(f'source_path = "{nasty}"')] == [nasty]
    assert store.search_registered_models("""tags.`x"') = 1; --` = 'a'""") == []


# --- governed models ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "what"),
    [(None, "has no signature"), (ModelSignature(inputs=INPUTS), "has inputs but no outputs")],
)
def test_a_missing_signature(
    store: ModelRegistryStore, tmp_path: Path, signature: ModelSignature | None, what: str
) -> None:
    store.create_registered_model(GOVERNED)
    folder = model_folder(tmp_path / "model", signature)
    with refused("INVALID_PARAMETER_VALUE", rf"{what}[^\n]*\nHint: log it with input_example= or signature="):
        store.create_model_version(GOVERNED, folder)
    _nothing_half_written(store)
    store.create_registered_model("fraud")
    assert store.create_model_version("fraud", folder).version == 1


def test_a_refused_first_version_leaves_no_model(registry_path: Path, tmp_path: Path) -> None:
    """`register_model` creates the model first, and that is to be as if it had not been."""
    import mlflow

    mlflow.set_registry_uri(f"modelreg:///{registry_path}")
    try:
        unsigned = model_folder(tmp_path / "unsigned", None)
        for _ in range(2):
            with refused("INVALID_PARAMETER_VALUE", "has no signature"):
                mlflow.register_model(unsigned, GOVERNED)
        registry = ModelRegistryStore(store_uri=f"modelreg:///{registry_path}").registry
        assert list(registry.models.list()) == []
        *_, created, deleted = registry.history.list()
        assert [created.action, deleted.action] == ["model.created", "model.deleted"]
        assert str(deleted.reason).startswith("its first version was refused: ")
        assert mlflow.register_model(model_folder(tmp_path / "signed"), GOVERNED).version == 1
    finally:
        mlflow.set_registry_uri(None)


def test_a_model_that_was_refused_a_version_comes_with_the_next(store: ModelRegistryStore, tmp_path: Path) -> None:
    """Who creates the model in a call of their own need not do so again."""
    store.create_registered_model(GOVERNED)
    with refused("INVALID_PARAMETER_VALUE", "has no signature"):
        store.create_model_version(GOVERNED, model_folder(tmp_path / "unsigned", None))
    assert store.create_model_version(GOVERNED, model_folder(tmp_path / "signed")).version == 1
    with refused("INVALID_PARAMETER_VALUE", "has no signature"):
        store.create_model_version(GOVERNED, model_folder(tmp_path / "again", None))
    assert store.get_registered_model(GOVERNED).name == GOVERNED


@pytest.mark.parametrize("change", ["tag", "describe", "version", "other store"])
def test_a_model_that_is_in_use_already_is_kept(store: ModelRegistryStore, tmp_path: Path, change: str) -> None:
    unsigned = model_folder(tmp_path / "unsigned", None)
    store.create_registered_model(GOVERNED)
    other = ModelRegistryStore(store_uri=store.registry.uri)
    match change:
        case "tag":
            other.registry.tags.set(GOVERNED, {"team": "risk"})
        case "describe":
            other.registry.models.describe(GOVERNED, "cards")
        case "version":
            other.create_model_version(GOVERNED, model_folder(tmp_path / "signed"))
    for each in (other, store) if change != "other store" else (other,):
        with refused("INVALID_PARAMETER_VALUE", "has no signature"):
            each.create_model_version(GOVERNED, unsigned)
    assert store.registry.models.get(GOVERNED).last_version == (1 if change == "version" else 0)


def test_stages_of_governed_models(store: ModelRegistryStore, tmp_path: Path) -> None:
    store.create_registered_model(GOVERNED)
    store.create_model_version(GOVERNED, model_folder(tmp_path / "model"))
    with refused("INVALID_PARAMETER_VALUE", "no stages\nHint: use an alias"):
        store.transition_model_version_stage(GOVERNED, 1, "Production", False)
    with refused("INVALID_PARAMETER_VALUE", "no stages\nHint: use an alias"):
        store.get_latest_versions(GOVERNED, ["Production"])
    with refused("RESOURCE_DOES_NOT_EXIST"):
        store.get_latest_versions("prod.ml_team.nothing", ["Production"])
    assert [version.version for version in store.get_latest_versions(GOVERNED)] == [1]
    assert [version.version for version in store.get_latest_versions(GOVERNED, [])] == [1]


def test_a_source_that_cannot_be_fetched(store: ModelRegistryStore, client: MlflowClient, tmp_path: Path) -> None:
    store.create_registered_model(GOVERNED)
    for source in (str(tmp_path / "nowhere"), "runs:/0123456789abcdef/model", "no-such-scheme://x"):
        with refused("INVALID_PARAMETER_VALUE"):
            store.create_model_version(GOVERNED, source)
    for source in ("models:/prod.ml_team.nothing/1", "models:/m-0123456789", f"models:/{GOVERNED}@Champion"):
        with refused("INTERNAL_ERROR", "^Unable to fetch model from model URI source artifact location"):
            store.create_model_version(GOVERNED, source)
    with refused("INVALID_PARAMETER_VALUE", "source"):
        store.create_model_version(GOVERNED, None)  # type: ignore[arg-type]
    _nothing_half_written(store)


def test_governed_models_stay_governed(store: ModelRegistryStore) -> None:
    store.create_registered_model(GOVERNED)
    store.create_registered_model("fraud")
    with refused("INVALID_PARAMETER_VALUE", "a rename cannot change that"):
        store.rename_registered_model(GOVERNED, "plain")
    with refused("INVALID_PARAMETER_VALUE", "a rename cannot change that"):
        store.rename_registered_model("fraud", "prod.ml_team.other")


def test_a_changed_file_stops_the_load(store: ModelRegistryStore, tmp_path: Path) -> None:
    store.create_registered_model(GOVERNED)
    store.create_model_version(GOVERNED, model_folder(tmp_path / "model"))
    folder = Path(store.registry.versions.location(f"{GOVERNED}/1").removeprefix("file://"))
    folder.chmod(0o700)
    (folder / "weights.bin").chmod(0o600)
    (folder / "weights.bin").write_bytes(b"9876543210")
    with refused("DATA_LOSS", "weights.bin"):
        store.get_model_version_download_uri(GOVERNED, 1)


def _nothing_half_written(store: ModelRegistryStore) -> None:
    assert store.search_model_versions() == []
    assert store.registry.status().versions == 0
    assert store.registry.status().file_bytes == 0


# --- the registry file -------------------------------------------------------------------------------------


def test_a_file_that_is_no_database(registry_path: Path) -> None:
    registry_path.write_text("not a database")
    store = ModelRegistryStore(store_uri=f"modelreg:///{registry_path}")
    with refused("INTERNAL_ERROR", str(registry_path)):
        store.search_registered_models()
    assert registry_path.read_text() == "not a database"


def test_a_registry_newer_than_the_code(store: ModelRegistryStore, registry_path: Path) -> None:
    store.create_registered_model("fraud")
    store.registry.close()
    with duckdb.connect(str(registry_path)) as database:
        database.execute("INSERT INTO migrations VALUES ('9999_from_the_future', 0)")
    with refused("INTERNAL_ERROR", "newer"):
        store.get_registered_model("fraud")


def test_a_folder_that_cannot_be_written() -> None:
    store = ModelRegistryStore(store_uri="modelreg:////proc/registry.duckdb")  # not even root may write there
    with refused("INTERNAL_ERROR", "cannot be opened"):
        store.search_registered_models()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = ModelRegistryStore(store_uri=f"modelreg:///{tmp_path / 'file' / 'registry.duckdb'}")
    with refused("INTERNAL_ERROR", "file"):
        store.search_registered_models()
