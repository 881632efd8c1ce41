"""The tab Evaluation of a version's page: what was measured, and what it answered, as MLflow keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from playwright.sync_api import Page, expect

import jupyter_modelreg
from tests.browser.jupyter import Jupyter
from tests.browser.panel import go_to, open_lab, row, shown_page
from tests.support.traced_models import answered, judge

HELPDESK = ("prod", "support", "helpdesk")
QUESTIONS = [
    "How do I reset my password?",
    "<b>Where</b> is my invoice?",
    "bad",
    *(f"Question {at}" for at in range(20)),
]


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Jupyter]:
    """A JupyterLab over two versions of a model: the first has answered questions and was measured."""
    jupyter = Jupyter(tmp_path_factory.mktemp("traced"))
    tracking_uri = f"sqlite:///{jupyter.folder / 'mlflow.db'}"
    jupyter.variables["MLFLOW_TRACKING_URI"] = tracking_uri
    jupyter.variables["MODELREG_ACTOR"] = "ana"
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(tracking_uri)
    experiment = mlflow.create_experiment("helpdesk", artifact_location=(jupyter.folder / "artifacts").as_uri())
    model = mlflow.create_external_model("helpdesk", experiment_id=experiment)
    made = answered(model.model_id, experiment, *QUESTIONS)
    judge(made[:4], "correct", True, True, False, True)
    judge(made[:2], "score", 0.8, 0.4)
    for name, recall in (("march", 0.75), ("april", 0.7)):
        with mlflow.start_run(experiment_id=experiment, run_name=f"on {name}"):
            mlflow.log_metrics({"recall": recall, "correct/mean": 0.75}, model_id=model.model_id)
            mlflow.log_table({"question": ["one"], "correct": [True]}, "eval_results_table.json")
    mlflow.set_tracking_uri(before)
    mlflow.tracking.fluent._active_experiment_id = None
    registry = jupyter_modelreg.connect(jupyter.uri, actor="ana")
    for model_id in (model.model_id, None):
        registry.versions.register(str(model_folder), ".".join(HELPDESK), run_id="r", logged_model_id=model_id)
    registry.close()
    jupyter.start()
    yield jupyter
    jupyter.stop()


def test_what_was_measured_and_what_it_answered(page: Page, traced: Jupyter) -> None:
    panel = open_lab(page, traced)
    go_to(panel, *HELPDESK).locator(".mreg-caret").click()
    row(panel, "v1").dblclick()
    shown = shown_page(page)
    shown.get_by_role("tab", name="Evaluation").click()
    measured = shown.get_by_role("table", name="Evaluations").get_by_role("row")
    expect(measured).to_have_count(5)
    expect(measured.nth(2)).to_contain_text("recall0.7on april")
    said = shown.get_by_role("list", name="What was said of the traces").get_by_role("listitem")
    expect(said).to_have_text(["1 with errors", "correct 75 % true of 4", "score 0.6 on average of 2"])
    traces = shown.get_by_role("table", name="Traces").get_by_role("row")
    expect(traces).to_have_count(21)
    shown.get_by_role("button", name="Show more").click()
    expect(traces).to_have_count(len(QUESTIONS) + 1)
    expect(traces.last).to_contain_text("How do I reset my password?")
    expect(traces.last).to_contain_text("correct=true")
    expect(shown.get_by_text("<b>Where</b>").first).to_be_visible()
    shown.get_by_role("button", name="on april").first.click()
    expect(shown_page(page).get_by_role("heading", level=1)).to_have_text("Run on april")


def test_a_version_without_a_logged_model_says_so(page: Page, traced: Jupyter) -> None:
    panel = open_lab(page, traced)
    go_to(panel, *HELPDESK).locator(".mreg-caret").click()
    row(panel, "v2").dblclick()
    shown_page(page).get_by_role("tab", name="Evaluation").click()
    expect(shown_page(page).get_by_text("comes from no logged model")).to_be_visible()
