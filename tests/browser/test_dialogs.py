"""Each dialog, with what it refuses and what it does, over a real registry."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row

count = itertools.count()


@pytest.fixture
def desk(elsewhere: Registry, model_folder: Path) -> Iterator[str]:
    """A model of the test's own, with two versions; it goes, lest searches of other tests find it."""
    name = f"desk{next(count)}"
    for _ in range(2):
        elsewhere.versions.register(str(model_folder), f"staging.desks.{name}")
    yield name
    for model in elsewhere.models.list("staging.desks"):
        elsewhere.models.delete(model.name, force=True)


@pytest.fixture
def on_desk(page: Page, lab: Jupyter, desk: str) -> Callable[..., Locator]:
    """Opens the panel and chooses an action on that model, or on a version of it; gives the dialog."""

    def opened(action: str, *version: str) -> Locator:
        choose(go_to(open_lab(page, lab), "staging", "desks", desk, *version), action)
        return page.get_by_role("dialog")

    return opened


def submit(dialog: Locator, action: str) -> None:
    dialog.get_by_role("button", name=action, exact=True).click()


def test_register(page: Page, lab: Jupyter, desk: str, elsewhere: Registry, model_folder: Path) -> None:
    panel = open_lab(page, lab)
    go_to(panel, "staging", "desks").locator(".mreg-label").click()
    panel.get_by_role("button", name="New").click()
    page.get_by_role("menuitem", name="Register a model…").click()
    dialog = page.get_by_role("dialog", name="Register model version")
    dialog.get_by_role("radio", name="Folder or URI").check()
    dialog.get_by_role("textbox", name="Path or URI").fill("/no/such/folder")
    model = dialog.get_by_label("Model", exact=True)
    expect(model).to_have_value("staging.desks.")
    model.fill("staging.desks.a b")
    submit(dialog, "Register")
    expect(model).to_have_attribute("aria-invalid", "true")
    model.fill(f"staging.desks.{desk}-new")
    submit(dialog, "Register")
    expect(dialog.get_by_role("alert").last).to_contain_text("/no/such/folder")
    dialog.get_by_role("textbox", name="Path or URI").fill(str(model_folder))
    dialog.get_by_label("Aliases").fill("Champion")
    dialog.get_by_label("Reason").fill("first try")
    dialog.locator(".mreg-dialog-action").click()
    # What there is to know before is waited for, and the server imports MLflow for the first such answer.
    expect(dialog).to_have_count(0)
    go_to(panel, "staging", "desks", f"{desk}-new")
    made = elsewhere.versions.get(f"staging.desks.{desk}-new@Champion")
    assert made.version == 1
    assert elsewhere.history.list(f"staging.desks.{desk}-new")[-1].reason == "first try"


def test_set_alias(page: Page, on_desk: Callable[..., Locator], desk: str, elsewhere: Registry) -> None:
    elsewhere.aliases.set(f"staging.desks.{desk}", "Champion", 1)
    dialog = on_desk("Set alias…", "v2")
    alias = dialog.get_by_label("Alias", exact=True)
    alias.fill("v3")
    submit(dialog, "Set alias")
    expect(alias).to_have_attribute("aria-invalid", "true")
    alias.fill("Champion")
    expect(dialog.get_by_role("status").filter(has_text="v1").first).to_contain_text("v2")
    expect(dialog.get_by_role("group", name="The same as a line")).to_contain_text(
        f"%modelreg alias staging.desks.{desk}"
    )
    submit(dialog, "Set alias")
    expect(dialog).to_have_count(0)
    panel = page.locator(".mreg-explorer")
    expect(row(panel, "v2").locator(".mreg-badge")).to_have_text("@Champion")


