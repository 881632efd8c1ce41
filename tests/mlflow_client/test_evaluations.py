"""What was measured of a version after it was trained: by MLflow's own evaluation, and by hand."""

from __future__ import annotations

import json

import mlflow
import pytest
from mlflow.models.model import ModelInfo

from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client import evaluations
from tests.support.real_models import X

VERSION = "prod.ml_team.fraud/1"
HOLDOUT = X.assign(fraud=[0, 1, 0, 1], guess=[0, 1, 1, 1])


@pytest.fixture
def version(registry: Registry, logged: ModelInfo) -> str:
    """A version of the logged model."""
    registry.versions.register(f"models:/{logged.model_id}", "prod.ml_team.fraud")
    return VERSION


def measured(model_id: str, experiment: str, name: str, **metrics: float) -> str:
    """A run that measures the model by hand, on a dataset; gives its id."""
    with mlflow.start_run(experiment_id=experiment, run_name=f"on {name}") as run:
        dataset = mlflow.data.from_pandas(HOLDOUT, name=name, digest=f"d-{name}")
        mlflow.log_input(dataset)
        mlflow.log_metrics(metrics, model_id=model_id, dataset=dataset)
    return run.info.run_id


def test_what_mlflow_evaluates(registry: Registry, version: str, logged: ModelInfo, experiment: str) -> None:
    data = mlflow.data.from_pandas(HOLDOUT, targets="fraud", predictions="guess", name="holdout")
    with mlflow.start_run(experiment_id=experiment, run_name="check") as run:
        mlflow.models.evaluate(
            data=data, model_type="classifier", model_id=logged.model_id, evaluator_config={"log_explainer": False}
        )
        mlflow.log_table({"question": ["one"], "score": [1]}, "eval_results_table.json")
        mlflow.log_table({"question": ["two"], "score": [0]}, "eval_results_table.json")
    [found] = registry.tracking.evaluations(version).evaluations
    assert (found.run_id, found.run_name, list(found.datasets), found.digest) == (
        run.info.run_id,
        "check",
        ["holdout"],
        data.digest,
    )
    assert (found.metrics["accuracy_score"], found.metrics["recall_score"]) == (0.75, 1.0)
    assert [(each.path, each.url) for each in found.tables] == [("eval_results_table.json", None)]
    assert (found.problem, found.url) == (None, None)
    assert found.evaluated_at >= run.info.start_time


def test_training_is_no_evaluation(registry: Registry, version: str, logged: ModelInfo) -> None:
    found = registry.tracking.evaluations(version)
    assert list(found.evaluations) == []
    assert f"the logged model {logged.model_id} has not been evaluated" in str(found.note)


def test_by_run_and_dataset_newest_first(registry: Registry, version: str, logged: ModelInfo, experiment: str) -> None:
    measured(logged.model_id, experiment, "march", auc=0.8)
    measured(logged.model_id, experiment, "april", auc=0.7, recall=0.5)
    with mlflow.start_run(run_id=logged.run_id):  # in the run that has trained it, on a dataset of its own
        dataset = mlflow.data.from_pandas(HOLDOUT, name="train", digest="d-train")
        for step, value in enumerate([0.5, 0.99]):
            mlflow.log_metric("auc", value, step=step, model_id=logged.model_id, dataset=dataset)
    found = registry.tracking.evaluations(version)
    assert [(list(each.datasets), each.digest, dict(each.metrics)) for each in found.evaluations] == [
        (["train"], "d-train", {"auc": 0.99}),
        (["april"], "d-april", {"auc": 0.7, "recall": 0.5}),
        (["march"], "d-march", {"auc": 0.8}),
    ]
    assert (found.left_out, found.note) == (0, None)
    cut = registry.tracking.evaluations(version, limit=2)
    assert ([list(each.datasets) for each in cut.evaluations], cut.left_out) == ([["train"], ["april"]], 1)


def test_what_genai_evaluates_says_the_dataset_of_its_run(
    registry: Registry, version: str, logged: ModelInfo, experiment: str
) -> None:
    with mlflow.start_run(experiment_id=experiment, run_name="judged"):
        mlflow.log_input(mlflow.data.from_pandas(HOLDOUT, name="questions", digest="d-q"))
        mlflow.log_metrics({"correct/mean": 0.5}, model_id=logged.model_id)
        mlflow.set_tag("mlflow.loggedArtifacts", "not json")
    [found] = registry.tracking.evaluations(version).evaluations
    assert (list(found.datasets), found.digest, list(found.tables)) == (["questions"], "d-q", [])


def test_a_deleted_run_is_said_to_be(registry: Registry, version: str, logged: ModelInfo, experiment: str) -> None:
    run_id = measured(logged.model_id, experiment, "march", auc=0.8)
    mlflow.delete_run(run_id)
    [found] = registry.tracking.evaluations(version).evaluations
    assert (found.run_name, found.problem, dict(found.metrics)) == ("on march", "the run is deleted", {"auc": 0.8})


def test_tables_and_their_addresses(
    registry: Registry, version: str, logged: ModelInfo, experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = measured(logged.model_id, experiment, "march", auc=0.8)
    tables = [{"path": "a b/results.json", "type": "table"}, {"path": 3, "type": "table"}, "odd"]
    mlflow.MlflowClient().set_tag(run_id, "mlflow.loggedArtifacts", json.dumps(tables))
    monkeypatch.setattr(evaluations, "tracking_uri", lambda: "http://127.0.0.1:5000")
    [found] = registry.tracking.evaluations(version).evaluations
    page = f"http://127.0.0.1:5000/#/experiments/{experiment}/runs/{run_id}"
    assert found.url == page
    assert [(each.path, each.url) for each in found.tables] == [
        ("a b/results.json", f"{page}/artifacts/a%20b/results.json")
    ]
