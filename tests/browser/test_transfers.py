"""Import, export, backup and verify in the panel: with real files that come from and go to the browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import jupyter_modelreg
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row


@pytest.fixture
def archive(tmp_path: Path, model_folder: Path) -> Path:
    """What a friend exported: a governed model, and one whose files are on the friend's disk."""
    registry = jupyter_modelreg.connect(str(tmp_path / "friend.duckdb"), actor="ben")
    registry.versions.register(str(model_folder), "friend.lab.churn", aliases=["Champion"])
    registry.versions.register(str(model_folder), "friends_model")
    registry.exchange.export_to(tmp_path / "friend.zip")
    registry.close()
    return tmp_path / "friend.zip"


def registry_menu(page: Page, panel: Locator, item: str) -> Locator:
    """Choose from the menu of the registry's name; gives the dialog."""
    panel.locator(".mreg-registry-name").click()
    page.get_by_role("menuitem", name=item).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def test_a_model_is_exported_and_comes_back(own_lab: Jupyter, page: Page, archive: Path, tmp_path: Path) -> None:
    own_lab.start()
    panel = open_lab(page, own_lab)
    dialog = registry_menu(page, panel, "Import…")
    dialog.get_by_label("Archive", exact=True).set_input_files(archive)
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_text("Would import from friend.zip")).to_be_visible()
    expect(dialog.get_by_role("row", name="versions 1 0 1")).to_be_visible()
    expect(dialog.get_by_text("its files are said to be at")).to_be_visible()
    expect(row(panel, "friend")).to_have_count(0)
    dialog.get_by_role("button", name="Import").click()
    expect(dialog.get_by_text("Imported from friend.zip")).to_be_visible()
    expect(row(panel, "friend")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    model = go_to(panel, "friend", "lab", "churn")
    choose(model, "Export…")
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "friend.lab.churn.zip"
    download.value.save_as(tmp_path / "back.zip")
    expect(page.get_by_role("dialog")).to_have_count(0)
    again = jupyter_modelreg.connect(str(tmp_path / "again.duckdb"))
    assert again.exchange.import_from(str(tmp_path / "back.zip")).versions.imported == 1
    assert again.models.get("friend.lab.churn").aliases == {"Champion": 1}
    assert not [name for name in os.listdir(own_lab.folder) if "transfer-" in name]


def test_a_backup_is_left_on_the_server_and_the_registry_verified(lab: Jupyter, page: Page) -> None:
    panel = open_lab(page, lab)
    dialog = registry_menu(page, panel, "Back up…")
    dialog.get_by_text("Save on the server").click()
    dialog.get_by_role("textbox", name="File").fill("backup.zip")
    dialog.get_by_role("button", name="Back up").click()
    expect(dialog).to_have_count(0)
    assert (lab.folder / "notebooks" / "backup.zip").stat().st_size > 1000
    (lab.folder / "notebooks" / "backup.zip").unlink()
    dialog = registry_menu(page, panel, "Verify…")
    expect(dialog.get_by_text("nothing is wrong")).to_be_visible()
    dialog.get_by_role("button", name="Copy the report").click()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    choose(go_to(panel, "prod"), "Verify…")
    dialog = page.get_by_role("dialog", name="Verify catalog")
    expect(dialog.get_by_text("held against the log: nothing is wrong")).to_be_visible()
