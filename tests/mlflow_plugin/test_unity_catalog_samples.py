"""The code samples of Unity Catalog's documentation, on a real model, unchanged but for the registry URI.

One thing is MLflow's own doing: it writes scikit-learn models as skops by now, and wants to be told that a tree may
be read back (`skops_trusted_types`).
"""

# The samples call the features X.
# ruff: noqa: N806

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier

from tests.support.mlflow_models import refused

pytestmark = pytest.mark.xdist_group("unity_catalog_samples")

MODEL = "prod.ml_team.iris_model"


@dataclass(frozen=True)
class Place:
    """Where the samples run: a registry in which versions 1 (by autolog) and 2 (by signature) are registered."""

    tracking: str
    registry: str
    folder: Path
    runs: tuple[str, str]

    def point_mlflow_here(self) -> None:
        mlflow.set_tracking_uri(self.tracking)
        mlflow.set_registry_uri(self.registry)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, empty_mlflow_db: Path) -> Iterator[Place]:
    """The two registering samples, run once."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copy(empty_mlflow_db, folder / "tracking.db")
    before = mlflow.get_tracking_uri()
    place = Place(f"sqlite:///{folder / 'tracking.db'}", f"modelreg:///{folder / 'registry.duckdb'}", folder, ("", ""))
    place.point_mlflow_here()
    mlflow.create_experiment("samples", artifact_location=(folder / "artifacts").as_uri())
    mlflow.set_experiment("samples")
    runs = (_register_by_autolog(), _register_with_inferred_signature())
    _let_go()
    yield Place(place.tracking, place.registry, folder, runs)
    mlflow.set_registry_uri(None)
    mlflow.set_tracking_uri(before)


def _register_by_autolog() -> str:
    mlflow.sklearn.autolog(log_post_training_metrics=False)
    with mlflow.start_run():
        X, y = datasets.load_iris(return_X_y=True, as_frame=True)
        clf = RandomForestClassifier(max_depth=7, n_estimators=5)
        clf.fit(X, y)
    mlflow.sklearn.autolog(disable=True)

    autolog_run = mlflow.last_active_run()
    model_uri = f"runs:/{autolog_run.info.run_id}/model"
    mlflow.register_model(model_uri, "prod.ml_team.iris_model")
    return str(autolog_run.info.run_id)


def _register_with_inferred_signature() -> str:
    with mlflow.start_run() as run:
        X, y = datasets.load_iris(return_X_y=True, as_frame=True)
        clf = RandomForestClassifier(max_depth=7, n_estimators=5)
        clf.fit(X, y)
        input_example = X.iloc[[0]]
        mlflow.sklearn.log_model(
            sk_model=clf,
            artifact_path="model",
            input_example=input_example,
            registered_model_name="prod.ml_team.iris_model",
            skops_trusted_types=["sklearn.tree._tree.Tree"],
        )
    return str(run.info.run_id)


@pytest.fixture
def samples(trained: Place, tmp_path: Path) -> Iterator[Place]:
    """The registered models in a registry of one's own, so that a sample may change and delete things."""
    registry = tmp_path / "registry.duckdb"
    shutil.copy(trained.folder / "registry.duckdb", registry)
    shutil.copytree(trained.folder / "registry.duckdb.files", tmp_path / "registry.duckdb.files")
    place = Place(trained.tracking, f"modelreg:///{registry}", tmp_path, trained.runs)
    place.point_mlflow_here()
    yield place
    _let_go()


def _let_go() -> None:
    MlflowClient()._get_registry_client().store.registry.close()


@pytest.fixture
def iris() -> pd.DataFrame:
    """What to score."""
    features, _ = datasets.load_iris(return_X_y=True, as_frame=True)
    return features


def test_registering(samples: Place) -> None:
    client = MlflowClient()
    by_autolog, by_signature = (client.get_model_version(MODEL, number) for number in (1, 2))
    assert (by_autolog.run_id, by_signature.run_id) == samples.runs
    assert by_autolog.status == by_signature.status == "READY"
    assert by_autolog.model_id
    assert {param.key: param.value for param in by_autolog.params}["max_depth"] == "7"


def test_loading_by_number(samples: Place, iris: pd.DataFrame) -> None:
    model_version_uri = "models:/prod.ml_team.iris_model/1"
    first_version = mlflow.pyfunc.load_model(model_version_uri)
    assert set(first_version.predict(iris)) == {0, 1, 2}


def test_aliases(samples: Place, iris: pd.DataFrame) -> None:
    client = MlflowClient()

    client.set_registered_model_alias("prod.ml_team.iris_model", "Champion", 1)
    assert client.get_model_version_by_alias("prod.ml_team.iris_model", "Champion").version == 1

    client.set_registered_model_alias("prod.ml_team.iris_model", "Champion", 2)
    assert client.get_model_version_by_alias("prod.ml_team.iris_model", "Champion").version == 2

    model_version_uri = "models:/prod.ml_team.iris_model@Champion"
    champion_version = mlflow.pyfunc.load_model(model_version_uri)
    champion_version.predict(iris)
    assert champion_version.metadata.run_id == samples.runs[1]

    client.delete_registered_model_alias("prod.ml_team.iris_model", "Champion")
    with refused("INVALID_PARAMETER_VALUE", "Registered model alias Champion not found"):
        mlflow.pyfunc.load_model(model_version_uri)


