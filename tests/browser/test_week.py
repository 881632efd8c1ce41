"""The jobs of a week over a registry of 61 models and 258 versions, with the clicks that each takes.

`clicks(n)` is the most a job may take, a double click being two; the docstring says what it took before the panel had
a way of its own for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser import week
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row, run_cell, shown_page

Clicks = Callable[[int], AbstractContextManager[None]]
FRAUD = ("prod", "risk", "fraud")
# A notebook as people have one: train with autolog, register by MLflow's own argument, score by alias, hand over.
WORK = (
    "%load_ext jupyter_modelreg\n%modelreg connect\nprint('ready')",
    """\
import mlflow, pandas as pd
from sklearn.linear_model import LogisticRegression
mlflow.sklearn.autolog(log_models=False)
table = pd.DataFrame({"amount": [1.0, 2.0, 9.0], "night": [0.0, 0.0, 1.0]})
with mlflow.start_run(run_name="by hand"):
    model = LogisticRegression().fit(table, [0, 0, 1])
    info = mlflow.sklearn.log_model(
        model, name="model", input_example=table, pip_requirements=[], registered_model_name="dev.risk.trained"
    )
info.registered_model_version""",
    """\
%modelreg alias dev.risk.trained@Champion 1
scores = mlflow.pyfunc.load_model("models:/dev.risk.trained@Champion").predict(table)
print("scored", len(scores))""",
    "%modelreg export dev.risk.trained trained.zip",
)
# Counted where the browser says them, before anybody can keep one from the others.
COUNTING = "window.clicks = 0; addEventListener('pointerdown', () => (window.clicks += 1), { capture: true });"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """A JupyterLab over the registry of the week, as ana has it."""
    folder = tmp_path_factory.mktemp("office")
    jupyter = Jupyter(folder, variables={"MODELREG_ACTOR": "ana", "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/runs.db"})
    week.fill(jupyter.uri, f"sqlite:///{folder}/runs.db")
    jupyter.start()
    yield jupyter
    jupyter.stop()


@pytest.fixture
def registry(office: Jupyter) -> Iterator[Registry]:
    """The same registry from another process."""
    opened = jupyter_modelreg.connect(office.uri, actor="ben")
    yield opened
    opened.close()


@pytest.fixture
def panel(page: Page, office: Jupyter) -> Locator:
    """The tree, open down to the versions of the model that matters."""
    page.add_init_script(COUNTING)
    page.set_viewport_size({"width": 1400, "height": 900})
    opened = open_lab(page, office)
    go_to(opened, *FRAUD).locator(".mreg-caret").click()
    return opened


@pytest.fixture
def clicks(page: Page) -> Clicks:
    """Count the clicks of what is done inside, and hold them to a number."""

    @contextmanager
    def at_most(most: int) -> Iterator[None]:
        page.evaluate("window.clicks = 0")
        yield
        assert page.evaluate("window.clicks") <= most

    return at_most


def submit(page: Page, action: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=action, exact=True).click()
    expect(dialog).to_have_count(0)


def test_which_one_is_live(panel: Locator, clicks: Clicks) -> None:
    """Before: not to be seen at all behind `@Challenger +9`."""
    with clicks(0):
        expect(row(panel, "fraud").locator(".mreg-badge").first).to_have_text("@Champion v38")


def test_a_version_becomes_the_challenger(page: Page, panel: Locator, clicks: Clicks, registry: Registry) -> None:
    """Before: 4 clicks."""
    with clicks(3):
        choose(row(panel, "v39"), "Set alias…")
        page.get_by_role("dialog").get_by_label("Alias", exact=True).fill("Challenger")
        submit(page, "Set alias")
        expect(row(panel, "v39").locator(".mreg-badge").first).to_have_text("@Challenger")
    assert registry.aliases.get(week.MODEL, "Challenger").version == 39


def test_an_alias_is_removed(page: Page, panel: Locator, clicks: Clicks, registry: Registry) -> None:
    """Before: there was no way."""
    row(panel, "fraud").dblclick()
    chip = shown_page(page).get_by_role("button", name="@Holdout").first
    with clicks(3):
        chip.click()
        page.get_by_role("menuitem", name="Remove alias…").click()
        submit(page, "Remove")
    assert "Holdout" not in registry.models.get(week.MODEL).aliases


def test_a_version_is_marked_as_checked(page: Page, panel: Locator, clicks: Clicks, registry: Registry) -> None:
    """Before: 3 clicks as well, and key and value typed without help."""
    with clicks(3):
        choose(row(panel, "v37"), "Edit tags…")
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Key").fill("validation_status")
        dialog.get_by_label("Value of validation_status").fill("passed")
        submit(page, "Save tags")
    assert registry.versions.get(f"{week.MODEL}/37").tags == {"validation_status": "passed"}


def test_a_version_goes_from_staging_to_production(
    page: Page, office: Jupyter, clicks: Clicks, registry: Registry
) -> None:
    """Before: 4 clicks, and the name of the model that it goes to."""
    count = len(registry.versions.list(week.MODEL))
    page.add_init_script(COUNTING)
    page.goto(f"{office.url()}&reset&modelreg=staging.risk.fraud")
    version = shown_page(page).get_by_role("grid", name="Versions").locator('[data-version="40"]')
    with clicks(3):
        choose(version, "Copy to…")
        expect(page.get_by_role("dialog").get_by_label("Model", exact=True)).to_have_value(week.MODEL)
        # A click that comes before the warnings would wait for them, and for another one.
        expect(page.locator(".mreg-warnings > *").first).to_be_visible()
        submit(page, "Copy")
    assert len(registry.versions.list(week.MODEL)) == count + 1


def test_who_moved_it_and_why(page: Page, panel: Locator, clicks: Clicks) -> None:
    """Before: 2 clicks from the page, and reading through all that ever happened."""
    row(panel, "fraud").dblclick()
    band = shown_page(page).locator(".mreg-band")
    with clicks(2):
        band.get_by_role("button", name="@Champion").click()
        page.get_by_role("menuitem", name="History").click()
        activity = shown_page(page).get_by_role("list", name="Activity")
        expect(activity).to_contain_text("better on last month's disputes")
    expect(activity).to_contain_text("ben")


def test_the_version_that_is_best_by_a_metric(page: Page, panel: Locator, clicks: Clicks) -> None:
    """Before: not possible in the panel."""
    row(panel, "fraud").dblclick()
    table = shown_page(page).get_by_role("grid", name="Versions")
    with clicks(1):
        heading = table.get_by_role("columnheader", name="auc")
        heading.get_by_role("button").first.click()
        expect(heading).to_have_attribute("aria-sort", re.compile("ascending|descending"))


def test_a_version_that_serves_is_not_lost_by_one_key(page: Page, panel: Locator, registry: Registry) -> None:
    """Before: Enter deleted it, alias and all."""
    row(panel, "v38").click()
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("@Champion")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert registry.versions.get(f"{week.MODEL}@Champion").version == 38


def test_a_file_of_a_version_is_looked_into(page: Page, panel: Locator, clicks: Clicks) -> None:
    """Before: by hand, in a terminal."""
    row(panel, "v38").dblclick()
    with clicks(2):
        shown_page(page).get_by_role("button", name="MLmodel").first.click()
        expect(page.locator("#jp-main-dock-panel").get_by_role("tab", name="MLmodel")).to_be_visible()


def test_a_colleague_gets_a_link(page: Page, panel: Locator, clicks: Clicks, office: Jupyter) -> None:
    """Before: there was none."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with clicks(2):
        choose(row(panel, "v38"), "Copy link")
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('modelreg='))")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith(f"modelreg={week.MODEL}/38")


