"""Requests, comments and policies in the panel: two people, one in the browser and one elsewhere."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.accessibility import violations
from tests.browser.jupyter import Jupyter
from tests.browser.panel import open_lab, shown_page

HOSTILE = "<img src=x onerror=\"document.title='run'\"> **look** [here](javascript:alert(1))"
count = itertools.count()


@pytest.fixture
def desk(elsewhere: Registry, model_folder: Path) -> str:
    """A model of the test's own with two versions, of which the first is live."""
    name = f"staging.desks.asked{next(count)}"
    for _ in range(2):
        elsewhere.versions.register(str(model_folder), name)
    elsewhere.aliases.set(name, "Champion", 1)
    return name


def show(page: Page, lab: Jupyter, key: str) -> Locator:
    """Open the page with that key by its address."""
    page.goto(f"{lab.url()}&reset&modelreg={quote(key)}")
    shown = shown_page(page)
    expect(shown).to_be_visible()
    return shown


def check(page: Page) -> None:
    page.mouse.move(1, 1)
    page.wait_for_timeout(300)  # what fades in has less contrast on its way
    assert violations(page) == []


def test_a_request_is_found_in_the_inbox_and_approved(page: Page, lab: Jupyter, desk: str, elsewhere: Registry) -> None:
    panel = open_lab(page, lab)
    inbox = panel.get_by_role("button", name="Requests")
    expect(inbox).to_have_attribute("title", "Requests")
    asked = elsewhere.requests.alias(f"{desk}/2", "Champion", reason="better on new cards")
    expect(inbox).to_have_attribute("title", "Requests: 1 waits for you")
    side = page.get_by_role("tab", name="Model registry")
    expect(side).to_have_attribute("data-modelreg-waiting", "1")
    inbox.click()
    requests = shown_page(page).get_by_role("list", name="Requests")
    expect(requests).to_contain_text("“better on new cards”")
    check(page)
    requests.get_by_role("button", name=re.compile("@Champion v1 → v2")).click()
    card = shown_page(page)
    expect(card).to_contain_text("ben asks to move @Champion from v1 to v2")
    check(page)
    card.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog", name=f"Approve request {asked.id}")
    dialog.get_by_label("Reason").fill("the metrics hold")
    check(page)
    dialog.get_by_role("button", name="Approve").click()
    expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    expect(card).to_contain_text("the metrics hold")
    assert elsewhere.models.get(desk).aliases == {"Champion": 2}
    expect(inbox).to_have_attribute("title", "Requests")
    expect(side).not_to_have_attribute("data-modelreg-waiting", "1")


def test_approval_is_asked_for_where_a_policy_refuses(page: Page, lab: Jupyter, desk: str, elsewhere: Registry) -> None:
    group = f"leads-{desk.rpartition('.')[2]}"
    elsewhere.groups.create(group, ["cleo"], new=True)
    elsewhere.policies.add("pair", "approvals", desk, {"count": ["1"], "group": [group]}, alias="Shadow")
    shown = show(page, lab, f"{desk}/2")
    expect(shown.get_by_role("group", name="@Shadow")).to_contain_text("It has no approval by the group")
    shown.get_by_role("button", name="Set alias").click()
    dialog = page.get_by_role("dialog", name="Set alias")
    dialog.get_by_label("Alias", exact=True).fill("Shadow")
    expect(dialog.get_by_role("status").filter(has_text="which stops it")).to_be_visible()
    dialog.get_by_role("button", name="Set alias").click()
    dialog.get_by_role("button", name="Request approval…").click()
    request = page.get_by_role("dialog", name="Request approval")
    expect(request.get_by_label("Alias", exact=True)).to_have_value("Shadow")
    request.get_by_label("Expires").select_option("7")
    request.get_by_label("Reason").fill("a week in shadow")
    check(page)
    request.get_by_role("button", name="Request").click()
    expect(request).to_have_count(0)
    banner = shown.get_by_role("note", name="Open requests")
    banner.get_by_role("button", name="@Shadow → v2").click()
    card = shown_page(page)
    approve = card.get_by_role("button", name="Approve")
    expect(approve).to_have_attribute("aria-disabled", "true")
    expect(card).to_contain_text("nobody can approve theirs")
    check(page)
    [asked] = elsewhere.requests.list(desk)
    elsewhere.requests.reject(asked.id, reason="too early")
    expect(card).to_contain_text("too early")
    expect(approve).to_have_count(0)


def test_what_is_said_stays_with_the_model(page: Page, lab: Jupyter, desk: str, elsewhere: Registry) -> None:
    elsewhere.comments.add(f"{desk}/2", HOSTILE)
    shown = show(page, lab, f"{desk}/2")
    shown.get_by_role("tab", name="Comments 1").click()
    thread = shown.get_by_role("list", name="Comments")
    expect(thread.locator("strong", has_text="look")).to_be_visible()
    assert page.title() != "run"
    assert thread.locator("img, a[href]").count() == 0
    field = shown.get_by_role("combobox", name="Comment on v2")
    field.press_sequentially("what do you say, @be")
    page.get_by_role("option", name="ben").first.click()
    expect(field).to_have_value("what do you say, @ben ")
    check(page)
    field.press("Control+Enter")
    expect(thread.get_by_role("listitem")).to_have_count(2)
    [told] = [each for each in elsewhere.comments.list(to_me=True) if each.model == desk]
    assert (told.text, list(told.mentions)) == ("what do you say, @ben ", ["ben"])
    thread.get_by_role("button", name="Edit").last.click()
    editor = shown.get_by_role("combobox", name="Edit comment")
    editor.fill("what do you say?")
    shown.get_by_role("button", name="Save").click()
    expect(thread).to_contain_text("what do you say?")
    thread.get_by_role("button", name="Delete").last.click()
    expect(thread.get_by_role("listitem")).to_have_count(1)
    elsewhere.comments.add(f"{desk}/2", "gone?")
    expect(thread).to_contain_text("gone?")


def test_a_policy_is_put_on_a_model(page: Page, lab: Jupyter, desk: str, elsewhere: Registry) -> None:
    shown = show(page, lab, desk)
    shown.get_by_role("tab", name="Policies").click()
    expect(shown.get_by_role("list", name="Policies")).to_contain_text("signature-required")
    shown.get_by_role("button", name="Add policy").click()
    dialog = page.get_by_role("dialog", name="Add policy")
    dialog.get_by_label("Tags").fill("owner")
    dialog.get_by_label("Name").fill("owned")
    expect(dialog).to_contain_text("2 of 2 versions would not meet it")
    check(page)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_have_count(0)
    policies = shown.get_by_role("list", name="Policies")
    expect(policies).to_contain_text("owned")
    check(page)
    assert [each.name for each in elsewhere.policies.list(desk)] == ["owned"]
    shown.get_by_role("button", name="Remove owned…").click()
    page.get_by_role("dialog", name="Remove policy owned").get_by_role("button", name="Remove").click()
    expect(policies).not_to_contain_text("owned")
    assert elsewhere.policies.list(desk) == []
