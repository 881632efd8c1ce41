"""Registering from a folder: chosen in the dialog, or in the file browser of JupyterLab."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab


@pytest.fixture
def folders(lab: Jupyter, model_folder: Path) -> Iterator[Path]:
    """A folder that the server shows, with a model and another folder in it."""
    top = lab.folder / "notebooks" / "trained here"
    shutil.copytree(model_folder, top / "forest")
    (top / "forest" / "MLmodel").write_text((model_folder / "MLmodel").read_text() + "run_id: none\n")
    (top / "tried").mkdir()
    (top / "notes.md").write_text("notes")
    yield top
    shutil.rmtree(top)


def menu_of(page: Page, name: str) -> Locator:
    page.locator(".jp-DirListing-item", has_text=name).click(button="right")
    return page.get_by_role("menu")


def open_folder(page: Page, lab: Jupyter, name: str) -> None:
    page.goto(f"{lab.url('lab')}&reset")
    expect(page.locator(".jp-Launcher")).to_be_visible()
    page.locator(".jp-DirListing-item", has_text=name).dblclick()
    expect(page.locator(".jp-DirListing-item", has_text="notes.md")).to_be_visible()


def test_a_folder_is_chosen_by_keys_in_the_dialog(page: Page, lab: Jupyter, folders: Path, elsewhere: Registry) -> None:
    # A model of its own: other tests know how many versions the others have.
    elsewhere.models.create("staging.desks.forest")
    choose(go_to(open_lab(page, lab), "staging", "desks", "forest"), "Register version…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Folder or URI").check(force=True)
    listed = dialog.get_by_role("listbox", name="Folders")
    listed.get_by_role("option", name="trained here").click()
    expect(listed.get_by_role("option")).to_have_text(["forestmodel", "tried", "notes.md"])
    page.keyboard.press("Backspace")
    expect(listed.get_by_role("option", name="trained here", selected=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(listed.get_by_role("option", name="forest")).to_contain_text("model")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("textbox", name="Path or URI")).to_have_value(str(folders / "forest"))
    dialog.get_by_role("button", name="Register").click()
    expect(dialog).to_have_count(0)  # the server imports MLflow
    newest = elsewhere.versions.get("staging.desks.forest/latest")
    assert newest.source == str(folders / "forest")


@pytest.mark.parametrize("way", ["the folder", "its MLmodel file"])
def test_the_file_browser_offers_to_register(page: Page, lab: Jupyter, folders: Path, way: str) -> None:
    open_folder(page, lab, "trained here")
    if way == "the folder":
        menu = menu_of(page, "forest")
    else:
        page.locator(".jp-DirListing-item", has_text="forest").dblclick()
        menu = menu_of(page, "MLmodel")
    menu.get_by_role("menuitem", name="Register as model…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Path or URI")).to_have_value(str(folders / "forest"))
    expect(dialog.get_by_text("This folder is a model.")).to_be_visible()


def test_a_folder_that_is_no_model_says_so_and_a_file_is_not_offered(page: Page, lab: Jupyter, folders: Path) -> None:
    open_folder(page, lab, "trained here")
    menu = menu_of(page, "notes.md")
    expect(menu.get_by_role("menuitem", name="Copy Path")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Register as model…")).to_have_count(0)
    page.keyboard.press("Escape")
    menu_of(page, "tried").get_by_role("menuitem", name="Register as model…").click()
    expect(page.get_by_role("dialog")).to_contain_text("This folder is no model: it has no MLmodel file.")


def test_what_is_not_on_the_disk_of_the_server_is_refused(page: Page, own_lab: Jupyter, model_folder: Path) -> None:
    with closing(jupyter_modelreg.connect(own_lab.uri, actor="ana")) as registry:
        registry.versions.register(str(model_folder), "prod.ml_team.fraud")
    # The panel's own drive, which no file browser shows by itself, stands for those of other extensions.
    own_lab.start()
    own_lab.setting("notification", {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": False})
    page.goto(f"{own_lab.url('lab')}&reset")
    expect(page.locator(".jp-Launcher")).to_be_visible()
    page.evaluate(
        """() => [...window.jupyterapp.shell.widgets('left')]
            .find(each => each.id === 'filebrowser')
            .model.cd('modelreg:prod.ml_team.fraud/1')"""
    )
    menu_of(page, "MLmodel").get_by_role("menuitem", name="Register as model…").click()
    said = "modelreg:prod.ml_team.fraud/1 cannot be registered: it is not on the disk of the machine Jupyter runs on"
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("dialog", name="Register model version")).to_have_count(0)
