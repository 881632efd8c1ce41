"""The table of versions, and aliases as handles: what only a browser that lays things out can show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

import jupyter_modelreg
from benchmarks.seeding import multiply_versions
from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import go_to, open_lab, row, shown_page
from tests.support.names import FRAUD

MANY = "many"
COUNT = 10_000


def open_fraud(page: Page, lab: Jupyter) -> Locator:
    """The page of the model with three versions, at its table."""
    go_to(open_lab(page, lab), "prod", "ml_team", "fraud").dblclick()
    table = shown_page(page).get_by_role("grid", name="Versions")
    expect(table).to_be_visible()
    return table


def version(table: Locator, number: int) -> Locator:
    """One row of the table."""
    return table.locator(f'[data-version="{number}"]')


@pytest.fixture
def spare_alias(elsewhere: Registry) -> Iterator[str]:
    """An alias of the model for one test."""
    elsewhere.aliases.set(FRAUD, "Spare", 1)
    yield "Spare"
    elsewhere.aliases.remove(FRAUD, "Spare")


def test_a_chip_dragged_onto_another_version_moves_its_alias(
    page: Page, lab: Jupyter, elsewhere: Registry, spare_alias: str
) -> None:
    table = open_fraud(page, lab)
    chip = version(table, 1).get_by_role("button", name=f"@{spare_alias}")
    chip.drag_to(version(table, 2))
    dialog = page.get_by_role("dialog", name="Set alias")
    expect(dialog).to_contain_text(f"@{spare_alias} moves from v1 to v2")
    dialog.get_by_role("button", name="Set alias").click()
    expect(dialog).to_have_count(0)  # the server has answered; the table does not wait for that
    expect(version(table, 2).get_by_role("button", name=f"@{spare_alias}")).to_be_visible()
    assert elsewhere.aliases.get(FRAUD, spare_alias).version == 2


def test_a_badge_of_the_tree_dropped_onto_a_version_there(page: Page, lab: Jupyter, spare_alias: str) -> None:
    panel = open_lab(page, lab)
    go_to(panel, "prod", "ml_team", "fraud").locator(".mreg-caret").click()
    row(panel, "v1").locator(".mreg-badge", has_text=f"@{spare_alias}").drag_to(row(panel, "v2"))
    expect(page.get_by_role("dialog", name="Set alias")).to_contain_text(f"@{spare_alias} moves from v1 to v2")


def test_an_alias_is_removed_from_its_menu(page: Page, lab: Jupyter, elsewhere: Registry, spare_alias: str) -> None:
    panel = open_lab(page, lab)
    go_to(panel, "prod", "ml_team", "fraud").locator(".mreg-caret").click()
    row(panel, "v1").locator(".mreg-badge", has_text=f"@{spare_alias}").click(button="right")
    page.get_by_role("menuitem", name="Remove alias…").click()
    dialog = page.get_by_role("dialog", name=f"Remove @{spare_alias}")
    dialog.get_by_label("Reason").fill("no longer used")
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog).to_have_count(0)
    expect(row(panel, "v1").locator(".mreg-badge")).to_have_count(0)
    assert elsewhere.history.list(FRAUD)[-1].reason == "no longer used"


def test_the_history_of_an_alias_is_one_choice_away(page: Page, lab: Jupyter) -> None:
    open_fraud(page, lab)
    band = shown_page(page).locator(".mreg-band")
    band.get_by_role("button", name="@Challenger").click()
    page.get_by_role("menuitem", name="History").click()
    activity = shown_page(page).get_by_role("list", name="Activity")
    expect(activity.get_by_role("listitem")).to_have_count(1)
    expect(activity).to_contain_text("@Challenger → 2")
    activity.get_by_role("button", name="version 2").click()
    expect(shown_page(page)).to_contain_text("Ready")


def test_a_column_is_dragged_wider_and_stays_so(page: Page, lab: Jupyter) -> None:
    table = open_fraud(page, lab)
    edge = table.get_by_role("separator", name="Width of Created")
    before = int(edge.get_attribute("aria-valuenow") or 0)
    box = edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 3, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 53, box["y"] + 5, steps=5)
    page.mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", str(before + 50))
    # A reload has no click on the heading for an answer, and the width it was left with.
    expect(table.get_by_role("columnheader", name="Created")).to_have_attribute("aria-sort", "none")
    again = open_fraud(page, lab).get_by_role("separator", name="Width of Created")
    expect(again).to_have_attribute("aria-valuenow", str(before + 50))
    again.dblclick()


@pytest.fixture
def large_lab(own_lab: Jupyter) -> Jupyter:
    """A JupyterLab over a model with ten thousand versions, each with three metrics."""
    registry = jupyter_modelreg.connect(own_lab.uri, actor="ana")
    registry.versions.register("s3://nowhere/model", MANY, check_source=False, tags={"validation_status": "passed"})
    registry.close()
    multiply_versions(own_lab.uri, MANY, COUNT)
    own_lab.start()
    return own_lab


def test_of_ten_thousand_versions_only_those_in_sight_are_drawn(page: Page, large_lab: Jupyter) -> None:
    go_to(open_lab(page, large_lab), "Workspace models", MANY).dblclick()
    table = shown_page(page).get_by_role("grid", name="Versions")
    expect(version(table, COUNT)).to_be_visible()
    table.get_by_role("columnheader", name="auc").get_by_role("button").click()
    expect(table).to_have_attribute("aria-rowcount", str(COUNT + 1))
    table.evaluate("each => (each.scrollTop = each.scrollHeight / 2)")
    expect(table.locator(f'[aria-rowindex="{COUNT // 2 + 5}"]')).to_be_visible()
    assert table.get_by_role("row").count() < 80
