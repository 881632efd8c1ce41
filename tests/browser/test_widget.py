"""The explorer and the dialogs in a cell's output, in a real JupyterLab and Notebook 7 with real kernels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import in_menu, row, run_cell
from tests.support.names import FRAUD

SHOW = "import jupyter_modelreg as mr\nw = mr.explore('prod.ml_team')\nw"
LOOK = "print('selected', w.selected)"
ASK = "%load_ext jupyter_modelreg\nd = %modelreg alias prod.ml_team.fraud --dialog\nd"
GO_ON = "print('result', d.result)"
NUMBERS = count(1)
LAB, NOTEBOOK = "lab/tree", "notebooks"

OpenNotebook = Callable[..., Locator]


@pytest.fixture
def open_notebook(page: Page, lab: Jupyter) -> Iterator[OpenNotebook]:
    """Opens a notebook with these cells in `host`; with none it is the one that is there. Gives the notebook.

    Each is a new file with a kernel of its own, which ends with the test.
    """
    name = ""

    def opened(jupyter: Jupyter, *cells: str, host: str = LAB) -> Locator:
        nonlocal name
        if cells:
            name = f"explore_{next(NUMBERS)}.ipynb"
            jupyter.notebook(name, *cells)
        # Reset: the layout on the server has the notebooks of other tests open.
        page.goto(jupyter.url(f"{host}/{name}") + ("&reset" if cells else ""))
        notebook = page.locator(".jp-Notebook")
        expect(notebook).to_be_visible()
        return notebook

    yield opened
    lab.end_kernels()


def prints(notebook: Locator, at: int, text: str) -> None:
    """A cell prints this when it is run afresh."""
    notebook.page.keyboard.press("Escape")
    # The kernel may send one line in two parts, so the first part alone is no answer.
    expect(run_cell(notebook, at)).to_have_text(text)


def picture(notebook: Locator) -> Locator:
    """The table that is stored in the first output."""
    return notebook.locator(".mreg-output-picture table").first


def saved(notebook: Locator) -> None:
    """Save the notebook and wait until the server has it."""
    with notebook.page.expect_response(lambda found: found.request.method == "PUT" and "/api/contents/" in found.url):
        notebook.locator(".jp-CodeCell .jp-InputPrompt").first.click()
        notebook.page.keyboard.press("Control+s")


def restart_kernel(page: Page) -> None:
    in_menu(page, "Kernel", re.compile("^Restart Kernel…$")).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()


def test_a_click_in_the_output_goes_on_in_python(
    open_notebook: OpenNotebook, lab: Jupyter, page: Page, tmp_path: Path
) -> None:
    notebook = open_notebook(lab, SHOW, LOOK)
    run_cell(notebook, 0)
    explorer = notebook.locator(".mreg-explorer")
    fraud = row(explorer, "fraud")
    expect(fraud.locator(".mreg-badge")).to_have_text(["@Champion v3", "@Challenger v2"])
    expect(picture(notebook)).to_be_hidden()
    fraud.locator(".mreg-caret").click()
    row(explorer, "v2").click()
    # These keys are commands of the notebook outside the explorer: cut a cell, go to the next one.
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    expect(row(explorer, "v1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    explorer.get_by_role("button", name="Collapse all").press("x")
    expect(notebook.locator(".jp-CodeCell")).to_have_count(2)
    prints(notebook, 1, f"selected {FRAUD}/2")
    assert len(notebook.screenshot(path=tmp_path / "light.png")) > 5000


def test_a_page_in_place_and_back(open_notebook: OpenNotebook, lab: Jupyter, page: Page, tmp_path: Path) -> None:
    notebook = open_notebook(lab, SHOW, LOOK)
    run_cell(notebook, 0)
    explorer = notebook.locator(".mreg-explorer")
    row(explorer, "fraud").click()
    page.keyboard.press("Enter")
    back = notebook.get_by_role("button", name="Back to All models")
    expect(back).to_be_focused()
    expect(notebook.get_by_role("tab", name="Versions")).to_be_visible()
    notebook.get_by_role("grid", name="Versions").get_by_text("v2", exact=True).dblclick()
    expect(notebook.get_by_role("button", name=f"Back to {FRAUD}")).to_be_visible()
    assert len(notebook.screenshot(path=tmp_path / "page.png")) > 5000
    page.keyboard.press("Escape")
    back.click()
    expect(explorer.get_by_role("tree")).to_be_focused()
    expect(row(explorer, "fraud")).to_have_attribute("aria-selected", "true")
    row(explorer, "fraud").locator(".mreg-label").click(button="right")
    menu = page.get_by_role("menu")
    expect(menu).to_have_count(1)
    expect(menu.get_by_role("menuitem", name="Set alias…")).to_be_visible()
    page.keyboard.press("Escape")
    prints(notebook, 1, f"selected {FRAUD}")


def test_an_alias_is_set_from_the_explorer(
    open_notebook: OpenNotebook, lab: Jupyter, page: Page, elsewhere: Registry
) -> None:
    notebook = open_notebook(lab, SHOW, LOOK)
    run_cell(notebook, 0)
    explorer = notebook.locator(".mreg-explorer")
    row(explorer, "fraud").locator(".mreg-label").click(button="right")
    page.get_by_role("menuitem", name="Set alias…").click()
    dialog = page.get_by_role("dialog")
    name = dialog.get_by_label("Alias", exact=True)
    expect(name).to_be_focused()
    name.fill("no good")
    page.keyboard.press("Enter")
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("Trial")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(notebook.get_by_role("status").filter(has_text="Trial")).to_be_visible()
    expect(row(explorer, "fraud").locator(".mreg-badge", has_text="@Trial")).to_be_visible()
    assert elsewhere.aliases.remove(FRAUD, "Trial") == 3
    prints(notebook, 1, f"selected {FRAUD}")


def test_a_dialog_is_a_step_of_the_notebook(
    open_notebook: OpenNotebook, lab: Jupyter, page: Page, elsewhere: Registry
) -> None:
    notebook = open_notebook(lab, ASK, GO_ON)
    run_cell(notebook, 0)
    outcome = notebook.locator(".mreg-outcome")
    outcome.get_by_role("button", name="Open form…").click()
    dialog = outcome.get_by_role("dialog")
    expect(dialog.get_by_label("Alias", exact=True)).to_be_focused()
    dialog.get_by_label("Alias", exact=True).fill("Step")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(outcome.get_by_role("status")).to_have_text(f"{FRAUD}@Step → 3")
    prints(notebook, 1, f"result {FRAUD}@Step")
    elsewhere.aliases.remove(FRAUD, "Step")
    saved(notebook)
    name = page.url.partition("?")[0].rpartition("/")[2]
    stored = nbformat.read(lab.folder / "notebooks" / name, as_version=4)
    # A cell that had to be run twice also says that the extension is loaded already.
    (picture_of,) = (output["data"] for output in stored.cells[0].outputs if "data" in output)
    assert f"{FRAUD}@Step → 3" in picture_of["text/html"]
    # The page again, with the kernel alive: it says what was done, and does not ask once more.
    open_notebook(lab)
    expect(outcome.get_by_role("button", name="Open again…")).to_be_visible()
    expect(dialog).to_have_count(0)


def test_running_all_cells_opens_nothing_and_takes_no_focus(
    open_notebook: OpenNotebook, lab: Jupyter, page: Page
) -> None:
    prefilled = f"d = %modelreg alias {FRAUD}@Champion 2 --dialog\nd"
    notebook = open_notebook(lab, "%load_ext jupyter_modelreg", prefilled, "print('result', d.result)")
    run_cell(notebook, 0)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = notebook.locator(".jp-CodeCell").nth(2)
    expect(last.locator(".jp-OutputArea-output")).to_have_text("result None")
    expect(notebook.get_by_role("button", name="Open form…")).to_be_visible()
    editor = last.locator(".cm-content")
    editor.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(last.locator(".cm-line")).to_have_count(2)
    expect(editor).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    prints(notebook, 2, "result None")


def test_a_dialog_lets_one_choose_the_model(open_notebook: OpenNotebook, lab: Jupyter, page: Page) -> None:
    notebook = open_notebook(lab, "%load_ext jupyter_modelreg\n%modelreg tag --dialog")
    run_cell(notebook, 0)
    notebook.get_by_role("button", name="Open form…").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Model", exact=True)
    expect(field).to_be_focused()
    field.press_sequentially("fraud")
    dialog.get_by_role("option", name=FRAUD).click()
    field.press("Enter")
    expect(dialog).to_contain_text(FRAUD)
    expect(dialog.get_by_role("button", name="Save tags")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(notebook.get_by_role("button", name="Open form…")).to_be_visible()


def test_a_kernel_that_was_restarted(open_notebook: OpenNotebook, lab: Jupyter, page: Page) -> None:
    notebook = open_notebook(lab, SHOW)
    run_cell(notebook, 0)
    explorer = notebook.locator(".mreg-explorer")
    expect(row(explorer, "fraud")).to_be_visible()
    explorer.get_by_role("combobox", name="Search models").fill("fraud")
    restart_kernel(page)
    alert = explorer.get_by_role("alert").first
    expect(alert).to_contain_text("The kernel this output belongs to was restarted or is gone")
    expect(alert).to_contain_text("Run the cell of this output again.")
    expect(explorer.get_by_role("combobox", name="Search models")).to_have_value("fraud")
    saved(notebook)
    # Nobody knows the widget any more, so the notebook shows what is stored, and there is nothing to complain of.
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    open_notebook(lab)
    expect(picture(notebook)).to_be_visible()
    expect(picture(notebook)).to_contain_text("fraud")
    page.wait_for_timeout(2000)
    expect(notebook.get_by_text("Error displaying widget")).to_have_count(0)
    assert not [line for line in said if "model not found" in line]
    run_cell(notebook, 0)
    expect(row(explorer, "fraud")).to_be_visible()
    expect(picture(notebook)).to_be_hidden()


def test_notebook_7(open_notebook: OpenNotebook, lab: Jupyter, page: Page, tmp_path: Path) -> None:
    notebook = open_notebook(lab, SHOW, LOOK, host=NOTEBOOK)
    run_cell(notebook, 0)
    explorer = notebook.locator(".mreg-explorer")
    row(explorer, "fraud").dblclick()
    notebook.get_by_role("button", name="Back to All models").click()
    assert len(notebook.screenshot(path=tmp_path / "notebook.png")) > 5000
    prints(notebook, 1, f"selected {FRAUD}")


def test_dark_theme(open_notebook: OpenNotebook, lab: Jupyter, page: Page, tmp_path: Path) -> None:
    lab.setting("themes", {"theme": "JupyterLab Dark"})
    try:
        notebook = open_notebook(lab, SHOW)
        run_cell(notebook, 0)
        explorer = notebook.locator(".mreg-explorer")
        expect(row(explorer, "fraud")).to_be_visible()
        expect(explorer).to_have_css("background-color", "rgb(33, 33, 33)")
        row(explorer, "fraud").dblclick()
        expect(notebook.get_by_role("tab", name="Versions")).to_be_visible()
        assert len(notebook.screenshot(path=tmp_path / "dark.png")) > 5000
    finally:
        lab.setting("themes", {})
