"""An experiment with its runs, and a logged model, on a real tracking store, and what was registered from them."""

from __future__ import annotations

from pathlib import Path

import mlflow
import pytest

from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry


@pytest.fixture
def run_ids(experiment: str) -> list[str]:
    """Three runs of the experiment, oldest first; the last one logged a model."""
    made = []
    for at in range(3):
        with mlflow.start_run(experiment_id=experiment, run_name=f"run {at}") as run:
            mlflow.log_metrics({"auc": 0.5 + at / 10})
            made.append(run.info.run_id)
            if at == 2:
                model = mlflow.create_external_model(
                    "fraud", experiment_id=experiment, params={"depth": "3"}, tags={"team": "risk"}
                )
                mlflow.log_metrics({"auc": 0.9}, model_id=model.model_id)
                made.append(model.model_id)
    return made


def test_an_experiment_and_its_runs_newest_first(registry: Registry, experiment: str, run_ids: list[str]) -> None:
    mlflow.MlflowClient().set_experiment_tag(experiment, "team", "risk")
    found = registry.tracking.experiment(experiment)
    assert (found.experiment_id, found.url, found.tags) == (experiment, None, {"team": "risk"})
    assert found.name == mlflow.get_experiment(experiment).name
    assert found.artifact_location == mlflow.get_experiment(experiment).artifact_location
    first = registry.tracking.experiment_runs(experiment, limit=2)
    rest = registry.tracking.experiment_runs(experiment, limit=2, page_token=first.token)
    assert [each.run.name for each in [*first, *rest]] == ["run 2", "run 1", "run 0"]
    assert rest.token is None
    assert [each.metrics["auc"] for each in rest] == [0.5]
    assert {each.run.experiment_id for each in first} == {experiment}


def test_what_was_registered_from_each(registry: Registry, experiment: str, run_ids: list[str], tmp_path: Path) -> None:
    *runs, model_id = run_ids
    (tmp_path / "MLmodel").write_text("flavors: {}")
    for run_id, logged in ((runs[0], None), (runs[0], None), (runs[2], model_id)):
        registry.versions.register(str(tmp_path), "iris", run_id=run_id, logged_model_id=logged, check_source=False)
    found = registry.tracking.experiment_runs(experiment)
    assert {each.run.name: sorted(each.versions) for each in found} == {
        "run 2": ["iris/3"],
        "run 1": [],
        "run 0": ["iris/1", "iris/2"],
    }
    details = registry.tracking.logged_model_details(model_id)
    assert (details.model.name, details.model.run_id, list(details.versions)) == ("fraud", runs[2], ["iris/3"])
    assert (details.params["depth"], details.tags["team"], details.model.metrics["auc"]) == ("3", "risk", 0.9)


def test_what_is_not_there_is_said(registry: Registry, experiment: str) -> None:
    with pytest.raises(NotFound, match="knows no experiment 4711"):
        registry.tracking.experiment("4711")
    with pytest.raises(NotFound, match="knows no experiment 4711"):
        registry.tracking.experiment_runs("4711")
    with pytest.raises(NotFound, match="knows no logged model m-none"):
        registry.tracking.logged_model_details("m-none")
    with pytest.raises(InvalidInput, match="invalid page token"):
        registry.tracking.experiment_runs(experiment, page_token="x")