def test_edit_tags(on_desk: Callable[..., Locator], desk: str, elsewhere: Registry) -> None:
    elsewhere.tags.set(f"staging.desks.{desk}", {"team": "risk", "old": "yes"})
    dialog = on_desk("Edit tags…")
    dialog.get_by_label("Value of team").fill('<b>"growth"</b> 🦊')
    dialog.get_by_role("button", name="Remove tag old").click()
    dialog.get_by_role("button", name="Add tag").click()
    dialog.get_by_label("Key").fill("team")
    submit(dialog, "Save tags")
    expect(dialog.get_by_label("Key")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Key").fill("pii")
    dialog.get_by_label("Value of pii").fill("no")
    submit(dialog, "Save tags")
    expect(dialog).to_have_count(0)
    assert elsewhere.models.get(f"staging.desks.{desk}").tags == {"team": '<b>"growth"</b> 🦊', "pii": "no"}


def test_describe(page: Page, on_desk: Callable[..., Locator], desk: str, elsewhere: Registry) -> None:
    dialog = on_desk("Describe…")
    dialog.get_by_label("Description", exact=True).fill("Finds **fraud**.")
    dialog.get_by_role("radio", name="Preview").check()
    expect(dialog.locator("strong")).to_have_text("fraud")
    # What was typed is not lost by one key.
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    submit(dialog, "Save")
    expect(dialog).to_have_count(0)
    assert elsewhere.models.get(f"staging.desks.{desk}").description == "Finds **fraud**."


def test_copy(on_desk: Callable[..., Locator], desk: str, elsewhere: Registry) -> None:
    dialog = on_desk("Copy to…", "v1")
    dialog.get_by_label("Model", exact=True).fill("staging.desks.a/b")
    submit(dialog, "Copy")
    expect(dialog.get_by_label("Model", exact=True)).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Model", exact=True).fill(f"staging.desks.{desk}")
    dialog.get_by_label("Set alias on the copy").fill("Shadow")
    submit(dialog, "Copy")
    expect(dialog).to_have_count(0)
    assert elsewhere.versions.get(f"staging.desks.{desk}@Shadow").version == 3


def test_rename(page: Page, on_desk: Callable[..., Locator], desk: str) -> None:
    dialog = on_desk("Rename…")
    name = dialog.get_by_label("New name")
    name.fill("staging.desks.no dots or spaces")
    submit(dialog, "Rename")
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("prod.ml_team.fraud")
    submit(dialog, "Rename")
    expect(dialog.get_by_role("alert").first).to_contain_text("prod.ml_team.fraud")
    name.fill(f"staging.desks.{desk}-renamed")
    dialog.locator(".mreg-dialog-action").click()
    expect(dialog).to_have_count(0)
    panel = page.locator(".mreg-explorer")
    expect(row(panel, f"{desk}-renamed")).to_be_visible()
    expect(row(panel, desk)).to_have_count(0)


def test_delete(page: Page, on_desk: Callable[..., Locator], desk: str, elsewhere: Registry) -> None:
    name = f"staging.desks.{desk}"
    elsewhere.aliases.set(name, "Champion", 2)
    dialog = on_desk("Delete…")
    expect(dialog.locator(".mreg-takes")).to_contain_text("2 versions")
    # It begins where Enter does no harm, and no Enter in a field does it.
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    typed = dialog.get_by_label("Type the name of the model to delete it")
    typed.fill(name)
    typed.press("Enter")
    dialog.get_by_label("Reason").press("Control+Enter")
    expect(dialog).to_be_visible()
    assert elsewhere.models.get(name).aliases == {"Champion": 2}
    typed.fill("something else")
    submit(dialog, "Delete")
    expect(typed).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert").first).to_contain_text("@Champion (v2) in use")
    typed.fill(name)
    dialog.get_by_label("Remove @Champion (v2)").check()
    button = dialog.get_by_role("button", name="Delete", exact=True)
    button.focus()
    button.press("Enter")
    expect(dialog).to_have_count(0)
    expect(row(page.locator(".mreg-explorer"), desk)).to_have_count(0)


def test_warnings(on_desk: Callable[..., Locator], desk: str, elsewhere: Registry, model_folder: Path) -> None:
    name = f"staging.desks.{desk}"
    elsewhere.aliases.set(name, "Champion", 1)
    elsewhere.tags.set(f"{name}/2", {"validation_status": "failed"})
    dialog = on_desk("Set alias…", "v2")
    dialog.get_by_label("Alias", exact=True).fill("champion")
    warned = dialog.locator(".mreg-mod-warning")
    expect(warned).to_have_count(2)
    expect(warned.nth(0)).to_contain_text(f"{name}/2 is tagged validation_status=failed")
    expect(warned.nth(1)).to_contain_text("@champion is new, and differs only in case from @Champion")
