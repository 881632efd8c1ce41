"""`make screenshots`: the pictures in README and the tutorials, from a real run in JupyterLab."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.browser import demo
from tests.browser.chromium import chromium
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row, run_cell, shown_page

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"
FRAUD = ("prod", "risk", "fraud")
EXPLORE = 'import jupyter_modelreg as mr\n\nw = mr.explore("prod.risk")\nw'


def sidebar(page: Page, jupyter: Jupyter) -> None:
    """The tree down to the versions of a model, beside the page of one of them."""
    panel = open_lab(page, jupyter)
    go_to(panel, *FRAUD).locator(".mreg-caret").click()
    row(panel, "v3").dblclick()
    expect(shown_page(page).get_by_text("merchant_risk").first).to_be_visible()
    expect(shown_page(page).get_by_text("all-features")).to_be_visible()
    settle(page)
    page.screenshot(path=IMAGES / "sidebar.png")


def model_page(page: Page, jupyter: Jupyter) -> None:
    """The page of a model alone."""
    panel = open_lab(page, jupyter)
    go_to(panel, *FRAUD).dblclick()
    expect(shown_page(page).get_by_text("v3").first).to_be_visible()
    settle(page)
    shown_page(page).screenshot(path=IMAGES / "model_page.png")


def set_alias(page: Page, jupyter: Jupyter) -> None:
    """A dialog that is about to move an alias."""
    panel = open_lab(page, jupyter)
    go_to(panel, *FRAUD).locator(".mreg-caret").click()
    choose(row(panel, "v3"), "Set alias…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Alias").fill("Champion")
    dialog.get_by_role("textbox", name="Reason").fill("fewer false alarms, a week in shadow")
    settle(page)
    framed(dialog, "set_alias.png")


def widget(page: Page, jupyter: Jupyter) -> None:
    """The explorer in the output of a cell."""
    jupyter.notebook("explore.ipynb", EXPLORE)
    page.goto(jupyter.url("lab/tree/explore.ipynb") + "&reset")
    notebook = page.locator(".jp-Notebook")
    expect(notebook).to_be_visible()
    run_cell(notebook, 0)
    # A narrow window hides the kernel's name, which `run_cell` waits for, so the page becomes narrow only now.
    page.set_viewport_size({"width": 900, "height": 640})
    explorer = notebook.locator(".mreg-explorer")
    fraud = row(explorer, "fraud")
    expect(fraud).to_be_visible()
    fraud.locator(".mreg-caret").click()
    row(explorer, "v2").click()
    settle(page)
    notebook.locator(".jp-CodeCell").first.screenshot(path=IMAGES / "widget.png")


def framed(what: Locator, name: str) -> None:
    """A picture of one thing, with a little of what is around it."""
    box = what.bounding_box()
    assert box is not None
    margin = 24
    what.page.screenshot(
        path=IMAGES / name,
        clip={
            "x": box["x"] - margin,
            "y": box["y"] - margin,
            "width": box["width"] + 2 * margin,
            "height": box["height"] + 2 * margin,
        },
    )


def settle(page: Page) -> None:
    """Wait for what fades in, and take the mouse away from what it would light up."""
    page.mouse.move(1, 1)
    page.wait_for_timeout(700)


def main() -> None:
    """Fill a registry, start JupyterLab over it, take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        tracking = f"sqlite:///{folder}/mlflow.db"
        variables = {"MLFLOW_TRACKING_URI": tracking, "JUPYTERHUB_USER": "ana"}
        jupyter = Jupyter(Path(folder), whole=True, variables=variables)
        demo.fill(jupyter.uri, tracking)
        jupyter.start()
        try:
            browser = playwright.chromium.launch(**chromium())
            for take, width, height in (
                (sidebar, 1180, 700),
                (model_page, 1180, 560),
                (set_alias, 1180, 760),
                (widget, 1180, 640),
            ):
                page = browser.new_page(viewport={"width": width, "height": height})
                take(page, jupyter)
                page.close()
                print(f"took {take.__name__}")
            browser.close()
        finally:
            jupyter.stop()


if __name__ == "__main__":
    main()
