"""The commands traces and evaluations, on a real tracking store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import mlflow
import pytest
from mlflow.entities import AssessmentError
from mlflow.models.model import ModelInfo

from jupyter_modelreg.commands.results.traces import share_text, summary_text, traces_card
from jupyter_modelreg.core.entities.runs import AssessmentSummary, TraceInfo, TraceSummary
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.query.paging import Page
from tests.support.names import FRAUD
from tests.support.real_models import experiment, logged, save_model, tracking, tracking_uri
from tests.support.traced_models import answered, judge

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]
__all__ = ["experiment", "logged", "save_model", "tracking", "tracking_uri"]  # fixtures


@pytest.fixture
def version(do: Do, logged: ModelInfo) -> str:
    """A version of a logged model."""
    do(f"register models:/{logged.model_id} {FRAUD}")
    return f"{FRAUD}/1"


@pytest.fixture
def made(version: str, logged: ModelInfo, experiment: str) -> list[str]:
    """Three traces of it, with feedback."""
    made = answered(logged.model_id, experiment, "one", "<b>two</b>", "bad")
    judge(made, "correct", True, True, False)
    judge(made, "score", 1, 2, 4.5)
    judge(made[:2], "tone", "kind", "rude")
    mlflow.log_expectation(trace_id=made[0], name="expected", value="1")
    mlflow.tracking.fluent._active_experiment_id = None
    return made


def test_traces_say_what_they_come_to(do: Do, version: str, made: list[str]) -> None:
    found = do(f"traces {version}")
    lines = [" ".join(line.split()) for line in found.text(160).splitlines()]
    assert lines[:6] == [
        f"{version} (traces)",
        "traces 3, 1 with errors",
        "feedback correct: 67 % true of 3",
        "score: 2.5 on average of 3",
        "tone: 2 times",
        "expected expected: 1",
    ]
    rows = {line.split()[0]: line for line in lines if line.startswith("tr-")}
    assert list(rows) == made[::-1]
    assert " ERROR " in rows[made[2]]
    assert "correct=true, score=1, tone=kind" in rows[made[0]]
    assert "<b>two" not in str(found.html())
    assert "&lt;b&gt;two" in str(found.html())


def test_as_data(do: Do, version: str, made: list[str]) -> None:
    told = json.loads(do(f"traces {version} --json").text())
    assert (told["traces"], told["errors"], told["cut"], told["note"]) == (3, 1, False, None)
    assert [each["name"] for each in told["assessments"]] == ["correct", "score", "tone", "expected"]
    assert [each["trace_id"] for each in told["newest"]] == made[::-1]
    assert told["newest"][2]["feedback"] == {"correct": True, "score": 1, "tone": "kind"}
    assert told["newest"][2]["expectations"] == {"expected": "1"}
    frame = do(f"traces {version}").to_df()
    assert list(frame["feedback.score"]) == [4.5, 2, 1]
    assert str(frame["started_at"].dt.tz) == "UTC"


def test_how_to_see_more(do: Do, version: str, made: list[str]) -> None:
    assert do(f"traces {version} -n 2").text().splitlines()[-1] == "2 of 3; -n 3 shows all"
    assert len(do(f"traces {version} -n 3").rows) == 3


def test_an_alias_and_a_failed_judge(do: Do, version: str, made: list[str]) -> None:
    mlflow.log_feedback(trace_id=made[0], name="safe", error=AssessmentError("TIMEOUT", "no answer"))
    do(f"alias {FRAUD}@Champion 1")
    shown = do(f"traces {FRAUD}@Champion").text(200)
    assert "safe: 1 time" in shown
    assert "safe=failed" in shown


def test_what_there_is_not_is_said(do: Do, version: str, logged: ModelInfo, save_model: object) -> None:
    assert callable(save_model)
    assert "traces none" in " ".join(do(f"traces {version}").text().split())
    assert f"the logged model {logged.model_id} has not been evaluated" in do(f"evaluations {version}").text(None)
    do(f"register {save_model()} {FRAUD}")
    for command in ("traces", "evaluations"):
        said = " ".join(do(f"{command} {FRAUD}/2").text(200).split())
        assert f"{FRAUD}/2 comes from no logged model of MLflow 3, and {command} are kept with those" in said
        with pytest.raises(NotFound):
            do(f"{command} {FRAUD}/9")


def test_evaluations(do: Do, version: str, logged: ModelInfo, experiment: str) -> None:
    for name, auc in (("march", 0.8), ("april", 0.75)):
        with mlflow.start_run(experiment_id=experiment, run_name=f"on {name}") as run:
            mlflow.log_metrics({"auc": auc}, model_id=logged.model_id)
            mlflow.log_table({"x": [1]}, "eval_results_table.json")
    mlflow.delete_run(run.info.run_id)
    found = do(f"evaluations {version}")
    assert [(row["run"], row["metrics"], row["tables"], row["problem"]) for row in found.rows] == [
        ("on april", {"auc": 0.75}, ["eval_results_table.json"], "the run is deleted"),
        ("on march", {"auc": 0.8}, ["eval_results_table.json"], None),
    ]
    assert list(found.to_df()["metrics.auc"]) == [0.75, 0.8]
    assert do(f"evaluations {version} -n 1").text().splitlines()[-1] == "1 of 2; -n 2 shows all"


def test_a_count_that_was_cut_says_so() -> None:
    trace = TraceInfo(trace_id="tr-1", name=None, state="OK", started_at=1, duration=None, request=None, response=None)
    summary = TraceSummary(traces=1000, errors=2, cut=True)
    lines = traces_card(f"{FRAUD}/1", summary, Page([trace], "more")).text().splitlines()
    assert lines[1].split(maxsplit=1)[1] == "1,000+, 2+ with errors; of the newest 1,000"
    assert lines[-1] == "1 of 1,000+; -n 1000 shows more"


def test_shares_are_never_rounded_to_all_or_nothing() -> None:
    assert [share_text(each) for each in (0.0, 0.001, 0.5, 0.999, 1.0)] == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]
    assert share_text(0.125) == "13 %"  # as the panel has it
    assert summary_text(AssessmentSummary(name="leak", kind="issue", count=1200)) == "leak: 1,200"