def test_a_model_is_registered_from_a_run(page: Page, panel: Locator, clicks: Clicks, registry: Registry) -> None:
    """Before: 6 clicks; the last of them was lost when it came before the tracking server's answer."""

    def late(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    with clicks(5):
        panel.get_by_role("button", name="New").click()
        page.get_by_role("menuitem", name="Register a model…").click()
        dialog = page.get_by_role("dialog", name="Register model version")
        dialog.get_by_role("radio", name="Run").check()
        option = dialog.get_by_role("option").filter(has_text="fewest")
        expect(option).to_be_visible()
        page.route("**/api/tracking.logged_models*", late)
        option.click()
        dialog.get_by_label("Model", exact=True).fill("dev.risk.from_a_run")
        submit(page, "Register")
    assert registry.versions.get("dev.risk.from_a_run/1").status == "READY"


def test_a_version_is_described(page: Page, panel: Locator, clicks: Clicks, registry: Registry) -> None:
    """Before: 3 clicks as well."""
    with clicks(3):
        choose(row(panel, "v36"), "Describe…")
        page.get_by_role("dialog").get_by_role("textbox", name="Description").fill("Catches **night** payments.")
        submit(page, "Save")
    assert registry.versions.get(f"{week.MODEL}/36").description == "Catches **night** payments."


def test_a_notebook_trains_scores_and_hands_over_and_is_found_again(
    page: Page, office: Jupyter, clicks: Clicks, registry: Registry
) -> None:
    """Before: its path to copy by hand; training, scoring and handing over took no click then either."""
    page.add_init_script(COUNTING)
    office.notebook("train.ipynb", *WORK)
    page.goto(f"{office.url('lab/tree/train.ipynb')}&reset")
    notebook = page.locator(".jp-Notebook")
    expect(notebook).to_be_visible()
    for at, said in enumerate(("ready", "1", "scored 3", "exported 1 model")):
        run_cell(notebook, at)
        outputs = notebook.locator(".jp-CodeCell").nth(at).locator(".jp-OutputArea").first
        expect(outputs).to_contain_text(said)
    assert registry.versions.get("dev.risk.trained@Champion").version == 1
    page.goto(f"{office.url()}&reset&modelreg=dev.risk.trained/1")
    # It was made there, and used there last, which is said twice; all lead to the notebook. MLflow answers last.
    links = shown_page(page).get_by_role("button", name="train.ipynb")
    expect(links).to_have_count(3)  # before, what comes moves what is there, and a click that misses is made again
    with clicks(1):
        links.first.click()
        expect(page.locator("#jp-main-dock-panel").get_by_role("tab", name="train.ipynb")).to_be_visible()
    office.end_kernels()
