"""What the sources of models say about them: locations, runs, parameters and metrics, with a real tracking store."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models.model import ModelInfo
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore

from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError, SourceUnavailable, SourceUnresolved
from jupyter_modelreg.core.ports.tracking import ResolvedSource
from jupyter_modelreg.mlflow_plugin.errors import CODES, to_mlflow
from tests.support.model_sources import sources
from tests.support.real_models import SaveModel, log_model


def test_a_logged_model(logged: ModelInfo) -> None:
    origin = sources.resolve(f"models:/{logged.model_id}", None, None)
    there = MlflowClient().get_logged_model(logged.model_id)
    assert origin.location == there.artifact_location
    assert (origin.run_id, origin.logged_model_id) == (logged.run_id, logged.model_id)
    assert origin.params is not None
    assert origin.params["C"] == "1.0"
    assert origin.metrics is not None
    assert [(metric.key, metric.value, metric.step) for metric in origin.metrics] == [("auc", 0.93, 4)]
    assert origin.metrics[0].timestamp == there.metrics[0].timestamp


def test_the_callers_run_goes_before_the_models(logged: ModelInfo) -> None:
    assert sources.resolve(f"models:/{logged.model_id}", "run1", None).run_id == "run1"


def test_a_model_by_run_and_name(logged: ModelInfo) -> None:
    origin = sources.resolve(f"runs:/{logged.run_id}/fraud", None, None)
    assert origin == sources.resolve(f"models:/{logged.model_id}", None, None)


def test_a_model_among_the_files_of_a_run(experiment: str, save_model: SaveModel) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(save_model()), "old/style")
    origin = sources.resolve(f"runs:/{run.info.run_id}/old/style", None, None)
    assert origin == ResolvedSource(location=f"{run.info.artifact_uri}/old/style", run_id=run.info.run_id)


def test_a_model_that_is_all_the_files_of_a_run(experiment: str, save_model: SaveModel) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(save_model()))
    source = f"runs:/{run.info.run_id}"
    assert sources.resolve(source, None, None) == ResolvedSource(location=run.info.artifact_uri, run_id=run.info.run_id)
    with sources.fetch(source) as files:
        assert (files.folder / "MLmodel").is_file()


def test_of_two_models_of_one_name_the_one_of_the_later_step(experiment: str) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        late = log_model(step=7)
        log_model(step=2)
    origin = sources.resolve(f"runs:/{run.info.run_id}/fraud", None, None)
    assert origin.logged_model_id == late.model_id


def test_a_model_of_the_same_name_in_another_run(logged: ModelInfo, experiment: str) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        log_model()
    for info in (logged, run.info):
        assert sources.resolve(f"runs:/{info.run_id}/fraud", None, None).run_id == info.run_id
    assert sources.resolve(f"runs:/{logged.run_id}/fraud", None, None).logged_model_id == logged.model_id


@pytest.mark.parametrize("source", ["runs:/0123/model", "runs:/", "runs:/{run}/nothing", "runs:/{run}/it's"])
def test_a_run_that_leads_nowhere_is_taken_as_it_stands(
    logged: ModelInfo, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    source = source.format(run=logged.run_id)
    with caplog.at_level(logging.WARNING, "jupyter_modelreg"):
        assert sources.resolve(source, None, None) == ResolvedSource(location=source)
    assert f"{source} could not be looked up" in caplog.text


@pytest.mark.parametrize(
    "source", ["models:/m-0123", "models:/", "models:", "models:name", "models:/m-1/", "models://m-1"]
)
def test_a_models_uri_that_leads_nowhere(tracking: str, source: str) -> None:
    with pytest.raises(SourceUnresolved, match=f"the source {source} cannot be found") as caught:
        sources.resolve(source, None, None)
    assert "mlflow.get_tracking_uri()" in str(caught.value.hint)
    assert "\n" not in caught.value.message


def test_a_logged_model_gives_its_run(logged: ModelInfo) -> None:
    origin = sources.resolve("s3://bucket/model", None, logged.model_id)
    assert (origin.location, origin.run_id) == ("s3://bucket/model", logged.run_id)
    assert origin.params is not None
    assert origin.params["C"] == "1.0"


def test_an_unknown_logged_model_without_a_run(tracking: str) -> None:
    with pytest.raises(NotFound, match="m-missing cannot be found"):
        sources.resolve("s3://bucket/model", None, "m-missing")


CASES = [
    (source, run_id, model_id)
    for source in (
        "s3://bucket/one",
        "/local/path",
        "",
        "runs:/0123/model",
        "models:/{model}",
        "models:/{loose}",
        "models:/m-0123",
        "models:/",
    )
    for run_id in (None, "", "run1")
    for model_id in (None, "{model}", "m-missing")
]


def test_as_mlflows_own_store_has_it(logged: ModelInfo, experiment: str, tracking: str) -> None:
    oracle = SqlAlchemyStore(tracking)
    oracle.create_registered_model("fraud")

    def mlflows(source: str, run_id: str | None, model_id: str | None) -> object:
        try:
            version = oracle.create_model_version("fraud", source, run_id, model_id=model_id)
        except MlflowException as error:
            return error.error_code
        return oracle.get_model_version_download_uri("fraud", version.version), version.run_id or None

    def ours(source: str, run_id: str | None, model_id: str | None) -> object:
        try:
            origin = sources.resolve(source, run_id, model_id)
        except RegistryError as error:
            return to_mlflow(error).error_code
        return origin.location or source, origin.run_id or None

    ids = {"model": logged.model_id, "loose": mlflow.initialize_logged_model(experiment_id=experiment).model_id}
    for source, run_id, model_id in CASES:
        case = (source.format(**ids), run_id, model_id and model_id.format(**ids))
        assert ours(*case) == mlflows(*case), case


@pytest.mark.parametrize(
    ("source", "run_id", "model_id"),
    [
        ("s3://bucket/model", None, None),
        ("/local/path", "run1", None),
        ("runs:/0123/model", "0123", None),
        ("s3://bucket/model", "run1", "m-0123"),
        ("runs:/0123/model", "0123", "m-0123"),
    ],
)
def test_the_tracking_server_is_not_asked_when_mlflow_would_not_ask(
    source: str, run_id: str | None, model_id: str | None, tracking: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        mlflow.set_tracking_uri(f"http://127.0.0.1:{server.getsockname()[1]}")
        origin = sources.resolve(source, run_id, model_id)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert origin == ResolvedSource(location=source, run_id=run_id, logged_model_id=model_id)


def test_a_tracking_server_that_is_down_stops_no_run_source(
    tracking: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri("http://127.0.0.1:9")
    assert sources.resolve("runs:/0123/model", None, None) == ResolvedSource(location="runs:/0123/model")
    assert "could not be looked up" in caplog.text


def test_strictly_a_source_has_to_be_there(tracking: str, save_model: SaveModel, tmp_path: Path) -> None:
    folder = save_model()
    assert sources.resolve(str(folder), None, None, strict=True).location == str(folder)
    assert sources.resolve("s3://bucket/model", None, None, strict=True).location == "s3://bucket/model"
    for missing in (f"runs:/{'0' * 32}/model", str(tmp_path / "nowhere")):
        assert sources.resolve(missing, "some-run", None).location == missing
        with pytest.raises(SourceUnavailable):
            sources.resolve(missing, "some-run", None, strict=True)
    (tmp_path / "plain").mkdir()
    with pytest.raises(InvalidInput, match="not an MLflow model"):
        sources.resolve(str(tmp_path / "plain"), None, None, strict=True)


def test_every_error_has_a_code_at_mlflows_door() -> None:
    for error in (InvalidInput, NotFound, SourceUnavailable, SourceUnresolved):
        assert error.code in CODES


def test_a_metric_is_also_known_as_the_page_of_the_run_has_it(experiment: str) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        info = log_model()
        mlflow.log_metric("loss", 1.0, step=0, model_id=info.model_id)
        mlflow.log_metric("auc", 0.9, model_id=info.model_id)
        for step in range(1, 15):
            mlflow.log_metric("loss", 1 / (step + 1), step=step, model_id="")
    origin = sources.resolve(f"models:/{info.model_id}", None, None)
    assert origin.metrics is not None
    assert origin.last_metrics is not None
    there = MlflowClient().get_run(run.info.run_id).data.metrics
    assert {metric.key: metric.value for metric in origin.last_metrics} == there
    assert {metric.key: metric.step for metric in origin.last_metrics} == {"loss": 14, "auc": 0}
    own = MlflowClient().get_logged_model(info.model_id).metrics or []
    assert [(metric.key, metric.value) for metric in origin.metrics] == [(each.key, each.value) for each in own]


def test_a_checkpoint_keeps_the_metrics_of_its_own_step(experiment: str) -> None:
    with mlflow.start_run(experiment_id=experiment):
        info = log_model(step=3)
        mlflow.log_metric("loss", 0.5, step=3, model_id=info.model_id)
        mlflow.log_metric("loss", 0.1, step=9, model_id="")
    origin = sources.resolve(f"models:/{info.model_id}", None, None)
    assert origin.last_metrics == origin.metrics
