"""A question of %modelreg in the notebook: JupyterLab's box for input, in the output of the cell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import STARTING_MS, run_cell

MODEL = "prod.questions.churn"
LOAD = "%load_ext jupyter_modelreg\nprint('ready')"
DELETE = f"%modelreg delete {MODEL}\nprint('the cell', 'went on')"
SOON_MS = 15_000


@pytest.fixture
def model(elsewhere: Registry) -> Iterator[None]:
    """A model that may go."""
    elsewhere.models.create(MODEL)
    yield
    if is_there(elsewhere):
        elsewhere.models.delete(MODEL)


@pytest.fixture(params=["lab/tree", "notebooks"])
def cell(request: pytest.FixtureRequest, page: Page, lab: Jupyter, model: None) -> Iterator[Locator]:
    """A cell of JupyterLab, or of Notebook 7, that has asked."""
    name = f"question{len(request.param)}.ipynb"
    lab.notebook(name, LOAD, DELETE)
    page.goto(f"{lab.url(f'{request.param}/{name}')}&reset")
    notebook = page.locator(".jp-Notebook")
    expect(notebook).to_be_visible(timeout=STARTING_MS)
    expect(run_cell(notebook, 0)).to_contain_text("ready")
    asking = notebook.locator(".jp-CodeCell").nth(1)
    asking.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(asking.locator(".jp-Stdin-input")).to_be_visible(timeout=STARTING_MS)
    yield asking
    lab.end_kernels()


def is_there(registry: Registry) -> bool:
    return MODEL in [model.name for model in registry.models.list("prod.questions")]


def answer(cell: Locator, text: str) -> None:
    cell.locator(".jp-Stdin-input").fill(text)
    cell.locator(".jp-Stdin-input").press("Enter")


def test_no_keeps_and_the_cell_goes_on(cell: Locator, elsewhere: Registry) -> None:
    expect(cell).to_contain_text(f"Delete {MODEL} (no versions)? [y/N]")
    answer(cell, "no")
    expect(cell).to_contain_text(f"nothing was deleted: {MODEL} is as it was", timeout=SOON_MS)
    expect(cell).to_contain_text("the cell went on")
    assert is_there(elsewhere)


def test_yes_deletes(cell: Locator, elsewhere: Registry) -> None:
    answer(cell, "yes")
    expect(cell).to_contain_text(f"moved {MODEL} (no versions) to the trash", timeout=SOON_MS)
    expect(cell).to_contain_text("the cell went on")
    assert not is_there(elsewhere)


def test_interrupting_changes_nothing_and_ends_the_cell(page: Page, cell: Locator, elsewhere: Registry) -> None:
    page.locator('[data-command="notebook:interrupt-kernel"], [data-jp-item-name="interrupt"]').first.click()
    expect(cell.locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type$='stderr']")).to_have_text(
        "interrupted: the line changed nothing\n", timeout=SOON_MS
    )
    # JupyterLab leaves its box open; what is typed there now answers nobody, and not the next question either.
    answer(cell, "yes")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell).to_contain_text(f"Delete {MODEL} (no versions)? [y/N]", timeout=SOON_MS)
    expect(cell.locator(".jp-Stdin-input")).to_be_visible()
    expect(cell).not_to_contain_text("the cell went on")
    assert is_there(elsewhere)
    answer(cell, "no")
    expect(cell).to_contain_text("the cell went on", timeout=SOON_MS)
    assert is_there(elsewhere)
