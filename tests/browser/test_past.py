"""What was: the activity of anything, a page as of a moment, and the timeline of a model."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, command, go_to, open_lab, row, run_cell, shown_page

SHOW = "import jupyter_modelreg as mr\nmr.explore('prod.an_output')"


@pytest.fixture
def model(request: pytest.FixtureRequest) -> str:
    """The name of the model, in a schema of its own: the log tells of all there ever was under a name."""
    return f"prod.{request.node.originalname.removeprefix('test_')}.churn"


@pytest.fixture
def then(elsewhere: Registry, model: str, model_folder: Path) -> Iterator[str]:
    """A moment at which @Champion of the model pointed at v1; it has two versions and points at v2 now."""
    elsewhere.versions.register(str(model_folder), model)
    elsewhere.aliases.set(model, "Champion", 1, reason="the first")
    elsewhere.models.describe(model, "As it was")
    time.sleep(1.1)
    moment = f"{datetime.now():%Y-%m-%d %H:%M:%S}"
    time.sleep(1.1)
    elsewhere.versions.register(str(model_folder), model)
    elsewhere.aliases.set(model, "Champion", 2, reason="better")
    elsewhere.models.describe(model, "As it is")
    yield moment
    elsewhere.models.delete(model, force=True)
    elsewhere.trash.purge()
    elsewhere.schemas.delete(model.rpartition(".")[0])


def travel(shown: Locator, moment: str) -> None:
    """Ask the page to show a moment."""
    shown.get_by_role("button", name="Show the past").click()
    shown.get_by_label("Show as of").fill(moment)
    shown.get_by_role("button", name="Show", exact=True).click()


def versions(shown: Locator) -> Locator:
    return shown.get_by_role("grid", name="Versions").locator("[data-version]")


def offers(page: Page, action: str, *, offered: bool = True) -> None:
    """The palette offers an action on the current page, or does not."""
    page.keyboard.press("Control+Shift+c")
    palette = page.locator("#command-palette")
    palette.get_by_role("textbox").fill(f"Model Registry: {action}")
    found = palette.locator(".lm-CommandPalette-item").filter(has_text=action).first
    expect(found).to_be_attached()
    expect(found).to_be_visible(visible=offered)  # JupyterLab hides what cannot be done
    page.keyboard.press("Escape")


def test_a_moment(page: Page, lab: Jupyter, then: str, model: str, elsewhere: Registry) -> None:
    go_to(open_lab(page, lab), *model.split(".")).dblclick()
    shown = shown_page(page)
    expect(versions(shown)).to_have_count(2)
    travel(shown, "2001-01-01")
    expect(shown.get_by_role("alert")).to_contain_text("There was nothing in the registry at 200")
    shown.get_by_role("button", name="Close").click()
    travel(shown, then)
    banner = shown.get_by_role("note", name="The past")
    expect(banner).to_contain_text(f"As of {then}")
    expect(versions(shown)).to_have_count(1)
    expect(shown.get_by_text("As it was")).to_be_visible()
    expect(shown.get_by_role("button", name="Set alias")).to_have_count(0)
    offers(page, "Set alias…", offered=False)  # which would be about now
    offers(page, "Copy reference")
    elsewhere.aliases.set(model, "Shadow", 1)  # what happens now is not seen then
    versions(shown).first.dblclick()
    version = shown_page(page)
    expect(version.get_by_role("note", name="The past")).to_be_visible()
    expect(version.get_by_role("button", name="@Champion")).to_be_visible()
    expect(version.get_by_text("MLmodel")).to_be_visible()
    expect(version.get_by_role("button", name="@Shadow")).to_have_count(0)
    version.get_by_role("button", name="Back to now").click()
    expect(version.get_by_role("button", name="@Shadow")).to_be_visible()
    expect(version.get_by_role("button", name="@Champion")).to_have_count(0)
    elsewhere.versions.delete(f"{model}/1", force=True)
    elsewhere.trash.purge([f"{model}/1"])
    expect(version.get_by_text("was deleted")).to_be_visible()
    travel(version, then)
    expect(version.get_by_role("button", name="@Champion")).to_be_visible()
    expect(version.get_by_text("was purged since")).to_be_visible()


def test_files_of_a_model_renamed_since(page: Page, lab: Jupyter, then: str, model: str, elsewhere: Registry) -> None:
    renamed = model.replace("churn", "leavers")
    elsewhere.models.rename(model, renamed)
    try:
        go_to(open_lab(page, lab), *renamed.split(".")).dblclick()
        travel(shown_page(page), then)
        expect(shown_page(page).get_by_role("note", name="The past")).to_contain_text(f"called {renamed} now")
        versions(shown_page(page)).first.dblclick()
        shown_page(page).get_by_role("button", name="MLmodel").first.click()
        expect(page.locator(".jp-FileEditor .cm-content, .jp-Document .jp-CSVViewer").first).to_contain_text("flavors")
    finally:
        elsewhere.models.rename(renamed, model)


def test_activity(page: Page, lab: Jupyter, then: str, model: str) -> None:
    panel = open_lab(page, lab)
    choose(go_to(panel, "prod", "activity"), "Open")
    shown = shown_page(page)
    lines = shown.get_by_role("list", name="Activity").get_by_role("listitem")
    expect(lines.first).to_contain_text(f"described · {model}")
    shown.get_by_label("What").select_option(label="Aliases")
    expect(lines).to_have_text([re.compile("@Champion 1 → 2"), re.compile("@Champion → 1")])
    shown.get_by_label("Until").fill(then)
    expect(lines).to_have_text([re.compile("@Champion → 1")])
    shown.get_by_label("Until").fill("some day")
    expect(shown.get_by_role("alert")).to_contain_text("'some day' is no time")
    shown.get_by_role("button", name="Clear").click()
    shown.get_by_label("Who").fill("ben")
    shown.get_by_role("tab", name="Details").click()
    shown.get_by_role("tab", name="Activity").click()
    expect(shown.get_by_label("Who")).to_have_value("ben")
    lines.filter(has_text="@Champion → 1").get_by_role("button", name=f"Show {model} as of").click()
    expect(shown_page(page).get_by_role("note", name="The past")).to_be_visible()
    expect(versions(shown_page(page))).to_have_count(1)
    command(page, "Model Registry: Open activity")
    expect(shown_page(page).get_by_role("heading", name="Registry")).to_be_visible()
    expect(shown_page(page).get_by_role("button", name="Show more")).to_be_visible()


def test_timeline(page: Page, lab: Jupyter, then: str, model: str) -> None:
    go_to(open_lab(page, lab), *model.split(".")).dblclick()
    shown = shown_page(page)
    shown.get_by_role("tab", name="Timeline").click()
    bars = shown.locator(".mreg-timeline").get_by_role("link")
    expect(bars).to_have_count(2)
    bars.last.focus()
    about = shown.locator(".mreg-timeline-about")
    expect(about).to_contain_text("“better”")
    page.keyboard.press("ArrowLeft")
    expect(about).to_contain_text("“the first”")
    page.keyboard.press("Enter")
    expect(shown_page(page).get_by_text("v1").first).to_be_visible()
    expect(shown_page(page).get_by_role("tab", name="Overview")).to_be_visible()


def test_the_trash_at_the_foot(page: Page, lab: Jupyter, then: str, model: str, elsewhere: Registry) -> None:
    panel = open_lab(page, lab)
    expect(row(panel, "prod")).to_be_visible()
    before = elsewhere.trash.count()
    elsewhere.versions.delete(f"{model}/1")
    foot = panel.get_by_role("button", name=f"Trash ({before + 1})")
    foot.click()
    expect(shown_page(page).get_by_role("row").filter(has_text=f"{model}/1")).to_be_visible()
    command(page, "Model Registry: Open trash")
    page.goto(lab.url("lab") + "&reset&modelreg=trash:")
    expect(shown_page(page).get_by_role("heading", name="Trash")).to_be_visible()
    elsewhere.trash.restore(f"{model}/1")


def test_an_output(page: Page, lab: Jupyter, then: str, model: str) -> None:
    lab.notebook("past.ipynb", SHOW)
    page.goto(lab.url("lab/tree/past.ipynb") + "&reset")
    notebook = page.locator(".jp-Notebook")
    expect(notebook).to_be_visible()
    run_cell(notebook, 0)
    panel = notebook.locator(".mreg-inline")
    row(panel, model.rpartition(".")[2]).dblclick()
    expect(versions(panel)).to_have_count(2)
    travel(panel, then)
    expect(panel.get_by_role("note", name="The past")).to_be_visible()
    expect(versions(panel)).to_have_count(1)
    versions(panel).first.dblclick()
    expect(panel.get_by_role("tab", name="Overview")).to_be_visible()
    expect(panel.get_by_role("note", name="The past")).to_be_visible()
    page.keyboard.press("Escape")  # back to the model, as it was left
    expect(versions(panel)).to_have_count(1)
    panel.get_by_role("button", name="Back to now").click()
    expect(versions(panel)).to_have_count(2)
    lab.end_kernels()
