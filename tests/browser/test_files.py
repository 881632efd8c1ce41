"""Files of a version: shown in JupyterLab's viewers, downloaded, and found on the machine of the server."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import go_to, open_lab, row, shown_page, tab


def files(page: Page, lab: Jupyter) -> Locator:
    panel = open_lab(page, lab)
    go_to(panel, "prod", "ml_team", "fraud").locator(".mreg-caret").click()
    row(panel, "v1").dblclick()
    section = shown_page(page).get_by_role("region", name="Files")
    expect(section.get_by_role("button", name="Download MLmodel")).to_be_visible()
    return section


def test_text_opens_to_be_read_and_not_to_be_changed(page: Page, lab: Jupyter) -> None:
    files(page, lab).get_by_role("button", name="MLmodel", exact=False).first.click()
    expect(tab(page, "MLmodel")).to_be_visible()
    editor = page.locator(".jp-FileEditor .cm-content")
    expect(editor).to_contain_text("loader_module: nowhere")
    editor.click()
    page.keyboard.type("changed")
    expect(editor).not_to_contain_text("changed")


def test_what_is_no_text_is_said_so_and_can_be_downloaded(page: Page, lab: Jupyter, tmp_path: Path) -> None:
    lab.setting("notification", {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": False})
    try:
        section = files(page, lab)
        section.locator(".mreg-mod-opens", has_text="model.bin").click()
        expect(page.get_by_role("alert")).to_contain_text("model.bin cannot be shown")
        with page.expect_download() as download:
            section.get_by_role("button", name="Download model.bin").click()
        download.value.save_as(tmp_path / "saved")
        assert (tmp_path / "saved").read_bytes() == b"\x00" * 64
    finally:
        lab.say_no_news()


def test_a_file_has_a_menu_and_its_folder_a_path(page: Page, lab: Jupyter, elsewhere: Registry) -> None:
    section = files(page, lab)
    section.locator(".mreg-mod-opens", has_text="MLmodel").click(button="right")
    names = ["Open", "Download", "Copy path", "Copy SHA-256"]
    expect(page.get_by_role("menu", name="Actions for MLmodel").get_by_role("menuitem")).to_have_text(names)
    page.keyboard.press("Escape")
    expect(section).to_contain_text(elsewhere.versions.folder("prod.ml_team.fraud/1"))
    # The registry is beside the folder that the server shows, not in it.
    expect(section.get_by_role("button", name="Show in the file browser")).to_have_count(0)
