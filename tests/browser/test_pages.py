"""Pages in the main area, and what leads to them: the tree, the palette, the launcher, a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.conftest import HOSTILE
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, command, go_to, open_lab, row, shown_page, tab, workspace_saved
from tests.support.names import FRAUD


def test_a_double_click_opens_a_page_once(page: Page, lab: Jupyter) -> None:
    fraud = go_to(open_lab(page, lab), "prod", "ml_team", "fraud")
    fraud.dblclick()
    expect(shown_page(page)).to_contain_text("ml_team")
    expect(shown_page(page).get_by_text("v3", exact=True).first).to_be_visible()
    tab(page, "Launcher").click()
    expect(shown_page(page)).to_have_count(0)
    fraud.dblclick()
    expect(shown_page(page)).to_have_count(1)
    expect(tab(page, "prod · fraud")).to_have_count(1)


def test_enter_opens_pages_which_a_reload_brings_back(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    go_to(panel, "prod", "ml_team", "fraud", "v2").click()
    tree = panel.get_by_role("tree")
    with workspace_saved(page, "modelreg-page:prod.ml_team.fraud/2"):
        tree.press("Enter")
        expect(tab(page, "prod · fraud v2")).to_be_visible()
        expect(shown_page(page)).to_contain_text("@Challenger")
    page.goto(lab.url())
    expect(tab(page, "prod · fraud v2")).to_be_visible()
    expect(shown_page(page)).to_contain_text("@Challenger")


def test_a_change_made_elsewhere_appears_in_the_page(page: Page, lab: Jupyter, elsewhere: Registry) -> None:
    go_to(open_lab(page, lab), "prod", "ml_team", "fraud").dblclick()
    expect(shown_page(page)).to_contain_text("@Champion")
    elsewhere.aliases.set(FRAUD, "Shadow", 1)
    try:
        expect(shown_page(page).get_by_text("@Shadow").first).to_be_visible()
    finally:
        elsewhere.aliases.remove(FRAUD, "Shadow")
    expect(shown_page(page).get_by_text("@Shadow")).to_have_count(0)


def test_a_page_out_of_sight_asks_nothing(page: Page, lab: Jupyter) -> None:
    go_to(open_lab(page, lab), "prod", "ml_team", "fraud").dblclick()
    expect(shown_page(page)).to_contain_text("@Champion")
    page.get_by_role("tab", name="Model registry").click()
    tab(page, "Launcher").click()
    page.wait_for_timeout(500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "modelreg/api" in request.url else None)
    page.wait_for_timeout(3000)
    assert asked == []


def test_a_description_is_markdown_and_nothing_in_it_runs(page: Page, lab: Jupyter, elsewhere: Registry) -> None:
    elsewhere.models.describe(FRAUD, f"**Bold** words\n\n<script>document.title='run'</script>\n\n{HOSTILE}")
    try:
        go_to(open_lab(page, lab), "prod", "ml_team", "fraud").dblclick()
        tab_of_page = shown_page(page).get_by_role("tab", name="Details")
        tab_of_page.click()
        expect(shown_page(page).locator("strong", has_text="Bold")).to_be_visible()
        assert shown_page(page).locator("[onerror], script").count() == 0
        assert page.title() != "run"
    finally:
        elsewhere.models.describe(FRAUD, None)


def test_a_description_asks_nobody_until_a_picture_is_clicked(page: Page, lab: Jupyter, elsewhere: Registry) -> None:
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("http://outside.example/**", refuse)
    elsewhere.models.describe(
        FRAUD,
        "# Curves\n\n![A curve](http://outside.example/curve.png)\n\n"
        '<video poster="http://outside.example/poster.png"></video>'
        '<form action="http://outside.example/"><input name="password"><button>Log in</button></form>'
        '<button data-commandlinker-command="terminal:create-new">Run</button>\n\n'
        "[the paper](http://outside.example/paper)",
    )
    try:
        go_to(open_lab(page, lab), "prod", "ml_team", "fraud").dblclick()
        shown_page(page).get_by_role("tab", name="Details").click()
        description = shown_page(page).get_by_role("region", name="Description")
        expect(description.get_by_role("heading", name="Curves")).to_be_visible()
        paper = description.get_by_role("link", name="the paper")
        expect(paper).to_have_attribute("rel", "noopener noreferrer nofollow")
        assert description.locator("form, input, video, img, [data-commandlinker-command]").count() == 0
        assert asked == []
        with page.expect_request("http://outside.example/curve.png"):
            description.get_by_role("button", name="Show picture: A curve").click()
        expect(description.locator("img")).to_have_attribute("src", "http://outside.example/curve.png")
        assert asked == ["http://outside.example/curve.png"]
    finally:
        elsewhere.models.describe(FRAUD, None)


def test_the_tab_of_a_page_leads_back_to_the_tree(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    panel.get_by_role("combobox", name="Search models").fill("fraud")
    row(panel, "fraud").dblclick()
    expect(tab(page, "prod · fraud")).to_be_visible()
    panel.get_by_role("combobox", name="Search models").fill("churn")
    expect(row(panel, "churn")).to_be_visible()
    choose(tab(page, "prod · fraud"), "Show in the tree")
    expect(row(panel, "fraud")).to_have_attribute("aria-level", "3")
    expect(row(panel, "fraud")).to_have_attribute("aria-selected", "true")


def test_the_palette_works_on_the_page_and_on_the_tree(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    go_to(panel, "prod", "ml_team", "fraud").dblclick()
    expect(shown_page(page)).to_be_visible()
    row(panel, "prod").click()
    command(page, "Set alias…")
    dialog = page.get_by_role("dialog", name="Set alias")
    expect(dialog).to_contain_text(FRAUD)
    page.keyboard.press("Escape")
    tab(page, "Launcher").click()
    command(page, "Describe…")
    expect(page.get_by_role("dialog", name="Describe catalog")).to_contain_text("prod")


def test_the_launcher_shows_the_panel(page: Page, lab: Jupyter) -> None:
    page.goto(f"{lab.url()}&reset")
    page.locator(".jp-LauncherCard", has_text="Model Registry").click()
    expect(row(page.locator(".mreg-explorer"), "prod")).to_be_visible()


def test_other_settings_count_at_once(page: Page, lab: Jupyter) -> None:
    panel = open_lab(page, lab)
    expect(row(panel, "staging")).to_be_visible()
    command(page, "Settings Editor")
    editor = page.locator(".jp-SettingsPanel")
    page.locator(".jp-PluginList-entry", has_text="Model Registry").click()
    size = editor.locator("input[id$=_pageSize]")
    size.fill("7")
    expect(editor.get_by_text("must be >= 10", exact=True)).to_be_visible()
    size.fill("20")
    try:
        with page.expect_response(lambda response: "api/settings" in response.url and response.request.method == "PUT"):
            size.press("Tab")
        with page.expect_request(re.compile("models.list")) as asked:
            go_to(panel, "staging", "many").locator(".mreg-caret").click()
        assert limit(asked.value) == 20
    finally:
        lab.forget_settings()


def limit(request: Request) -> object:
    sent = request.post_data_json
    assert isinstance(sent, dict)
    return sent["limit"]


@pytest.mark.parametrize(("kind", "path"), [("catalog", ["prod"]), ("schema", ["prod", "ml_team"])])
def test_a_right_click_offers_what_fits(page: Page, lab: Jupyter, kind: str, path: list[str]) -> None:
    panel = open_lab(page, lab)
    at = go_to(panel, *path)
    choose(at, "Describe…")
    expect(page.get_by_role("dialog", name=f"Describe {kind}")).to_be_visible()
    expect(at).to_have_attribute("aria-selected", "true")
