"""The panel is connected to the registry of a server: token, another tab, a token that is revoked, a server away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.uri import registry_address
from tests.browser.accessibility import violations
from tests.browser.jupyter import Jupyter
from tests.browser.panel import command, go_to, open_lab, row, shown_page, tab
from tests.support.processes import free_port
from tests.support.served import TOKEN, Served, serving

pytest_plugins = ["tests.support.commands"]


class Elsewhere:
    """A server that can be stopped and started again, with one model in its registry."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._running = ExitStack()
        self.registry: Registry = jupyter_modelreg.connect(str(folder / "there.duckdb"), actor="ana")
        self.registry.models.create("dev.lab.churn")

    def start(self) -> Served:
        served = self._running.enter_context(serving(self._folder, self.port))
        served.shown = self.registry
        return served

    def stop(self) -> None:
        self._running.close()


@pytest.fixture
def elsewhere_server(tmp_path: Path) -> Iterator[Elsewhere]:
    made = Elsewhere(tmp_path)
    yield made
    made.stop()
    made.registry.close()


def connect_dialog(page: Page) -> Locator:
    """The dialog that connects to another registry, from the palette."""
    command(page, "Model Registry: Connect to another registry…")
    return page.get_by_role("dialog", name="Connect to another registry")


def own_again(panel: Locator, own: str) -> None:
    """Back to the registry of the server's settings."""
    panel.locator(".mreg-registry-name").click()
    panel.page.get_by_role("menuitem", name=f"{own} · of this server").click()


def test_connecting_to_a_server_losing_it_and_going_back(
    lab: Jupyter, page: Page, elsewhere_server: Elsewhere, tmp_path: Path
) -> None:
    served = elsewhere_server.start()
    own = registry_address(lab.uri).path.stem
    panel = open_lab(page, lab)
    go_to(panel, "prod", "ml_team", "fraud").dblclick()
    expect(shown_page(page).get_by_text("v3").first).to_be_visible()

    # What cannot be connected to changes nothing.
    dialog = connect_dialog(page)
    dialog.get_by_label("Address").fill(str(tmp_path / "none.duckdb"))
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is no registry at")
    dialog.get_by_label("Address").fill(served.url)
    dialog.get_by_role("button", name="Connect", exact=True).click()
    token = dialog.get_by_label("Token")
    expect(token).to_be_focused()
    token.fill("not-a-token-of-theirs")
    expect(dialog.locator(".mreg-line")).to_contain_text(f"%modelreg connect {served.url}")
    assert violations(page) == []
    token.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("does not let you in")
    expect(row(panel, "prod")).to_be_visible()

    # With the token it is shown, and nothing of the other one.
    token.fill(TOKEN)
    token.press("Enter")
    expect(dialog).to_have_count(0)
    expect(row(panel, "dev")).to_be_visible()
    expect(row(panel, "prod")).to_have_count(0)
    expect(tab(page, "prod · fraud")).to_have_count(0)
    expect(panel.locator(".mreg-registry")).to_contain_text("as ana")
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])")
    assert TOKEN not in kept
    assert TOKEN not in json.dumps(page.context.cookies())
    assert TOKEN not in (lab.folder / "server.log").read_text()
    assert all(TOKEN not in each.read_text() for each in (lab.folder / "data").rglob("shown-*.json"))

    # Another tab shows the same one, and so does this one when it comes back.
    second = page.context.new_page()
    expect(row(open_lab(second, lab), "dev")).to_be_visible()
    second.close()
    page.goto(lab.url())
    expect(row(panel, "dev")).to_be_visible()

    # A token that is revoked: the panel says so, and takes another one.
    served.token = "another-one"
    panel.get_by_role("button", name="Refresh").click()
    banner = panel.get_by_role("alert")
    expect(banner).to_contain_text("does not let you in")
    expect(row(panel, "dev")).to_be_visible()
    assert violations(page) == []
    banner.get_by_role("button", name="Sign in…").click()
    dialog = page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("Token").fill("another-one")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(banner).to_have_count(0)

    # The server goes away and comes back, and the panel with it.
    elsewhere_server.stop()
    expect(banner).to_contain_text("does not answer")
    served = elsewhere_server.start()
    served.token = "another-one"
    expect(banner).to_have_count(0)

    # It has moved: the panel leads to where it is now.
    elsewhere_server.registry.maintenance.move_to(str(tmp_path / "moved.duckdb"))
    expect(panel.get_by_text("This registry has moved to")).to_be_visible()
    panel.get_by_role("button", name="Switch to it").click()
    expect(panel.get_by_role("button", name="Registry moved")).to_be_visible()
    expect(panel.get_by_text("This registry has moved to")).to_have_count(0)
    expect(row(panel, "dev")).to_be_visible()

    panel.get_by_role("button", name="Registry moved").click()
    page.get_by_role("menuitem", name="About this registry…").click()
    about = page.get_by_role("dialog", name="About this registry")
    expect(about).to_contain_text(str(tmp_path / "moved.duckdb"))
    expect(about).to_contain_text("In the settings")
    about.get_by_role("button", name="Close").click()
    own_again(panel, own)
    expect(row(panel, "prod")).to_be_visible()
    expect(row(panel, "dev")).to_have_count(0)
