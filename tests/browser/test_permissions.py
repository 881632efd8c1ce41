"""Who may do what, seen and changed by an administrator, and by somebody who may do little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser.accessibility import violations
from tests.browser.jupyter import Jupyter
from tests.browser.panel import command, go_to, open_lab, row, shown_page

DESK = "staging.desks.loans"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Jupyter]:
    """A JupyterLab of ben's, over a registry of ana's, where ben may tag one model, and see that another is there."""
    jupyter = Jupyter(tmp_path_factory.mktemp("shared"), variables={"MODELREG_ACTOR": "ben"})
    registry = jupyter_modelreg.connect(jupyter.uri, actor="ana")
    for _ in range(2):
        registry.versions.register(str(model_folder), DESK)
    registry.aliases.set(DESK, "Champion", 1)
    registry.models.create("hidden.away.secret", description="Not for everybody")
    registry.groups.create("analysts", ["ben"])
    registry.grants.grant(["USE CATALOG", "USE SCHEMA"], "staging", ["analysts"])
    registry.grants.grant(["APPLY TAG"], DESK, ["ben"])
    registry.grants.grant(["BROWSE"], "hidden", ["account users"])
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    registry.close()
    jupyter.start()
    yield jupyter
    jupyter.stop()


@pytest.fixture
def ana(shared: Jupyter) -> Iterator[Registry]:
    """The registry of `shared`, opened by its owner."""
    opened = jupyter_modelreg.connect(shared.uri, actor="ana")
    yield opened
    opened.close()


def test_what_may_not_be_done_says_why(page: Page, shared: Jupyter) -> None:
    panel = open_lab(page, shared)
    loans = go_to(panel, "staging", "desks", "loans")
    # The registry may be slow to say what is refused; the menu that is open then says it too.
    waiting: list[Route] = []
    page.route("**/grants.refusals*", lambda route: waiting.append(route))
    with page.expect_request("**/grants.refusals*"):
        loans.locator(".mreg-label").click(button="right")
    expect(page.get_by_role("menuitem", name="Rename…")).to_be_visible()
    for route in waiting:
        route.continue_()
    page.unroute("**/grants.refusals*")
    refused = page.get_by_role("menuitem", name="Rename (needs MANAGE)")
    expect(refused).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("menuitem", name="Edit tags…")).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    loans.dblclick()
    shown = shown_page(page)
    button = shown.get_by_role("button", name="Set alias")
    expect(button).to_have_attribute("aria-disabled", "true")
    assert str(button.get_attribute("title")).startswith(f"ben lacks MANAGE on model {DESK}: ben has ")
    expect(shown.get_by_role("button", name="Edit tags")).to_be_enabled()
    shown.get_by_role("tab", name="Permissions").click()
    expect(shown.get_by_role("note")).to_contain_text("You see here what was granted to you")
    expect(shown.get_by_role("table", name="What ben may do")).to_contain_text(
        "from catalog staging, through group analysts"
    )
    assert violations(page) == []


def test_an_owner_grants_and_takes_back(page: Page, shared: Jupyter, ana: Registry) -> None:
    ana.grants.transfer(DESK, "ben")
    go_to(open_lab(page, shared), "staging", "desks", "loans").dblclick()
    shown = shown_page(page)
    shown.get_by_role("tab", name="Permissions").click()
    shown.get_by_role("button", name="Grant…").click()
    dialog = page.get_by_role("dialog", name="Grant privileges")
    dialog.get_by_role("combobox", name="To").fill("cleo")
    dialog.get_by_role("checkbox", name="EXECUTE").check()
    dialog.get_by_role("checkbox", name="cleo is somebody new").check()
    assert violations(page) == []
    dialog.get_by_role("button", name="Grant", exact=True).click()
    expect(shown.get_by_role("table", name="Grants", exact=True)).to_contain_text("cleo")
    assert ana.grants.list(DESK, to="cleo")[0].privileges == ["EXECUTE"]
    shown.get_by_role("textbox", name="User or group to check").or_(
        shown.get_by_role("combobox", name="User or group to check")
    ).fill("cleo")
    expect(shown.get_by_text("Without USE CATALOG on staging")).to_be_visible()
    shown.get_by_role("button", name="Revoke from cleo").click()
    page.get_by_role("dialog", name="Revoke privileges").get_by_role("button", name="Revoke", exact=True).click()
    expect(shown.get_by_role("table", name="Grants", exact=True)).not_to_contain_text("cleo")
    assert ana.grants.list(DESK, to="cleo") == []


def test_an_administrator_makes_groups(page: Page, shared: Jupyter, ana: Registry) -> None:
    ana.grants.grant(["ALL PRIVILEGES", "MANAGE"], "registry", ["ben"])
    panel = open_lab(page, shared)
    expect(row(panel, "staging")).to_be_visible()
    command(page, "Open permissions")
    shown = shown_page(page)
    shown.get_by_role("button", name="New group…").click()
    dialog = page.get_by_role("dialog", name="New group")
    dialog.get_by_role("textbox", name="Name").fill("juniors")
    dialog.get_by_role("combobox", name="Members").fill("analysts")
    assert violations(page) == []
    dialog.get_by_role("button", name="Create").click()
    expect(shown.get_by_role("table", name="Groups")).to_contain_text("juniors")
    assert violations(page) == []
    assert ana.groups.get("juniors").members == ["analysts"]
    shown.get_by_role("button", name="Delete group juniors").click()
    page.get_by_role("dialog", name="Delete group").get_by_role("button", name="Delete", exact=True).click()
    expect(shown.get_by_role("table", name="Groups")).not_to_contain_text("juniors")