def test_loading_the_latest(samples: Place) -> None:
    latest = mlflow.pyfunc.load_model("models:/prod.ml_team.iris_model/latest")
    assert latest.metadata.run_id == samples.runs[1]
    with refused("INVALID_PARAMETER_VALUE", "use an alias"):
        mlflow.pyfunc.load_model("models:/prod.ml_team.iris_model/Production")


def test_promoting_by_copy(samples: Place, iris: pd.DataFrame) -> None:
    client = MlflowClient()
    client.rename_registered_model("prod.ml_team.iris_model", "staging.ml_team.iris_model")

    src_model_name = "staging.ml_team.iris_model"
    src_model_version = "1"
    src_model_uri = f"models:/{src_model_name}/{src_model_version}"
    dst_model_name = "prod.ml_team.iris_model"
    copied_model_version = client.copy_model_version(src_model_uri, dst_model_name)

    client.set_registered_model_alias(
        name="prod.ml_team.iris_model", alias="Champion", version=copied_model_version.version
    )
    promoted = mlflow.pyfunc.load_model("models:/prod.ml_team.iris_model@Champion")
    original = mlflow.pyfunc.load_model(src_model_uri)
    np.testing.assert_array_equal(promoted.predict(iris), original.predict(iris))


def test_renaming(samples: Place) -> None:
    client = MlflowClient()
    client.rename_registered_model("prod.ml_team.iris_model", "prod.ml_team.irises")
    assert client.get_model_version("prod.ml_team.irises", 2).run_id == samples.runs[1]


def test_deleting_versions(samples: Place) -> None:
    client = MlflowClient()
    versions = [1, 2]
    for version in versions:
        client.delete_model_version(name="prod.ml_team.iris_model", version=version)
    assert client.search_model_versions("name='prod.ml_team.iris_model'") == []


def test_deleting_a_model(samples: Place) -> None:
    client = MlflowClient()
    client.delete_registered_model(name="prod.ml_team.iris_model")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        mlflow.pyfunc.load_model("models:/prod.ml_team.iris_model/1")


def test_tags(samples: Place) -> None:
    client = MlflowClient()
    client.set_registered_model_tag("prod.ml_team.iris_model", "task", "classification")
    client.set_model_version_tag("prod.ml_team.iris_model", "1", "validation_status", "approved")
    assert client.get_registered_model("prod.ml_team.iris_model").tags == {"task": "classification"}
    assert client.get_model_version("prod.ml_team.iris_model", "1").tags == {"validation_status": "approved"}

    client.delete_registered_model_tag("prod.ml_team.iris_model", "task")
    client.delete_model_version_tag("prod.ml_team.iris_model", "1", "validation_status")
    assert client.get_registered_model("prod.ml_team.iris_model").tags == {}
    assert client.get_model_version("prod.ml_team.iris_model", "1").tags == {}


def test_descriptions(samples: Place) -> None:
    client = MlflowClient()
    client.update_registered_model(
        name="prod.ml_team.iris_model", description="This model forecasts the species of an iris."
    )
    client.update_model_version(
        name="prod.ml_team.iris_model", version=1, description="This model version was built with a random forest."
    )
    assert "forecasts" in client.get_registered_model("prod.ml_team.iris_model").description
    assert "random forest" in client.get_model_version("prod.ml_team.iris_model", 1).description


def test_listing_and_searching(samples: Place) -> None:
    client = MlflowClient()
    client.set_registered_model_alias("prod.ml_team.iris_model", "Champion", 2)
    (model,) = client.search_registered_models()
    assert (model.name, model.aliases) == ("prod.ml_team.iris_model", {"Champion": 2})
    found = client.search_model_versions("name='prod.ml_team.iris_model'")
    assert {version.version: version.aliases for version in found} == {1: [], 2: ["Champion"]}


def test_downloading(samples: Place, tmp_path: Path) -> None:
    model_uri = "models:/prod.ml_team.iris_model/1"
    destination_path = tmp_path / "downloaded"
    destination_path.mkdir()
    mlflow.artifacts.download_artifacts(artifact_uri=model_uri, dst_path=str(destination_path))
    assert (destination_path / "MLmodel").exists()
    listed = mlflow.artifacts.list_artifacts(artifact_uri=model_uri)
    assert "MLmodel" in {file.path for file in listed}


def test_a_registered_model_outlives_its_run(samples: Place, iris: pd.DataFrame) -> None:
    _, by_signature = samples.runs
    client = MlflowClient()
    logged = client.get_model_version(MODEL, 2).model_id
    client.delete_logged_model(logged)
    client.delete_run(by_signature)
    assert len(mlflow.pyfunc.load_model(f"models:/{MODEL}/2").predict(iris)) == len(iris)


def test_a_model_without_a_signature_is_refused(samples: Place) -> None:
    with mlflow.start_run():
        features, target = datasets.load_iris(return_X_y=True)
        clf = RandomForestClassifier(n_estimators=2).fit(features, target)
        trusted = ["sklearn.tree._tree.Tree"]
        logged = mlflow.sklearn.log_model(clf, name="model", skops_trusted_types=trusted, pip_requirements=[])
    with refused("INVALID_PARAMETER_VALUE", "has no signature"):
        mlflow.register_model(logged.model_uri, "prod.ml_team.unsigned")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        MlflowClient().get_model_version("prod.ml_team.unsigned", 1)
