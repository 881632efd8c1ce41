"""What the tests of the panel do again and again: find a row, open a page, open a dialog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Response, TimeoutError, expect

from tests.browser.jupyter import Jupyter

# How long a change may take to show: speed is measured elsewhere, and a busy machine is no fault.
PATIENCE_MS = 60_000
TRIES = 15

expect.set_options(timeout=PATIENCE_MS)


def open_lab(page: Page, jupyter: Jupyter, path: str = "lab") -> Locator:
    """Open JupyterLab as if for the first time, and in it the panel."""
    # Reset: the layout another test left on the server has the panel open, and the click would close it.
    page.goto(f"{jupyter.url(path)}&reset")
    # The launcher, or the notebook, is the last to come, and takes the focus.
    expect(page.locator(".jp-Launcher, .jp-Notebook").first).to_be_visible()
    page.get_by_role("tab", name="Model registry").click()
    return page.locator(".mreg-explorer")


def row(panel: Locator, name: str) -> Locator:
    """The row of the tree with that label."""
    return panel.get_by_role("treeitem").filter(has=panel.page.locator(".mreg-label", has_text=re.compile(f"^{name}$")))


def go_to(panel: Locator, *names: str) -> Locator:
    """Open the rows on the way to the last of `names`, and give that one."""
    for name in names[:-1]:
        found = row(panel, name)
        expect(found).to_be_visible()
        if found.get_attribute("aria-expanded") == "false":
            found.locator(".mreg-caret").click()
    last = row(panel, names[-1])
    expect(last).to_be_visible()
    return last


def choose(at: Locator, action: str) -> None:
    """Choose from the context menu of a row; the badges in it have one of their own."""
    at.wait_for()
    label = at.locator(".mreg-label")
    (label if label.count() else at).click(button="right")
    at.page.get_by_role("menuitem", name=action, exact=True).click()


def command(page: Page, label: str) -> None:
    """Run a command from the palette."""
    page.keyboard.press("Control+Shift+c")
    palette = page.locator("#command-palette")
    palette.get_by_role("textbox").fill(label)
    item = palette.locator(".lm-CommandPalette-item").filter(has_text=label).first
    expect(item).to_be_visible()
    item.click()


def in_menu(page: Page, menu: str, entry: re.Pattern[str]) -> Locator:
    """Open a menu of the menu bar, and give its entry; what comes late may take the focus, which closes the menu."""
    item = page.locator(".lm-Menu-itemLabel").filter(has_text=entry)
    for _ in range(TRIES):
        page.get_by_role("menuitem", name=menu, exact=True).click()
        try:
            item.hover(timeout=2000)
        except TimeoutError:
            page.keyboard.press("Escape")
            continue
        break
    return item


def tab(page: Page, name: str) -> Locator:
    """The tab of the main area with that label."""
    return page.locator("#jp-main-dock-panel").get_by_role("tab", name=name, exact=True)


def shown_page(page: Page) -> Locator:
    """The page of a model or version that is in sight."""
    return page.locator(".mreg-lab-page:not(.lm-mod-hidden) .mreg-page")


def run_cell(notebook: Locator, at: int) -> Locator:
    """Run a cell and wait for what comes out of it; a kernel that is still starting may lose the first tries."""
    # Before a kernel has been asked for, running a cell opens JupyterLab's dialog to select one.
    kernel = notebook.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Toolbar-kernelName")
    expect(kernel).not_to_have_text("No Kernel")
    cell = notebook.locator(".jp-CodeCell").nth(at)
    output = cell.locator(".jp-OutputArea-output").first
    for again in range(TRIES):
        try:
            if not (again and output.is_visible()):  # a dialog that has come out late covers the cell
                cell.locator(".cm-content").click(timeout=2000)
                notebook.page.keyboard.press("Control+Enter")
            output.wait_for(timeout=2000)
        except TimeoutError:
            continue
        break
    expect(output).to_be_visible()  # or the test would go on, and fail somewhere else
    return output


@contextmanager
def workspace_saved(page: Page, holding: str) -> Iterator[None]:
    """Do something, and wait until JupyterLab has stored a layout and state in which `holding` stands."""

    def stored(response: Response) -> bool:
        request = response.request
        return "/api/workspaces" in response.url and request.method == "PUT" and holding in (request.post_data or "")

    with page.expect_response(stored):
        yield
