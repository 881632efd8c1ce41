"""The traces of a version and what was said of them, on real tracking stores: a database, a server, a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import AssessmentError, AssessmentSource
from mlflow.models.model import ModelInfo

import jupyter_modelreg
from jupyter_modelreg.core.entities.runs import Assessment, AssessmentSummary
from jupyter_modelreg.core.errors import AliasNotFound, InvalidInput, NotFound, SourceUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client import traces
from tests.mlflow_client.test_importing_file_store import ALLOWED
from tests.support.mlflow_fixtures import mlflow_server
from tests.support.real_models import log_model
from tests.support.silence import tracking_at
from tests.support.traced_models import answered, judge

VERSION = "prod.ml_team.fraud/1"


@pytest.fixture(autouse=True)
def no_experiment_after() -> Iterator[None]:
    """What the test has chosen is forgotten."""
    yield
    mlflow.tracking.fluent._active_experiment_id = None


@pytest.fixture
def version(registry: Registry, logged: ModelInfo) -> str:
    """A version of the logged model."""
    registry.versions.register(f"models:/{logged.model_id}", "prod.ml_team.fraud")
    return VERSION


def said(registry: Registry) -> dict[str, AssessmentSummary]:
    return {each.name: each for each in registry.tracking.trace_summary(VERSION).assessments}


def test_traces_newest_first_with_what_was_said(
    registry: Registry, version: str, logged: ModelInfo, experiment: str
) -> None:
    one, two, bad = answered(logged.model_id, experiment, "one", "two", "bad")
    judge([one], "correct", True)
    mlflow.log_expectation(trace_id=one, name="expected", value={"answer": "1"})
    found = registry.tracking.traces(version)
    assert [each.trace_id for each in found] == [bad, two, one]
    assert [each.state for each in found] == ["ERROR", "OK", "OK"]
    last = found[-1]
    assert (last.name, last.request, last.response, last.url) == ("answer", '{"question": "one"}', '"about one"', None)
    assert last.duration is not None
    assert last.started_at <= found[0].started_at
    assert list(last.assessments) == [
        Assessment(name="correct", kind="feedback", value=True, source="HUMAN ana", rationale="because of True"),
        Assessment(name="expected", kind="expectation", value={"answer": "1"}, source="HUMAN default"),
    ]


def test_pages(
    registry: Registry, version: str, logged: ModelInfo, experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "BATCH", 2)
    made = answered(logged.model_id, experiment, *map(str, range(5)))
    found, token = [], None
    for size in (3, 1):
        page = registry.tracking.traces(version, limit=size, page_token=token)
        assert len(page) == size
        found += [each.trace_id for each in page]
        token = page.token
    page = registry.tracking.traces(version, page_token=token)
    assert [*found, *(each.trace_id for each in page)] == made[::-1]
    assert page.token is None
    with pytest.raises(InvalidInput, match="invalid page token"):
        registry.tracking.traces(version, page_token="x")


def test_they_are_counted(registry: Registry, version: str, logged: ModelInfo, experiment: str, tmp_path: Path) -> None:
    made = answered(logged.model_id, experiment, "one", "two", "bad")
    elsewhere = mlflow.create_experiment(f"{tmp_path} elsewhere")
    made += answered(logged.model_id, elsewhere, "four")
    answered("m-other", experiment, "of another model")
    judge(made, "correct", True, True, False, True)
    judge(made, "relevant", "yes", "no", "no", "no")
    judge(made, "score", 1, 2.5, 0, 0.5)
    judge(made, "tone", "kind", "yes", "rude", "kind")
    mlflow.log_expectation(trace_id=made[0], name="expected", value="1")
    mlflow.log_feedback(trace_id=made[0], name="safe", error=AssessmentError("TIMEOUT", "no answer"))
    mlflow.log_feedback(trace_id=made[1], name="safe", value=True)
    found = registry.tracking.trace_summary(version)
    assert (found.traces, found.errors, found.cut, found.note, found.url) == (4, 1, False, None, None)
    assert found.logged_model_id == logged.model_id
    assert list(found.assessments) == [
        AssessmentSummary(name="correct", kind="feedback", count=4, share=0.75, mean=0.75),
        AssessmentSummary(name="relevant", kind="feedback", count=4, share=0.25, mean=0.25),
        AssessmentSummary(name="safe", kind="feedback", count=2, share=1.0, mean=1.0),
        AssessmentSummary(name="score", kind="feedback", count=4, mean=1.0),
        AssessmentSummary(name="tone", kind="feedback", count=4),
        AssessmentSummary(name="expected", kind="expectation", count=1),
    ]
    [failed] = [each for each in registry.tracking.traces(version)[-1].assessments if each.name == "safe"]
    assert (failed.value, failed.error) == (None, "no answer")


def test_what_has_been_overridden_does_not_count(
    registry: Registry, version: str, logged: ModelInfo, experiment: str
) -> None:
    [trace_id] = answered(logged.model_id, experiment, "one")
    source = AssessmentSource("HUMAN", "ana")
    wrong = mlflow.log_feedback(trace_id=trace_id, name="correct", value=False, source=source)
    mlflow.override_feedback(trace_id=trace_id, assessment_id=wrong.assessment_id, value=True, source=source)
    assert said(registry)["correct"] == AssessmentSummary(name="correct", kind="feedback", count=1, share=1.0, mean=1.0)
    assert [each.value for each in registry.tracking.traces(version)[0].assessments] == [True]


def test_more_values_than_are_told_apart(
    registry: Registry, version: str, logged: ModelInfo, experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "_MOST_GROUPS", 3)
    made = answered(logged.model_id, experiment, *map(str, range(4)))
    judge(made, "correct", True, True, False, True)
    judge(made, "score", 1, 2, 3, 4)
    assert said(registry) == {
        "correct": AssessmentSummary(name="correct", kind="feedback", count=4, share=0.75, mean=0.75),
        "score": AssessmentSummary(name="score", kind="feedback", count=4, mean=2.5),
    }


def test_a_deleted_trace_is_gone(registry: Registry, version: str, logged: ModelInfo, experiment: str) -> None:
    one, two = answered(logged.model_id, experiment, "one", "bad")
    judge([two], "correct", False)
    mlflow.MlflowClient().delete_traces(experiment_id=experiment, trace_ids=[two])
    found = registry.tracking.trace_summary(version)
    assert (found.traces, found.errors, list(found.assessments)) == (1, 0, [])
    assert [each.trace_id for each in registry.tracking.traces(version)] == [one]


def test_a_logged_model_that_is_gone(registry: Registry, version: str, logged: ModelInfo, experiment: str) -> None:
    answered(logged.model_id, experiment, "one")
    mlflow.MlflowClient().delete_logged_model(logged.model_id)
    found = registry.tracking.trace_summary(version)
    assert found.traces == 1
    assert f"knows no logged model {logged.model_id}: it is deleted, or tracked elsewhere" in str(found.note)
    evaluated = registry.tracking.evaluations(version)
    assert (list(evaluated.evaluations), evaluated.note) == ([], found.note)


def test_a_version_without_a_logged_model(registry: Registry, logged: ModelInfo, save_model: object) -> None:
    assert callable(save_model)
    registry.versions.register(str(save_model()), "prod.ml_team.fraud")
    assert list(registry.tracking.traces(VERSION)) == []
    for found, what in (
        (registry.tracking.trace_summary(VERSION), "traces"),
        (registry.tracking.evaluations(VERSION), "evaluations"),
    ):
        assert str(found.note).startswith(f"{VERSION} comes from no logged model of MLflow 3, and {what} are kept")


def test_what_is_not_there_is_said(registry: Registry, version: str) -> None:
    for ask in (registry.tracking.traces, registry.tracking.trace_summary, registry.tracking.evaluations):
        with pytest.raises(NotFound):
            ask("prod.ml_team.fraud/7")
        with pytest.raises(AliasNotFound):
            ask("prod.ml_team.fraud@Nobody")
        with pytest.raises(InvalidInput):
            ask("prod.ml_team.fraud")


def test_a_server_that_is_away(registry: Registry, version: str) -> None:
    with tracking_at("http://127.0.0.1:9"):
        for ask in (registry.tracking.traces, registry.tracking.trace_summary, registry.tracking.evaluations):
            with pytest.raises(SourceUnavailable, match="does not answer"):
                ask(version)


def test_who_may_not_read_the_version_learns_nothing(registry: Registry, version: str) -> None:
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    other = jupyter_modelreg.connect(registry.uri, actor="ben")
    for ask in (other.tracking.traces, other.tracking.trace_summary, other.tracking.evaluations):
        with pytest.raises(NotFound, match=r"prod\.ml_team\.fraud"):
            ask(version)


def test_a_copy_has_the_traces_of_its_original(
    registry: Registry, version: str, logged: ModelInfo, experiment: str
) -> None:
    answered(logged.model_id, experiment, "one")
    registry.versions.copy(version, "prod.ml_team.copy")
    assert registry.tracking.trace_summary("prod.ml_team.copy/1").traces == 1


@pytest.mark.xdist_group("mlflow_server")
@pytest.mark.timeout(300)
def test_behind_a_server(
    registry: Registry, version: str, logged: ModelInfo, experiment: str, tracking_uri: str, tmp_path: Path
) -> None:
    one, bad = answered(logged.model_id, experiment, "one", "bad")
    judge([one, bad], "correct", True, False)
    with mlflow.start_run(experiment_id=experiment, run_name="check"):
        mlflow.log_metric("recall", 0.5, model_id=logged.model_id)
    at_hand, evaluated = registry.tracking.trace_summary(version), registry.tracking.evaluations(version)
    with mlflow_server(tracking_uri, tmp_path) as url, tracking_at(url):
        found = registry.tracking.trace_summary(version)
        page = f"{url}/#/experiments/{experiment}"
        assert found.url == f"{page}/models/{logged.model_id}/traces"
        assert (found.traces, found.errors, found.assessments) == (2, 1, at_hand.assessments)
        assert [each.url for each in registry.tracking.traces(version)] == [
            f"{page}/traces/{bad}",
            f"{page}/traces/{one}",
        ]
        [there], [here] = registry.tracking.evaluations(version).evaluations, evaluated.evaluations
        assert there == replace(here, url=f"{page}/runs/{here.run_id}")
        assert (there.run_name, dict(there.metrics)) == ("check", {"recall": 0.5})


def test_a_folder_cannot_count(tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALLOWED, "true")
    with tracking_at((tmp_path / "mlruns").as_uri()):
        experiment = mlflow.create_experiment("chat")
        with mlflow.start_run(experiment_id=experiment):
            model = log_model()
        made = answered(model.model_id, experiment, "one", "two", "bad")
        judge(made, "correct", True, True, False)
        judge(made, "score", 1, 2, 3)
        registry.versions.register(f"models:/{model.model_id}", "prod.ml_team.fraud")
        found = registry.tracking.trace_summary(VERSION)
        assert (found.traces, found.errors, found.cut) == (3, 1, False)
        assert [(each.name, each.share) for each in found.assessments] == [("correct", 2 / 3), ("score", None)]
        monkeypatch.setattr(traces, "MOST_COUNTED", 2)
        monkeypatch.setattr(traces, "BATCH", 2)
        cut = registry.tracking.trace_summary(VERSION)
        assert (cut.traces, cut.errors, cut.cut) == (2, 1, True)
        assert [each.count for each in cut.assessments] == [2, 2]
