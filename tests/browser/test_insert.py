"""Code from the panel into a notebook: by its menu, by command, and by dragging."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, command, go_to, open_lab, row

VALUE = 'mlflow.pyfunc.load_model("models:/prod.ml_team.fraud@Champion")'
LOAD = f"import mlflow\n\nmodel = {VALUE}"
LINE = "%modelreg load prod.ml_team.fraud/2 --as model"


@pytest.fixture
def panel(page: Page, lab: Jupyter) -> Locator:
    """The panel beside a notebook of two cells, the model fraud in sight."""
    lab.notebook("insert.ipynb", "x = 1", "")
    opened = open_lab(page, lab, "lab/tree/insert.ipynb")
    expect(page.locator(".jp-CodeCell .cm-content")).to_have_count(2)
    go_to(opened, "prod", "ml_team", "fraud")
    return opened


def cells(page: Page) -> list[str]:
    lines = "each => [...each.querySelectorAll('.cm-line')].map(line => line.textContent).join('\\n')"
    return [cell.evaluate(lines).strip() for cell in page.locator(".jp-Notebook .cm-content").all()]


def click_into(page: Page, at: int) -> None:
    page.locator(".jp-Notebook .cm-content").nth(at).click()


def test_the_menu_writes_into_the_active_cell(page: Page, panel: Locator) -> None:
    click_into(page, 1)
    choose(row(panel, "fraud"), "Insert code")
    expect(page.locator(".jp-Notebook .cm-content").nth(1)).to_contain_text(VALUE)
    assert cells(page)[1] == LOAD
    click_into(page, 0)
    page.keyboard.press("End")
    row(panel, "fraud").locator(".mreg-caret").click()
    row(panel, "v2").click()
    command(page, "Insert %modelreg line")
    expect(page.locator(".jp-Notebook .cm-line", has_text=LINE)).to_be_visible()
    assert cells(page) == [f"x = 1\n{LINE}", LOAD]
    page.keyboard.type("  # here")
    # The cursor is behind what was inserted.
    expect(page.locator(".jp-Notebook .cm-line", has_text=LINE)).to_have_text(f"{LINE}  # here")


def test_a_model_dragged_into_a_cell(page: Page, panel: Locator) -> None:
    row(panel, "fraud").drag_to(page.locator(".jp-Notebook .cm-content").nth(1))
    expect(page.locator(".jp-Notebook .cm-content").nth(1)).to_contain_text(VALUE)
    assert cells(page)[1] == LOAD


def test_an_alias_dragged_beside_the_cells_becomes_a_cell(page: Page, panel: Locator) -> None:
    row(panel, "fraud").locator(".mreg-badge").first.drag_to(page.locator(".jp-InputPrompt").first)
    expect(page.locator(".jp-Notebook .cm-content")).to_have_count(3)
    assert cells(page) == ["x = 1", LOAD, ""]
    expect(page.locator(".jp-CodeCell.jp-mod-active .cm-content")).to_contain_text(VALUE)


@pytest.mark.parametrize("at", [0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0])
def test_a_drop_on_text_puts_the_code_there_once(page: Page, lab: Jupyter, at: float) -> None:
    """The editor draws a token anew under the mouse while a drop is under way."""
    lab.notebook("drop.ipynb", "import mlflow", "r.rows[0]")
    opened = open_lab(page, lab, "lab/tree/drop.ipynb")
    expect(page.locator(".jp-CodeCell .cm-content")).to_have_count(2)
    version = go_to(opened, "prod", "ml_team", "fraud")
    text = page.locator(".jp-Notebook .cm-content").nth(1)
    click_into(page, 1)
    box = text.evaluate(
        "each => { const range = document.createRange(); range.selectNodeContents(each.querySelector('.cm-line'));"
        " const { x, y, width, height } = range.getBoundingClientRect(); return { x, y, width, height }; }"
    )
    version.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * at, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(text).to_contain_text(VALUE)
    page.wait_for_timeout(300)
    found = cells(page)
    assert len(found) == 2, found
    assert found[1].count("load_model") == 1
    left, right = found[1].split(VALUE)
    assert left.removesuffix("model = ").strip() + right.strip() == "r.rows[0]"


def test_without_a_notebook_it_says_what_to_do(page: Page, lab: Jupyter) -> None:
    lab.setting("notification", {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": False})
    try:
        panel = open_lab(page, lab)
        choose(go_to(panel, "prod", "ml_team", "fraud"), "Insert code")
        expect(page.get_by_role("alert")).to_have_text(re.compile("no notebook .*Open one", re.DOTALL))
    finally:
        lab.say_no_news()
