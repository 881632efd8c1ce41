"""Notebook 7, whose page has one main area: pages, dialogs and notes stay in the panel."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, in_menu, row

LOAD = 'mlflow.pyfunc.load_model("models:/prod.ml_team.fraud@Champion")'


@pytest.fixture
def panel(page: Page, lab: Jupyter) -> Locator:
    """The panel beside a notebook of one empty cell."""
    lab.notebook("seven.ipynb", "")
    page.goto(lab.url("notebooks/seven.ipynb"))
    expect(page.locator(".jp-Notebook .cm-content")).to_be_visible()
    in_menu(page, "View", re.compile("^Left Sidebar$"))
    page.get_by_role("menuitem", name="Show Model registry").click()
    return page.locator(".mreg-panel")


def test_a_page_takes_the_place_of_the_tree(page: Page, panel: Locator) -> None:
    pages = list(page.context.pages)
    go_to(panel, "prod", "ml_team", "fraud").dblclick()
    opened = panel.locator(".mreg-page")
    expect(opened).to_contain_text("@Champion")
    assert page.context.pages == pages
    panel.get_by_role("button", name="All models").click()
    expect(opened).to_have_count(0)
    expect(row(panel, "fraud")).to_have_attribute("aria-selected", "true")


def test_a_dialog_and_code_for_the_cell(page: Page, panel: Locator) -> None:
    fraud = go_to(panel, "prod", "ml_team", "fraud")
    choose(fraud, "Rename…")
    dialog = page.get_by_role("dialog", name="Rename model")
    expect(dialog).to_contain_text("prod.ml_team.fraud")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    choose(fraud, "Insert code")
    expect(page.locator(".jp-Notebook .cm-content")).to_contain_text(LOAD)
