"""Addresses that lead to a page, and the ways to the panel and through it without a mouse."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row, shown_page, tab

CARE = ("Import…", "Export all models…", "Back up…", "Verify…")


@pytest.fixture(autouse=True)
def clipboard(context: BrowserContext) -> None:
    """The browser lets the tests read what was copied."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])


@pytest.fixture
def speaking(lab: Jupyter) -> Jupyter:
    """The lab, with notifications on screen; `say_no_news` of the test's end takes them away again."""
    lab.setting("notification", {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": False})
    return lab


def copies(page: Page, text: str) -> None:
    """The clipboard holds that text, as soon as it has been written."""
    page.wait_for_function("text => navigator.clipboard.readText().then(held => held === text)", arg=text)


@pytest.mark.parametrize(
    ("path", "asked", "title"),
    [
        ("lab", "prod.ml_team.fraud/2", "prod · fraud v2"),
        ("lab/tree/address.ipynb", "models:/prod.ml_team.fraud@Champion", "prod · fraud v3"),
        ("lab/workspaces/other", "churn", "churn"),
    ],
)
def test_an_address_opens_its_page(page: Page, lab: Jupyter, path: str, asked: str, title: str) -> None:
    lab.notebook("address.ipynb", "x = 1")
    page.goto(f"{lab.url(path)}&reset&modelreg={quote(asked)}")
    expect(tab(page, title)).to_be_visible()
    expect(shown_page(page).get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".mreg-panel")).to_be_visible()
    expect(page).not_to_have_url(re.compile("modelreg"))


@pytest.mark.parametrize("asked", ["\0<img src=x>", "a/b/c/1", "run:../x", "", "x" * 1500])
def test_an_address_that_makes_no_sense_is_one_sentence(page: Page, speaking: Jupyter, asked: str) -> None:
    try:
        page.goto(f"{speaking.url()}&reset&modelreg={quote(asked)}")
        said = page.get_by_role("alert").filter(has_text="The address names no model")
        expect(said).to_have_count(1)
        expect(shown_page(page)).to_have_count(0)
    finally:
        speaking.say_no_news()


def test_a_link_is_copied_from_the_tab_under_the_mouse(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    go_to(panel, "prod", "ml_team", "fraud").dblclick()
    expect(tab(page, "prod · fraud")).to_be_visible()
    row(panel, "fraud").locator(".mreg-caret").click()
    row(panel, "v1").dblclick()
    expect(tab(page, "prod · fraud v1")).to_be_visible()
    choose(tab(page, "prod · fraud"), "Copy link")
    copies(page, f"http://127.0.0.1:{lab.port}/lab?modelreg=prod.ml_team.fraud")


def test_keys_of_the_file_browser_work_in_the_tree(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    fraud = go_to(panel, "prod", "ml_team", "fraud")
    fraud.click()
    page.keyboard.press("Control+c")
    copies(page, "prod.ml_team.fraud")
    page.keyboard.press("F2")
    expect(page.get_by_role("dialog", name="Rename model")).to_be_visible()
    page.keyboard.press("Escape")
    fraud.click()
    page.keyboard.press("Delete")
    expect(page.get_by_role("dialog")).to_contain_text("prod.ml_team.fraud")


def test_a_shortcut_and_the_view_menu_show_the_panel(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    expect(row(panel, "prod")).to_be_visible()
    page.get_by_role("tab", name="Model registry").click()
    expect(panel).to_be_hidden()
    page.keyboard.press("Control+Shift+y")
    expect(panel).to_be_visible()
    page.get_by_role("tab", name="Model registry").click()
    expect(panel).to_be_hidden()
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Model Registry")).click()
    expect(panel).to_be_visible()


@pytest.mark.parametrize("where", ["group", "area"])
def test_a_right_click_beside_the_rows_is_about_the_registry(page: Page, lab: Jupyter, where: str) -> None:
    panel = open_lab(page, lab)
    expect(row(panel, "prod")).to_be_visible()
    if where == "group":
        row(panel, "Workspace models").click(button="right")
    else:
        box = panel.get_by_role("tree").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 60, box["y"] + box["height"] - 10, button="right")
    menu = page.get_by_role("menu", name="Actions for the registry")
    expect(menu.get_by_role("menuitem")).to_have_text(
        [
            "Register a model…",
            *CARE,
            "Open requests",
            "Open activity",
            "Open permissions",
            "Open trash",
            "Collapse all",
            "Refresh",
        ]
    )
    menu.get_by_role("menuitem", name="Register a model…").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_what_deletes_is_red_in_every_menu(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    fraud = go_to(panel, "prod", "ml_team", "fraud")
    fraud.locator(".mreg-label").click(button="right")
    native = colour(page.get_by_role("menuitem", name="Delete…", exact=True).locator(".lm-Menu-itemLabel"))
    page.keyboard.press("Escape")
    fraud.dblclick()
    shown_page(page).get_by_role("button", name="More actions").click()
    own = colour(page.locator(".mreg-menu-item", has_text="Delete…"))
    red, green, blue = (int(part) for part in re.findall(r"\d+", native)[:3])
    assert native == own
    assert red > 2 * max(green, blue)


def colour(of: Locator) -> str:
    expect(of).to_be_visible()
    found: str = of.evaluate("each => getComputedStyle(each).color")
    return found


def test_notebook_7_has_a_tab_for_it_beside_the_files(page: Page, lab: Jupyter) -> None:
    page.goto(lab.url("tree"))
    page.get_by_role("tab", name="Model Registry").click()
    panel = page.locator(".mreg-panel")
    go_to(panel, "prod", "ml_team", "fraud").dblclick()
    expect(panel.locator(".mreg-page")).to_contain_text("@Champion")


def test_an_address_of_notebook_7_opens_the_page_in_that_tab(page: Page, lab: Jupyter) -> None:
    page.goto(f"{lab.url('tree')}&modelreg=prod.ml_team.fraud/2")
    expect(page.locator(".mreg-panel .mreg-page")).to_contain_text("v2")
