"""The explorer in a cell's output, in a real JupyterLab with a real kernel."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.jupyter import Jupyter

SHOW = "import jupyter_modelreg as mr\nw = mr.explore('prod.ml_team')\nw"
LOOK = "print('selected', w.selected)"
TRIES = 15

OpenNotebook = Callable[[Jupyter], Locator]


@pytest.fixture
def open_notebook(page: Page) -> OpenNotebook:
    """Opens a notebook that shows the explorer and then looks at what is selected; gives the notebook."""

    def opened(jupyter: Jupyter) -> Locator:
        cells = [nbformat.v4.new_code_cell(source) for source in (SHOW, LOOK)]
        # Without a kernel's name JupyterLab asks for one.
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
        nbformat.write(made, jupyter.folder / "notebooks" / "explore.ipynb")
        page.goto(jupyter.url("lab/tree/explore.ipynb"))
        notebook = page.locator(".jp-Notebook")
        expect(notebook).to_be_visible(timeout=30_000)
        return notebook

    return opened


def run_cell(notebook: Locator, at: int) -> Locator:
    """Run a cell and wait for what comes out of it; a kernel that is still starting may lose the first tries."""
    cell = notebook.locator(".jp-CodeCell").nth(at)
    output = cell.locator(".jp-OutputArea-output").first
    for _ in range(TRIES):
        cell.locator(".cm-content").click()
        notebook.page.keyboard.press("Control+Enter")
        try:
            output.wait_for(timeout=2000)
        except TimeoutError:
            continue
        break
    return output


def row(explorer: Locator, name: str) -> Locator:
    label = explorer.page.locator(".mreg-label", has_text=re.compile(f"^{name}$"))
    return explorer.get_by_role("treeitem").filter(has=label)


def selected(notebook: Locator) -> str:
    """What the second cell prints when it is run afresh."""
    notebook.page.keyboard.press("Escape")
    return run_cell(notebook, 1).inner_text().strip()


def test_a_click_in_the_output_goes_on_in_python(
    open_notebook: OpenNotebook, lab: Jupyter, page: Page, tmp_path: Path
) -> None:
    notebook = open_notebook(lab)
    run_cell(notebook, 0)
    explorer = notebook.locator(".mreg-explorer")
    fraud = row(explorer, "fraud")
    expect(fraud.locator(".mreg-badge")).to_have_text(["@Champion", "@Challenger"], timeout=20_000)
    fraud.dblclick()
    row(explorer, "v2").click()
    # These keys are commands of the notebook outside the explorer: cut a cell, go to the next one.
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    expect(row(explorer, "v1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    explorer.get_by_role("button", name="Collapse all").press("x")
    expect(notebook.locator(".jp-CodeCell")).to_have_count(2)
    assert selected(notebook) == "selected prod.ml_team.fraud/2"
    assert len(notebook.screenshot(path=tmp_path / "light.png")) > 5000


def test_dark_theme(open_notebook: OpenNotebook, lab: Jupyter, tmp_path: Path) -> None:
    lab.setting("themes", {"theme": "JupyterLab Dark"})
    try:
        notebook = open_notebook(lab)
        run_cell(notebook, 0)
        explorer = notebook.locator(".mreg-explorer")
        expect(row(explorer, "fraud")).to_be_visible(timeout=20_000)
        expect(explorer).to_have_css("background-color", "rgb(33, 33, 33)")
        assert len(notebook.screenshot(path=tmp_path / "dark.png")) > 5000
    finally:
        lab.setting("themes", {})
