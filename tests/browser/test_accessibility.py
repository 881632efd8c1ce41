"""No page, dialog, menu or output shuts anybody out: axe-core finds no serious violation, in any theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import mlflow
import pytest
from playwright.sync_api import Page, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser.accessibility import violations
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, command, go_to, open_lab, row, run_cell, shown_page, tab

MODEL = ("prod", "ml_team", "fraud")
OF_A_MODEL = ("Register version…", "Edit tags…", "Describe…", "Rename…", "Prune…", "Delete…")
OF_A_VERSION = ("Set alias…", "Edit tags…", "Describe…", "Copy to…", "Pin…", "Delete…")
OF_THE_REGISTRY = ("Import…", "Export all models…", "Back up…", "Verify…")
OUTPUTS = (
    "%load_ext jupyter_modelreg\n%modelreg models",
    "%modelreg show prod.ml_team.fraud/3",
    "%modelreg status",
    "%modelreg verify",
    "%modelreg tag prod.ml_team.fraud seen=yes\n%modelreg history prod.ml_team.fraud --plot",
    # `run_cell` may run it twice, and an archive is not written over.
    "!rm -f axe.zip\n%modelreg export prod.ml_team axe.zip\n%modelreg import axe.zip",
    "import jupyter_modelreg as mr\nmr.explore('prod.ml_team')",
)


@pytest.fixture(autouse=True)
def _light_again(lab: Jupyter) -> Iterator[None]:
    """The tests that come after have the theme that JupyterLab begins with."""
    yield
    lab.setting("themes", {})


def check(page: Page, where: str) -> None:
    page.mouse.move(1, 1)
    found = violations(page)
    assert not found, f"{where}: " + "\n".join(found)


def in_front(page: Page, title: str) -> None:
    """The page with that tab is shown, with tabs of its own."""
    expect(tab(page, title)).to_have_attribute("aria-selected", "true")
    expect(shown_page(page).get_by_role("tab").first).to_be_visible()


def test_what_nobody_could_read_is_found(page: Page, lab: Jupyter) -> None:
    """In one theme, and in none but that: axe-core passes over what it takes for invisible."""
    go_to(open_lab(page, lab), *MODEL)
    check(page, "tree")
    page.add_style_tag(content="[data-jp-theme-name='JupyterLab Dark'] .mreg-label { color: #222 !important; }")
    (found,) = violations(page)
    assert found.startswith("JupyterLab Dark: color-contrast")


def test_the_tree_its_menus_and_dialogs(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    fraud = go_to(panel, *MODEL)
    fraud.locator(".mreg-caret").click()
    version = row(panel, "v3")
    version.click()
    check(page, "tree")
    for at, actions in ((fraud, OF_A_MODEL), (version, OF_A_VERSION)):
        at.locator(".mreg-label").click(button="right")
        expect(page.get_by_role("menu").first).to_be_visible()
        check(page, "menu")
        page.keyboard.press("Escape")
        for action in actions:
            choose(at, action)
            dialog = page.get_by_role("dialog")
            expect(dialog).to_be_visible()
            check(page, action)
            if action == "Register version…":
                dialog.get_by_text("Folder or URI", exact=True).click()
                expect(dialog.get_by_role("listbox", name="Folders")).not_to_contain_text("Loading")
                check(page, f"{action}, folders")
            dialog.get_by_role("button", name="Cancel").click()
            expect(dialog).to_have_count(0)


def test_what_is_made_new(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    for what in ("catalog", "schema", "model"):
        panel.get_by_role("button", name="New").click()
        check(page, "menu of what is new")
        page.get_by_role("menuitem", name=f"New {what}…").click()
        dialog = page.get_by_role("dialog", name=f"New {what}")
        check(page, f"new {what}")
        dialog.get_by_role("button", name="Create").click()
        expect(dialog.get_by_role("alert").first).to_be_visible()
        check(page, f"new {what} without a name")
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_have_count(0)


def test_what_is_done_with_the_registry(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    for action in OF_THE_REGISTRY:
        panel.locator(".mreg-registry-name").click()
        check(page, "menu of the registry")
        page.get_by_role("menuitem", name=action).click()
        dialog = page.get_by_role("dialog")
        if action == "Verify…":
            expect(dialog.get_by_text("nothing is wrong")).to_be_visible()
        check(page, action)
        if action == "Import…":
            dialog.get_by_text("Path or URI").click()
            dialog.get_by_label("Source").fill("nowhere.zip")
            dialog.get_by_label("Into schema").fill("prod.risk")
            dialog.get_by_role("button", name="Preview").click()
            expect(dialog.get_by_text("does not exist")).to_be_visible()
            check(page, "a refused import")
            dialog.get_by_role("button", name="Cancel").click()
            dialog.get_by_role("button", name="Discard").click()
        else:
            dialog.get_by_role("button", name="Close" if action == "Verify…" else "Cancel").click()
        expect(dialog).to_have_count(0)


def test_pages(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    for name, title in (("fraud", "prod · fraud"), ("v3", "prod · fraud v3")):
        found = go_to(panel, *MODEL) if name == "fraud" else row(panel, name)
        found.dblclick()
        in_front(page, title)
        for part in shown_page(page).get_by_role("tab").all():
            part.click()
            check(page, f"{name}, {part.inner_text()}")
        found.locator(".mreg-caret").click() if name == "fraud" else None


def test_the_past(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    go_to(panel, *MODEL).dblclick()
    shown = shown_page(page)
    shown.get_by_role("button", name="Show the past").click()
    shown.get_by_label("Show as of").fill("some day")
    shown.get_by_role("button", name="Show", exact=True).click()
    expect(shown.get_by_role("alert")).to_be_visible()
    check(page, "a moment nobody can read")
    shown.get_by_label("Show as of").fill("now")
    shown.get_by_role("button", name="Show", exact=True).click()
    expect(shown.get_by_role("note", name="The past")).to_be_visible()
    for part in shown.get_by_role("tab").all():
        part.click()
        check(page, f"the past, {part.inner_text()}")
    choose(row(panel, "ml_team"), "Open")
    in_front(page, "prod.ml_team")
    for part in shown_page(page).get_by_role("tab").all():
        part.click()
        check(page, f"a schema, {part.inner_text()}")
    command(page, "Model Registry: Open activity")
    expect(shown_page(page).get_by_role("list", name="Activity")).to_be_visible()
    check(page, "the registry")


def test_the_trash(page: Page, lab: Jupyter, elsewhere: Registry) -> None:
    for _ in range(2):  # two of one name
        elsewhere.models.create("prod.ml_team.old")
        elsewhere.models.delete("prod.ml_team.old")
    elsewhere.models.create("prod.ml_team.old")
    panel = open_lab(page, lab)
    panel.get_by_role("button", name="Trash (").click()
    expect(shown_page(page).get_by_role("row").filter(has_text="prod.ml_team.old").first).to_be_visible()
    check(page, "trash")
    for action, title in (("Restore as…", "Restore as"), ("Delete for good…", "Delete for good")):
        shown_page(page).get_by_role("button", name=f"{action}: prod.ml_team.old").first.click()
        dialog = page.get_by_role("dialog", name=title)
        expect(dialog).to_be_visible()
        check(page, title)
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_have_count(0)
    shown_page(page).get_by_role("button", name="Empty trash").click()
    expect(page.get_by_role("dialog", name="Empty trash")).to_contain_text("for good")
    check(page, "empty trash")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    elsewhere.models.delete("prod.ml_team.old")
    elsewhere.trash.purge()
    expect(shown_page(page).get_by_text("The trash is empty")).to_be_visible()
    check(page, "an empty trash")


def test_an_import_and_what_verifying_finds(page: Page, lab: Jupyter, model_folder: Path, tmp_path: Path) -> None:
    friend = jupyter_modelreg.connect(str(tmp_path / "friend.duckdb"), actor="ben")
    friend.versions.register(str(model_folder), "friend.lab.churn")
    friend.versions.register(str(model_folder), "friends_model")  # whose files stay with the friend
    friend.exchange.export_to(tmp_path / "friend.zip")
    friend.close()
    panel = open_lab(page, lab)
    panel.locator(".mreg-registry-name").click()
    page.get_by_role("menuitem", name="Import…").click()
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_label("Archive", exact=True).set_input_files(tmp_path / "friend.zip")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_text("Would import from friend.zip")).to_be_visible()
    check(page, "what an import would bring")
    dialog.get_by_role("button", name="Cancel").click()
    dialog.get_by_role("button", name="Discard").click()
    choose(row(panel, "prod"), "Verify…")
    expect(page.get_by_role("dialog").get_by_text("nothing is wrong")).to_be_visible()
    check(page, "a catalog verified")


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[tuple[Jupyter, dict[str, str]]]:
    """A JupyterLab over a version with a run, an experiment and a logged model, and the addresses of their pages."""
    jupyter = Jupyter(tmp_path_factory.mktemp("tracked"))
    jupyter.variables["MLFLOW_TRACKING_URI"] = tracking_uri = f"sqlite:///{jupyter.folder / 'mlflow.db'}"
    client = mlflow.MlflowClient(tracking_uri)
    experiment = client.create_experiment("cards", artifact_location=(jupyter.folder / "artifacts").as_uri())
    run = client.create_run(experiment, run_name="late").info.run_id
    client.log_metric(run, "loss", 0.25)
    client.log_param(run, "solver", "lbfgs")
    logged = client.create_logged_model(experiment, name="cards", source_run_id=run, params={"C": "1.0"})
    client.log_metric(run, "auc", 0.9, model_id=logged.model_id)
    registry = jupyter_modelreg.connect(jupyter.uri, actor="ana")
    registry.versions.register(str(model_folder), "prod.risk.fraud", run_id=run)
    registry.close()
    jupyter.start()
    pages = {
        "Run": f"run:{run}",
        "Experiment": f"experiment:{experiment}",
        "Logged model": f"logged-model:{logged.model_id}",
    }
    yield jupyter, pages
    jupyter.stop()


def test_runs_experiments_and_logged_models(page: Page, tracked: tuple[Jupyter, dict[str, str]]) -> None:
    jupyter, pages = tracked
    for title, key in pages.items():
        page.goto(f"{jupyter.url()}&reset&modelreg={quote(key)}")
        expect(shown_page(page).get_by_role("table").first).to_be_visible()
        check(page, title)


def test_outputs(page: Page, lab: Jupyter) -> None:
    lab.notebook("axe.ipynb", *OUTPUTS)
    page.goto(lab.url("lab/tree/axe.ipynb") + "&reset")
    notebook = page.locator(".jp-Notebook")
    expect(notebook).to_be_visible()
    for at in range(len(OUTPUTS)):
        run_cell(notebook, at)
    check(page, "outputs")
