"""What the search box finds, as a table: sorted by the registry, and there after a reload."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.jupyter import Jupyter
from tests.browser.panel import open_lab, shown_page, tab, workspace_saved
from tests.support.names import FRAUD

FILTER = "name like '%fraud' and version > 1"


def test_a_search_is_shown_as_a_table_and_is_there_after_a_reload(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    panel.get_by_role("combobox", name="Search models").fill(FILTER)
    with workspace_saved(page, "find:name"):
        panel.get_by_role("button", name="Show as a table").click()
    table = shown_page(page).get_by_role("table", name="What was found")
    names = table.locator("tbody tr td:first-child")
    expect(names).to_have_text([f"{FRAUD}/3", f"{FRAUD}/2"])
    table.get_by_role("button", name="Created").click()
    expect(table.get_by_role("columnheader", name="Created")).to_have_attribute("aria-sort", "ascending")
    expect(names).to_have_text([f"{FRAUD}/2", f"{FRAUD}/3"])
    owner = shown_page(page).get_by_role("group", name="Owner").get_by_role("button")
    owner.click()
    expect(shown_page(page).get_by_role("textbox", name="Filter")).to_have_value(f"{FILTER} and owner = 'ana'")
    expect(names).to_have_count(2)
    expect(owner).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(tab(page, FILTER)).to_be_visible()
    expect(names).to_have_count(2)
    table.get_by_role("button", name=f"{FRAUD}/3").click()
    expect(tab(page, "prod · fraud v3")).to_be_visible()
