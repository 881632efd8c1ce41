"""A fitted model, and fixtures that save it or log it with MLflow.

A folder that uses them imports them in its conftest.py, with `tracking_uri` or a fixture of that name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.models.model import ModelInfo
from mlflow.models.signature import ModelSignature
from sklearn.linear_model import LogisticRegression

X = pd.DataFrame({"amount": [1.0, 20.0, 3.0, 40.0], "age": [30, 41, 52, 23]})
FITTED = LogisticRegression().fit(X, [0, 1, 0, 1])
SIGNATURE = infer_signature(X, FITTED.predict(X))

SaveModel = Callable[..., Path]


def log_model(name: str = "fraud", **arguments: object) -> ModelInfo:
    """Log the fitted model in the active run."""
    return mlflow.sklearn.log_model(FITTED, name=name, signature=SIGNATURE, pip_requirements=[], **arguments)


@pytest.fixture(scope="session")
def tracking_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tracking store, made once, since making its tables takes seconds."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('tracking')}/tracking.db"
    MlflowClient(uri).search_experiments()
    return uri


@pytest.fixture
def tracking(tracking_uri: str) -> Iterator[str]:
    """MLflow pointed at the tracking store; gives its URI."""
    mlflow.set_tracking_uri(tracking_uri)
    yield tracking_uri
    while mlflow.active_run() is not None:
        mlflow.end_run()
    mlflow.set_tracking_uri(None)


@pytest.fixture
def experiment(tracking: str, tmp_path: Path) -> str:
    """The id of an experiment of the test's own, which keeps its artifacts below `tmp_path`; runs are made in it.

    MLflow keeps to the experiment that was set last, here by an earlier test, and resumes no run of another one.
    """
    made = mlflow.create_experiment(str(tmp_path), artifact_location=(tmp_path / "artifacts").as_uri())
    mlflow.set_experiment(experiment_id=made)
    return made


@pytest.fixture
def logged(experiment: str) -> ModelInfo:
    """A model logged in a run, with a parameter and a metric."""
    with mlflow.start_run(experiment_id=experiment):
        mlflow.log_param("C", 1.0)
        info = log_model()
        mlflow.log_metric("auc", 0.93, step=4, model_id=info.model_id)
    return info


@pytest.fixture
def save_model(tmp_path: Path) -> SaveModel:
    """Saves the fitted model in a folder."""

    def save(name: str = "saved", signature: ModelSignature | None = SIGNATURE) -> Path:
        folder = tmp_path / name
        mlflow.sklearn.save_model(FITTED, str(folder), signature=signature, pip_requirements=[])
        return folder

    return save
