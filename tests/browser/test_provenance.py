"""What a version's page leads to: its notebook at the cell, and its run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from playwright.sync_api import Locator, Page, expect

import jupyter_modelreg
from tests.browser.jupyter import Jupyter
from tests.browser.panel import go_to, open_lab, row, run_cell, shown_page, tab, workspace_saved

FRAUD = ("prod", "risk", "fraud")


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Jupyter]:
    """A JupyterLab over three versions of a model: their notebooks are there, gone, and elsewhere."""
    jupyter = Jupyter(tmp_path_factory.mktemp("tracked"))
    tracking_uri = f"sqlite:///{jupyter.folder / 'mlflow.db'}"
    jupyter.variables["MLFLOW_TRACKING_URI"] = tracking_uri
    jupyter.variables["MODELREG_ACTOR"] = "ana"
    notebooks = jupyter.folder / "notebooks"
    client = mlflow.MlflowClient(tracking_uri)
    experiment = client.create_experiment("cards", artifact_location=(jupyter.folder / "artifacts").as_uri())
    registry = jupyter_modelreg.connect(jupyter.uri, actor="ana")
    for path in (notebooks / "payments" / "disputes.ipynb", notebooks / "gone.ipynb", Path("/elsewhere/far.ipynb")):
        tags = {
            "mlflow.source.name": str(path),
            "mlflow.source.type": "NOTEBOOK",
            "modelreg.notebook.cell": "cell-30",
            "mlflow.source.git.commit": "0123456789abcdef0123456789abcdef01234567",
            "mlflow.source.git.repoURL": "git@github.com:team/fraud.git",
        }
        run = client.create_run(experiment, run_name=f"run of {path.stem}", tags=tags)
        client.log_metric(run.info.run_id, "loss", 0.25)
        registry.versions.register(str(model_folder), "prod.risk.fraud", run_id=run.info.run_id)
    registry.close()
    (notebooks / "payments").mkdir(parents=True)
    jupyter.notebook(
        "payments/disputes.ipynb", *(f"x = {at}" for at in range(50)), ids=[f"cell-{at}" for at in range(50)]
    )
    jupyter.start()
    yield jupyter
    jupyter.stop()


def opened(page: Page, jupyter: Jupyter, version: str) -> Locator:
    """The page of one of the versions, its run known."""
    panel = open_lab(page, jupyter)
    go_to(panel, *FRAUD).locator(".mreg-caret").click()
    row(panel, version).dblclick()
    expect(shown_page(page).get_by_role("button", name="run of ")).to_be_visible()
    return shown_page(page)


def test_the_notebook_opens_at_its_cell(page: Page, tracked: Jupyter) -> None:
    opened(page, tracked, "v1").get_by_role("button", name="payments/disputes.ipynb").click()
    expect(tab(page, "disputes.ipynb")).to_be_visible()
    cell = page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    expect(cell.locator(".cm-content")).to_have_text("x = 30")
    expect(cell).to_be_in_viewport()


@pytest.mark.parametrize(
    ("version", "notebook", "said"),
    [
        ("v2", "gone.ipynb", "There is no gone.ipynb on this server"),
        ("v3", "elsewhere/far.ipynb", "/elsewhere/far.ipynb is outside the folder this server shows"),
    ],
)
def test_a_notebook_out_of_reach_is_said_to_be(
    page: Page, tracked: Jupyter, version: str, notebook: str, said: str
) -> None:
    tracked.setting("notification", {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": False})
    try:
        opened(page, tracked, version).get_by_role("button", name=notebook).click()
        expect(page.get_by_role("alert")).to_contain_text(said)
    finally:
        tracked.say_no_news()


def test_a_run_without_a_server_has_a_page_and_its_commit_a_link(page: Page, tracked: Jupyter) -> None:
    version = opened(page, tracked, "v1")
    expect(version.get_by_role("link", name="01234567")).to_have_attribute(
        "href", "https://github.com/team/fraud/commit/0123456789abcdef0123456789abcdef01234567"
    )
    version.get_by_role("button", name="run of disputes").click()
    expect(tab(page, "Run run of disputes")).to_be_visible()
    expect(shown_page(page).get_by_role("table", name="Metrics")).to_contain_text("0.25")


def test_an_experiment_without_a_server_has_a_page_with_its_runs(page: Page, tracked: Jupyter) -> None:
    opened(page, tracked, "v1").get_by_role("button", name="cards").click()
    expect(tab(page, "Experiment cards")).to_be_visible()
    runs = shown_page(page).get_by_role("table", name="Runs").get_by_role("row")
    expect(runs).to_have_count(4)
    expect(runs.nth(1)).to_contain_text("run of far")
    expect(runs.nth(1)).to_contain_text("0.25")
    runs.nth(1).get_by_role("button", name="prod.risk.fraud/3").click()
    expect(tab(page, "prod · fraud v3")).to_be_visible()


def test_a_reload_brings_a_run_and_a_file_back(page: Page, tracked: Jupyter) -> None:
    version = opened(page, tracked, "v1")
    version.get_by_role("button", name="MLmodel").first.click()
    expect(tab(page, "MLmodel")).to_be_visible()
    tab(page, "prod · fraud v1").click()
    with workspace_saved(page, "modelreg-page:run:"):
        version.get_by_role("button", name="run of disputes").click()
        expect(tab(page, "Run run of disputes")).to_be_visible()
    page.goto(tracked.url())
    expect(tab(page, "MLmodel")).to_be_visible()
    expect(tab(page, "Run run of disputes")).to_be_visible()
    expect(shown_page(page).get_by_role("table", name="Metrics")).to_contain_text("0.25")
    tab(page, "MLmodel").click()
    expect(page.locator(".jp-FileEditor .cm-content")).to_contain_text("loader_module")


def test_a_version_registered_in_a_cell_says_which_and_what_it_said(
    page: Page, tracked: Jupyter, model_folder: Path
) -> None:
    """A notebook that JupyterLab runs: two cells, the second of which registers; and the tab that shows it."""
    registers = (
        "import jupyter_modelreg\n"
        f"made = jupyter_modelreg.connect().versions.register({str(model_folder)!r}, 'prod.risk.made')\n"
        "print(made.reference)"
    )
    tracked.notebook("payments/register.ipynb", "before = 1\nprint(before)", registers, ids=["first-1", "second-2"])
    page.goto(f"{tracked.url('lab/tree/payments/register.ipynb')}&reset")
    notebook = page.locator(".jp-Notebook")
    expect(notebook).to_be_visible()
    expect(run_cell(notebook, 0)).to_have_text("1")
    page.keyboard.press("Escape")
    output = run_cell(notebook, 1)  # more than once, where the kernel is slow to answer
    expect(output).to_have_text(re.compile(r"prod\.risk\.made/\d+"))
    made = output.inner_text().strip()
    registry = jupyter_modelreg.connect(tracked.uri, actor="ana")
    place = registry.lineage.of(made).registered
    registry.close()
    tracked.end_kernels()
    assert place is not None
    path = tracked.folder / "notebooks" / "payments" / "register.ipynb"
    assert (place.kind, place.path, place.cell, place.source) == ("notebook", str(path), "second-2", registers)
    page.goto(f"{tracked.url()}&reset&modelreg={made}")
    shown_page(page).get_by_role("tab", name="Lineage").click()
    graph = shown_page(page).get_by_role("group", name=f"Lineage of {made}")
    graph.get_by_role("button", name="register.ipynb").press("Enter")
    expect(tab(page, "register.ipynb")).to_be_visible()
    expect(page.locator(".jp-Notebook .jp-Cell.jp-mod-active .cm-content")).to_contain_text("made.reference")
