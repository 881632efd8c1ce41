"""The ways back: undo in a notice, the trash, and rolling an alias back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser.accessibility import violations
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row, shown_page


@pytest.fixture(autouse=True)
def notices(lab: Jupyter) -> Iterator[None]:
    """JupyterLab shows notifications as they come."""
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    lab.setting("notification", {**quiet, "doNotDisturbMode": False})
    yield
    lab.setting("notification", {**quiet, "doNotDisturbMode": True})


@pytest.fixture
def model(request: pytest.FixtureRequest) -> str:
    """The name of the model: another one for each test, since no number is used twice under a name."""
    return f"prod.back.{request.node.originalname.removeprefix('test_')}"


@pytest.fixture
def churn(elsewhere: Registry, model: str, model_folder: Path) -> Iterator[Registry]:
    """A model with three versions, @Champion on the second; everything of it is gone afterwards."""
    for _ in range(3):
        elsewhere.versions.register(str(model_folder), model)
    for number in (1, 2):
        elsewhere.aliases.set(model, "Champion", number)
    yield elsewhere
    elsewhere.models.delete(model, force=True)
    elsewhere.trash.purge()
    elsewhere.schemas.delete("prod.back")


def notice(page: Page, text: str) -> Locator:
    """The notification that says so, and is not about to go."""
    return page.locator(".Toastify__toast:not([class*='slide-exit'])").filter(has_text=text)


def test_a_deleted_version_comes_back(page: Page, lab: Jupyter, churn: Registry, model: str) -> None:
    panel = open_lab(page, lab)
    go_to(panel, *model.split(".")).locator(".mreg-caret").click()
    for way in ("undo", "trash"):
        choose(row(panel, "v3"), "Delete…")
        page.get_by_role("dialog").get_by_text("can be restored from the trash").wait_for()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        deleted = notice(page, f"Moved {model}/3 to the trash")
        expect(deleted).to_be_visible()
        expect(row(panel, "v3")).to_have_count(0)
        if way == "undo":
            deleted.get_by_role("button", name="Undo").click()
            expect(notice(page, f"Undone: moved to the trash ({model}/3)")).to_be_visible()
        else:
            panel.locator(".mreg-registry-name").click()
            page.get_by_role("menuitem", name="Open trash").click()
            shelf = shown_page(page).get_by_role("row").filter(has_text=f"{model}/3")
            shelf.get_by_role("button", name="Restore").click()
            expect(notice(page, f"Restored {model}/3 from the trash")).to_be_visible()
            expect(shelf).to_have_count(0)
        expect(row(panel, "v3")).to_be_visible()
    assert [each.version for each in churn.versions.list(model)] == [3, 2, 1]


def test_an_undo_in_the_way_of_others(page: Page, lab: Jupyter, churn: Registry, model: str) -> None:
    panel = open_lab(page, lab)
    go_to(panel, *model.split(".")).locator(".mreg-caret").click()
    choose(row(panel, "v3"), "Set alias…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Alias").fill("Champion")
    dialog.get_by_role("button", name="Set alias").click()
    moved = notice(page, "moved from v2 to v3")
    expect(moved).to_be_visible()
    churn.aliases.set(model, "Champion", 1)
    moved.get_by_role("button", name="Undo").click()
    refused = notice(page, "cannot be undone")
    expect(refused).to_be_visible()
    refused.get_by_role("button", name="Details").click()
    expect(page.get_by_role("dialog")).to_contain_text("by ben) came after it")
    assert churn.models.get(model).aliases == {"Champion": 1}


def test_an_alias_is_rolled_back(page: Page, lab: Jupyter, churn: Registry, model: str) -> None:
    go_to(open_lab(page, lab), *model.split(".")).dblclick()
    shown_page(page).get_by_role("button", name="@Champion").first.click()
    page.get_by_role("menuitem", name="Roll back…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row")).to_contain_text(["v2", "v1"])
    dialog.get_by_role("textbox", name="Reason").fill("drift")
    dialog.get_by_role("button", name="Roll back to v1").click()
    rolled = notice(page, "rolled back from v2 to v1")
    expect(rolled).to_be_visible()
    assert churn.models.get(model).aliases == {"Champion": 1}
    shown_page(page).get_by_role("tab", name="Activity").click()
    shown_page(page).get_by_role("button", name="Roll back @Champion to v2…").click()
    expect(dialog.get_by_role("button", name="Roll back to v2")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    rolled.get_by_role("button", name="Undo").click()
    expect(shown_page(page).get_by_text(", undoing").first).to_be_visible()
    assert churn.models.get(model).aliases == {"Champion": 2}


def test_two_of_one_name_in_the_trash(
    page: Page, lab: Jupyter, churn: Registry, model: str, model_folder: Path
) -> None:
    churn.models.delete(model, force=True)
    churn.versions.register(str(model_folder), model)
    churn.models.delete(model)
    newer, older = churn.trash.list()
    assert (newer.versions, older.versions) == (1, 3)
    panel = open_lab(page, lab)
    panel.get_by_role("button", name="Trash (2)").click()
    shelf = shown_page(page).get_by_role("row").filter(has_text=model)
    expect(shelf).to_have_count(2)
    shelf.nth(1).get_by_role("button", name="Delete for good…").click()
    dialog = page.get_by_role("dialog", name="Delete for good")
    expect(dialog).to_contain_text("1 model and 3 versions go for good")
    expect(dialog).to_contain_text(re.compile(r"Deleted 20\d\d-\S+ \S+ by "))
    dialog.get_by_role("button", name="Cancel").click()
    shelf.nth(1).get_by_role("button", name=f"Restore: {model}").click()
    expect(shelf).to_have_count(1)
    assert churn.models.get(model).aliases == {"Champion": 2}
    assert [each.id for each in churn.trash.list()] == [newer.id]


def test_a_taken_name_and_an_empty_trash(
    page: Page, lab: Jupyter, churn: Registry, model: str, model_folder: Path
) -> None:
    churn.models.delete(model, force=True)
    churn.versions.register(str(model_folder), model)
    panel = open_lab(page, lab)
    panel.locator(".mreg-registry-name").click()
    page.get_by_role("menuitem", name="Open trash").click()
    shelf = shown_page(page).get_by_role("row").filter(has_text=model)
    expect(shelf).to_contain_text("ben")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 404 else None)
    shelf.get_by_role("button", name=f"Restore: {model}").click()
    dialog = page.get_by_role("dialog", name="Restore as")
    expect(dialog.get_by_text("There is a model")).to_be_visible()
    dialog.get_by_role("textbox", name="Name").press_sequentially("_old", delay=200)
    dialog.get_by_role("textbox", name="Name").fill("old_churn")
    dialog.get_by_role("button", name="Restore").click()
    expect(shown_page(page).get_by_text("The trash is empty")).to_be_visible()
    assert refused == []  # what is typed is looked for, and not taken to be there
    assert churn.models.get("prod.back.old_churn").aliases == {"Champion": 2}
    churn.models.delete("prod.back.old_churn", force=True)
    shown_page(page).get_by_role("button", name="Empty trash").click()
    dialog = page.get_by_role("dialog", name="Empty trash")
    expect(dialog).to_contain_text("1 model and 3 versions go for good")
    page.keyboard.press("Enter")  # the focus begins at Cancel
    expect(dialog).to_have_count(0)
    assert len(churn.trash.list()) == 1
    shown_page(page).get_by_role("button", name="Empty trash").click()
    dialog.get_by_role("button", name="Empty trash").click()
    expect(shown_page(page).get_by_text("The trash is empty")).to_be_visible()
    assert churn.trash.list() == []


def test_pinned_and_pruned(page: Page, lab: Jupyter, churn: Registry, model: str) -> None:
    panel = open_lab(page, lab)
    go_to(panel, *model.split(".")).dblclick()
    shown = shown_page(page)
    first = shown.get_by_role("row").filter(has_text="v1")
    first.click(button="right")
    page.get_by_role("menuitem", name="Pin…").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Reason").fill("the golden one")
    page.get_by_role("dialog").get_by_role("button", name="Pin", exact=True).click()
    mark = first.get_by_role("img", name="Pinned")
    expect(mark).to_have_attribute("title", re.compile("^Pinned by .*: “the golden one”"))
    choose(row(panel, model.rpartition(".")[2]), "Prune…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Keep the newest").fill("1")
    expect(dialog.get_by_text("Nothing goes.")).to_be_visible()
    expect(dialog.get_by_text("Stays: @Champion")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    dialog.get_by_role("button", name="Discard").click()
    first.dblclick()
    expect(shown_page(page).get_by_text("Pinned", exact=True)).to_be_visible()
    shown_page(page).get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Unpin").click()
    expect(notice(page, f"Unpinned {model}/1")).to_be_visible()
    expect(shown_page(page).get_by_text("Pinned", exact=True)).to_have_count(0)
    choose(row(panel, "back"), "Prune…")
    dialog.get_by_role("textbox", name="Keep the newest of each model").fill("1")
    expect(dialog.get_by_text(re.compile("^1 version .*to the trash"))).to_be_visible()
    dialog.get_by_role("button", name="Prune").click()
    pruned = notice(page, "Pruned prod.back: moved 1 version")
    expect(pruned).to_be_visible()
    assert [each.version for each in churn.versions.list(model)] == [3, 2]
    pruned.get_by_role("button", name="Undo").click()
    expect(notice(page, "Undone:")).to_be_visible()
    assert [each.version for each in churn.versions.list(model)] == [3, 2, 1]


def test_an_import_is_undone(page: Page, lab: Jupyter, churn: Registry, model_folder: Path, tmp_path: Path) -> None:
    friend = jupyter_modelreg.connect(str(tmp_path / "friend.duckdb"), actor="ben")
    friend.versions.register(str(model_folder), "friend.lab.churn")
    friend.exchange.export_to(tmp_path / "friend.zip")
    friend.close()
    panel = open_lab(page, lab)
    panel.locator(".mreg-registry-name").click()
    page.get_by_role("menuitem", name="Import…").click()
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_label("Archive", exact=True).set_input_files(tmp_path / "friend.zip")
    dialog.get_by_role("button", name="Preview").click()
    dialog.get_by_role("button", name="Import").click()
    expect(dialog.get_by_text("Imported from friend.zip")).to_be_visible()
    expect(row(panel, "friend")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    imported = notice(page, "Imported 1 model, 1 version from friend.zip")
    imported.get_by_role("button", name="Undo").click()
    expect(notice(page, "Undone: ")).to_be_visible()
    assert [each.name for each in churn.trash.list()] == ["friend.lab.churn"]
    assert "friend" not in {each.name for each in churn.catalogs.list()}


def test_linked_and_deleted_by_force_only(page: Page, lab: Jupyter, churn: Registry, model: str) -> None:
    url = "https://scoring.example.org/churn"
    panel = open_lab(page, lab)
    go_to(panel, *model.split(".")).locator(".mreg-caret").click()
    choose(row(panel, "v3"), "Link…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Address").fill(url)
    dialog.get_by_role("button", name="Link", exact=True).click()
    expect(notice(page, f"Linked {model}/3 to the endpoint {url}")).to_be_visible()
    row(panel, "v3").dblclick()
    links = shown_page(page).get_by_role("list", name="Links")
    expect(links.get_by_role("link", name=url)).to_have_attribute("rel", "noopener noreferrer")
    choose(row(panel, "v3"), "Delete…")
    expect(dialog.get_by_text(f"{url} is where it is deployed, and nobody tells it.")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    links.get_by_role("button", name=f"Remove the link to {url}").click()
    expect(dialog.get_by_text("does not keep v3 from being deleted any more")).to_be_visible()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    removed = notice(page, f"Removed the link to {url}")
    expect(removed).to_be_visible()
    expect(shown_page(page).get_by_text("Not said to be deployed or used anywhere")).to_be_visible()
    removed.get_by_role("button", name="Undo").click()
    expect(links.get_by_role("link", name=url)).to_be_visible()
    assert churn.versions.get(f"{model}/3").links == {url: "endpoint"}


def test_deprecated_in_favour_of_another(page: Page, lab: Jupyter, churn: Registry, model: str) -> None:
    panel = open_lab(page, lab)
    go_to(panel, *model.split(".")).dblclick()
    first = shown_page(page).get_by_role("row").filter(has_text="v1")
    first.click(button="right")
    page.get_by_role("menuitem", name="Deprecate…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("trained on wrong labels")
    dialog.get_by_role("combobox", name="Use instead").click()
    dialog.get_by_role("option", name=f"{model}/3").click()
    dialog.get_by_role("button", name="Deprecate", exact=True).click()
    expect(notice(page, f"Deprecated {model}/1; {model}/3 is to be used instead")).to_be_visible()
    expect(first.get_by_role("img", name="Deprecated")).to_be_visible()
    first.dblclick()
    banner = shown_page(page).get_by_role("note", name="Deprecated")
    expect(banner).to_contain_text(f"Deprecated: trained on wrong labels. Use {model}/3 instead.")
    assert violations(page) == []
    shown_page(page).get_by_role("button", name="Set alias").click()
    dialog.get_by_role("textbox", name="Alias").fill("Best")
    expect(dialog.get_by_text(f"{model}/1 is deprecated: trained on wrong labels", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    dialog.get_by_role("button", name="Discard").click()
    banner.get_by_role("button", name=f"{model}/3").click()
    expect(shown_page(page).locator(".mreg-page-version")).to_have_text("v3")
    choose(row(panel, model.rpartition(".")[2]), "Deprecate…")
    dialog.get_by_role("textbox", name="Reason").fill("replaced")
    dialog.get_by_role("button", name="Deprecate", exact=True).click()
    expect(shown_page(page).get_by_role("note", name="Deprecated")).to_contain_text(
        "Its model is deprecated: replaced."
    )
    choose(row(panel, model.rpartition(".")[2]), "Undo deprecation")
    expect(notice(page, f"{model} is not deprecated any more")).to_be_visible()
    expect(shown_page(page).get_by_role("note", name="Deprecated")).to_have_count(0)
    assert list(churn.deprecations.of([model, f"{model}/1"])) == [f"{model}/1"]
