"""The sidebar in a real JupyterLab, in a real browser, with its token."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.conftest import HOSTILE
from tests.browser.jupyter import Jupyter
from tests.browser.panel import go_to, open_lab, row, workspace_saved

OpenPanel = Callable[[Jupyter], Locator]


@pytest.fixture
def open_panel(page: Page) -> OpenPanel:
    """Opens JupyterLab and in it the panel."""
    return lambda jupyter: open_lab(page, jupyter)


def test_browse_down_to_a_version(open_panel: OpenPanel, lab: Jupyter) -> None:
    panel = open_panel(lab)
    row(panel, "prod").click()
    row(panel, "ml_team").click()
    fraud = row(panel, "fraud")
    expect(fraud.locator(".mreg-badge")).to_have_text(["@Champion v3"])
    fraud.locator(".mreg-caret").click()
    expect(row(panel, "v3").locator(".mreg-badge")).to_have_text("@Champion")
    expect(row(panel, "v3")).to_have_attribute("aria-level", "4")
    expect(row(panel, "v1")).to_have_attribute("aria-posinset", "3")


def test_the_keyboard_alone(open_panel: OpenPanel, lab: Jupyter) -> None:
    panel = open_panel(lab)
    expect(row(panel, "prod")).to_be_visible()
    tree = panel.get_by_role("tree")
    panel.get_by_role("combobox").press("ArrowDown")
    expect(tree).to_be_focused()
    for name in ("prod", "ml_team", "fraud"):
        expect(row(panel, name)).to_have_attribute("aria-selected", "true")
        tree.press("ArrowRight")
        expect(row(panel, name)).to_have_attribute("aria-expanded", "true")
        expect(panel.get_by_text("Loading…")).to_have_count(0)
        tree.press("ArrowRight")
    expect(row(panel, "v3")).to_have_attribute("aria-selected", "true")
    expect(tree).to_have_attribute("aria-activedescendant", row(panel, "v3").get_attribute("id") or "an id")
    for _ in range(6):
        tree.press("ArrowLeft")
    expect(row(panel, "prod")).to_have_attribute("aria-expanded", "false")
    tree.press_sequentially("sta")
    expect(row(panel, "staging")).to_have_attribute("aria-selected", "true")
    tree.press("Home")
    expect(row(panel, "prod")).to_have_attribute("aria-selected", "true")
    tree.press("End")
    expect(row(panel, "Workspace models")).to_have_attribute("aria-selected", "true")


def test_pages_come_by_themselves(open_panel: OpenPanel, lab: Jupyter, page: Page) -> None:
    panel = open_panel(lab)
    row(panel, "staging").click()
    row(panel, "many").click()
    expect(row(panel, "model_000")).to_be_visible()
    assert panel.get_by_role("treeitem").count() < 100, "rows out of sight are in the page"
    expect(row(panel, "model_000")).to_have_attribute("aria-setsize", "-1")
    tree = panel.get_by_role("tree")
    deadline = time.monotonic() + 10
    while row(panel, "model_249").count() == 0 and time.monotonic() < deadline:
        tree.evaluate("element => { element.scrollTop = element.scrollHeight }")
        page.wait_for_timeout(50)
    expect(row(panel, "model_249")).to_be_attached()
    expect(row(panel, "model_249")).to_have_attribute("aria-setsize", "250")


def test_search(open_panel: OpenPanel, lab: Jupyter) -> None:
    panel = open_panel(lab)
    box = panel.get_by_role("combobox")
    box.press_sequentially("FRAU", delay=30)
    found = row(panel, "fraud")
    expect(found.locator(".mreg-namespace")).to_have_text("prod.ml_team")
    expect(found.locator(".mreg-badge")).to_have_text(["@Champion v3"])
    expect(panel.get_by_role("status")).to_have_text("1 model")
    box.fill("model_1")
    expect(panel.get_by_role("status")).to_have_text("100 models")
    box.fill("no such thing")
    expect(panel.get_by_text("Nothing is like that")).to_be_visible()
    box.fill("%")
    expect(panel.get_by_text("Nothing is like that")).to_be_visible()
    box.press("Escape")
    expect(row(panel, "prod")).to_be_visible()
    expect(box).to_have_value("")


def test_what_was_found_stays_selected_in_the_tree(open_panel: OpenPanel, lab: Jupyter) -> None:
    panel = open_panel(lab)
    panel.get_by_role("combobox").fill("model_249")
    row(panel, "model_249").click()
    panel.get_by_role("button", name="Clear search").click()
    found = row(panel, "model_249")
    expect(found).to_have_attribute("aria-level", "3")
    expect(found).to_have_attribute("aria-selected", "true")
    expect(found).to_be_in_viewport()


def test_a_change_made_elsewhere_appears(open_panel: OpenPanel, lab: Jupyter, elsewhere: Registry) -> None:
    panel = open_panel(lab)
    row(panel, "prod").click()
    row(panel, "ml_team").click()
    row(panel, "fraud").click()
    elsewhere.models.create("prod.ml_team.arrived")
    # Two seconds between two looks, and one to fetch and draw.
    expect(row(panel, "arrived")).to_be_visible()
    expect(row(panel, "fraud")).to_have_attribute("aria-selected", "true")
    elsewhere.models.rename("prod.ml_team.arrived", "prod.elsewhere.moved")
    expect(row(panel, "elsewhere")).to_be_visible()
    expect(row(panel, "arrived")).to_have_count(0)
    elsewhere.models.delete("prod.elsewhere.moved")
    elsewhere.schemas.delete("prod.elsewhere")
    expect(row(panel, "elsewhere")).to_have_count(0)


def test_nothing_is_asked_while_nobody_looks(open_panel: OpenPanel, lab: Jupyter, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "modelreg/api" in request.url else None)
    panel = open_panel(lab)
    expect(row(panel, "prod")).to_be_visible()
    page.wait_for_timeout(2500)
    assert sum("history.last" in url for url in asked) >= 2
    page.get_by_role("tab", name="Model registry").click()
    expect(panel).to_be_hidden()
    page.wait_for_timeout(200)
    asked.clear()
    page.wait_for_timeout(3000)
    assert asked == []


def test_the_panel_and_what_is_open_in_it_are_there_again_after_a_reload(
    open_panel: OpenPanel, lab: Jupyter, page: Page
) -> None:
    panel = open_panel(lab)
    with workspace_saved(page, "schema:prod.ml_team"):
        go_to(panel, "prod", "ml_team", "fraud")
    page.goto(lab.url())
    expect(row(panel, "fraud")).to_be_visible()


def test_names_are_text(open_panel: OpenPanel, lab: Jupyter, page: Page) -> None:
    panel = open_panel(lab)
    row(panel, "Workspace models").click()
    expect(row(panel, "churn")).to_be_visible()
    expect(panel.get_by_text(HOSTILE)).to_be_visible()
    assert panel.locator("img").count() == 0
    assert page.title() != "run"
    long = panel.get_by_role("treeitem").filter(has_text="long long")
    box, around = long.bounding_box(), panel.bounding_box()
    assert box is not None
    assert around is not None
    assert box["height"] < 30
    assert box["width"] <= around["width"]


def test_dark_theme(open_panel: OpenPanel, lab: Jupyter, tmp_path: Path) -> None:
    lab.setting("themes", {"theme": "JupyterLab Dark"})
    try:
        panel = open_panel(lab)
        expect(row(panel, "prod")).to_be_visible()
        expect(panel).to_have_css("background-color", "rgb(33, 33, 33)")
        expect(row(panel, "prod")).to_have_css("color", re.compile(r"rgba\(255, 255, 255"))
        assert len(panel.screenshot(path=tmp_path / "dark.png")) > 5000
    finally:
        lab.setting("themes", {})


def test_an_empty_registry_leads_to_a_governed_model(
    open_panel: OpenPanel, own_lab: Jupyter, page: Page, model_folder: Path
) -> None:
    own_lab.start()
    panel = open_panel(own_lab)
    expect(panel.get_by_text("No models yet")).to_be_visible()
    expect(panel.get_by_text("%modelreg register")).to_be_visible()
    panel.get_by_role("button", name="Register a model").last.click()
    dialog = page.get_by_role("dialog", name="Register model version")
    dialog.get_by_role("radio", name="Folder or URI").check()
    dialog.get_by_role("textbox", name="Path or URI").fill(str(model_folder))
    model = dialog.get_by_label("Model", exact=True)
    model.press_sequentially("prod.risk.fraud")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    created = "Becomes v1 of the new governed model prod.risk.fraud; creates catalog prod and schema risk"
    expect(dialog.get_by_text(created)).to_be_visible()
    dialog.get_by_role("button", name="Register", exact=True).click()
    # The server imports MLflow for the first registration.
    expect(dialog).to_have_count(0)
    expect(row(panel, "prod")).to_be_visible()


def test_a_filter_is_completed_marked_saved_and_found_again(
    open_panel: OpenPanel, lab: Jupyter, elsewhere: Registry
) -> None:
    panel = open_panel(lab)
    box = panel.get_by_role("combobox")
    box.press_sequentially("ali")
    panel.get_by_role("option", name="alias").wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("alias ")
    panel.get_by_role("option", name="= is that", exact=True).click()
    panel.get_by_role("option", name="'Champion'").click()
    expect(box).to_have_value("alias = 'Champion' ")
    expect(panel.get_by_text("1 version", exact=True)).to_be_visible()
    found = row(panel, "fraud v3")
    expect(found.locator(".mreg-namespace")).to_have_text("prod.ml_team")
    box.fill("alias = 'Champion' and vresion > 2")
    expect(panel.get_by_text("There is no field vresion. Did you mean version?")).to_be_visible()
    expect(panel.locator(".mreg-search-mark u")).to_have_text("vresion")
    expect(found).to_be_visible()
    box.fill("alias = 'Champion' and version > 2")
    panel.get_by_role("button", name="Save search…").click()
    dialog = panel.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("live")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert elsewhere.searches.get("live").filter == "alias = 'Champion' and version > 2"
    panel.get_by_role("button", name="Clear search").click()
    box.click()
    panel.get_by_role("option", name="@live").click()
    expect(found).to_be_visible()
    elsewhere.searches.delete("live")
