"""The store as MLflow finds, builds and carries it; and that no method of MLflow's contract is left to chance."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import mlflow
import pytest
from mlflow.store.model_registry.abstract_store import AbstractStore
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking._model_registry.utils import _get_store

from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from jupyter_modelreg.uri import home
from tests.support.mlflow_models import refused

# MLflow's own bodies of these are right for us: prompts live in the model tables, and links in the tracking store.
ACCEPTED_DEFAULTS = {
    "_await_model_version_creation_impl",
    "_parse_experiment_id_filter",
    "create_prompt",
    "create_prompt_version",
    "delete_prompt",
    "delete_prompt_alias",
    "delete_prompt_tag",
    "delete_prompt_version",
    "delete_prompt_version_tag",
    "get_prompt",
    "get_prompt_version",
    "get_prompt_version_by_alias",
    "link_prompt_version_to_model",
    "link_prompt_version_to_run",
    "link_prompts_to_trace",
    "search_prompt_versions",
    "search_prompts",
    "set_prompt_alias",
    "set_prompt_tag",
    "set_prompt_version_tag",
    "supports_workspaces",
}


def _contract() -> set[str]:
    return {name for name in vars(AbstractStore) if not name.startswith("__")}


def _overridden(name: str) -> bool:
    """Whether a class of ours has it: MLflow's ABCMeta does nothing, so a missing method would quietly be None."""
    ours = [kind for kind in ModelRegistryStore.__mro__ if kind.__module__.startswith("jupyter_modelreg.")]
    return any(name in vars(kind) for kind in ours)


@pytest.mark.parametrize("name", sorted(_contract()))
def test_every_method_is_ours_or_accepted(name: str) -> None:
    assert _overridden(name) != (name in ACCEPTED_DEFAULTS), (
        f"{name} of MLflow's AbstractStore is neither overridden nor an accepted default, or it is both"
    )


def test_accepted_defaults_exist() -> None:
    assert _contract() >= ACCEPTED_DEFAULTS
    abstract = {name for name in _contract() if getattr(getattr(AbstractStore, name), "__isabstractmethod__", False)}
    assert len(abstract) >= 21
    assert not abstract & ACCEPTED_DEFAULTS


@pytest.mark.parametrize("name", sorted(_contract() - ACCEPTED_DEFAULTS - {"_await_model_version_creation"}))
def test_arguments_are_those_of_mlflows_own_store(name: str) -> None:
    """MLflow calls by position here and by keyword there."""
    model = SqlAlchemyStore if name in vars(SqlAlchemyStore) else AbstractStore
    wanted = inspect.signature(getattr(model, name)).parameters
    given = inspect.signature(getattr(ModelRegistryStore, name)).parameters
    assert list(given) == list(wanted)
    for argument, parameter in wanted.items():
        assert given[argument].default == parameter.default, argument


def test_found_by_its_entry_point(registry_path: Path) -> None:
    (entry,) = entry_points(group="mlflow.model_registry_store", name="modelreg")
    assert entry.load() is ModelRegistryStore
    found = _get_store(f"modelreg:///{registry_path}", None)
    assert type(found) is ModelRegistryStore


def test_building_one_opens_nothing(registry_path: Path) -> None:
    ModelRegistryStore(store_uri=f"modelreg:///{registry_path}", tracking_uri="sqlite:///nowhere.db")
    assert not list(registry_path.parent.iterdir())


def test_a_bare_scheme_is_the_default_home() -> None:
    assert ModelRegistryStore(store_uri="modelreg:").registry.uri == f"modelreg:///{home()}"


def test_a_relative_path_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = ModelRegistryStore(store_uri="modelreg:///here.duckdb")
    monkeypatch.chdir("/")
    store.create_registered_model("fraud")
    assert (tmp_path / "here.duckdb").exists()
    store.registry.close()


def test_a_malformed_uri_is_refused() -> None:
    with refused("INVALID_PARAMETER_VALUE", "three slashes"):
        ModelRegistryStore(store_uri="modelreg:/one.duckdb")


def test_survives_pickling(store: ModelRegistryStore) -> None:
    store.create_registered_model("fraud", description="text")
    again = pickle.loads(pickle.dumps(store))
    assert again.get_registered_model("fraud").description == "text"
    assert again.registry.uri == store.registry.uri


def test_the_client_survives_pickling(client: mlflow.MlflowClient) -> None:
    client.create_registered_model("fraud")
    again = pickle.loads(pickle.dumps(client))
    assert again.get_registered_model("fraud").name == "fraud"


def test_mlflow_starts_without_importing_the_registry() -> None:
    """The store is imported when its scheme is used; MLflow imports all run contexts and datasets at once."""
    script = "import sys, mlflow; print(*(name for name in sys.modules if name.startswith('jupyter_modelreg')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert set(done.stdout.split()) == {
        "jupyter_modelreg",
        "jupyter_modelreg.core",
        "jupyter_modelreg.core.errors",
        "jupyter_modelreg.core.redact",
        "jupyter_modelreg.mlflow_plugin",
        "jupyter_modelreg.mlflow_plugin.datasets",
        "jupyter_modelreg.mlflow_plugin.run_context",
        "jupyter_modelreg.notebook",
    }


def test_mlflow_logs_no_warning_about_the_plugin(store: ModelRegistryStore) -> None:
    """MLflow only warns when a plugin cannot be imported, and then knows no such scheme."""
    script = (
        f"import mlflow; mlflow.set_registry_uri({store.registry.uri!r}); mlflow.set_tracking_uri('sqlite://');"
        "print(mlflow.MlflowClient().create_registered_model('fraud').name)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip().endswith("fraud")
    assert "modelreg" not in done.stderr
