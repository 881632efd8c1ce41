"""The header of the panel: which registry it is, and switching to another one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.recent import remember_registry
from jupyter_modelreg.uri import registry_address
from tests.browser.jupyter import Jupyter
from tests.browser.panel import go_to, open_lab, row


@pytest.fixture
def other(lab: Jupyter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of another registry, which a notebook has connected to."""
    registry = jupyter_modelreg.connect(str(tmp_path / "laptop.duckdb"))
    registry.models.create("dev.lab.churn")
    registry.close()
    monkeypatch.setenv("XDG_DATA_HOME", str(lab.folder / "share"))
    shutil.rmtree(lab.folder / "share", ignore_errors=True)
    monkeypatch.setenv("JPY_SESSION_NAME", "work/week2.ipynb")
    remember_registry(registry.uri)
    return registry.uri


def test_switching_to_what_a_notebook_connected_to_and_back(lab: Jupyter, page: Page, other: str) -> None:
    panel = open_lab(page, lab)
    own = registry_address(lab.uri).path.stem
    expect(panel.get_by_role("button", name=f"Registry {own}")).to_have_attribute("title", lab.uri)
    expect(row(panel, "prod")).to_be_visible()
    panel.get_by_role("button", name=f"Registry {own}").click()
    expect(page.locator(".mreg-menu").get_by_role("menuitem").first).to_have_text(f"{own} · of this server")
    page.get_by_role("menuitem", name="laptop · week2.ipynb").click()
    expect(row(panel, "dev")).to_be_visible()
    expect(row(panel, "prod")).to_have_count(0)
    page.goto(lab.url())
    shown = panel.get_by_role("button", name="Registry laptop")
    expect(shown).to_be_visible()
    expect(row(panel, "dev")).to_be_visible()
    shown.click()
    page.get_by_role("menuitem", name=f"{own} · of this server").click()
    expect(row(panel, "prod")).to_be_visible()
    expect(row(panel, "dev")).to_have_count(0)


def test_a_registry_that_is_no_longer_offered_says_so_and_can_be_left(lab: Jupyter, page: Page, other: str) -> None:
    panel = open_lab(page, lab)
    own = registry_address(lab.uri).path.stem
    panel.get_by_role("button", name=f"Registry {own}").click()
    page.get_by_role("menuitem", name="laptop · week2.ipynb").click()
    expect(row(panel, "dev")).to_be_visible()
    registry_address(other).path.unlink()
    expect(panel.get_by_text("does not offer the registry")).to_be_visible()
    panel.get_by_role("button", name="Registry laptop").click()
    page.get_by_role("menuitem", name=f"{own} · of this server").click()
    expect(row(panel, "prod")).to_be_visible()
    expect(panel.get_by_text("does not offer the registry")).to_have_count(0)


def test_what_is_made_from_the_header_is_shown_at_once(lab: Jupyter, page: Page, elsewhere: Registry) -> None:
    panel = open_lab(page, lab)
    go_to(panel, "prod").locator(".mreg-label").click()
    panel.get_by_role("button", name="New").click()
    page.get_by_role("menuitem", name="New model…").click()
    dialog = page.get_by_role("dialog", name="New model")
    dialog.get_by_label("Full name").fill("made.here.first")
    dialog.get_by_role("button", name="Create", exact=True).click()
    expect(dialog).to_have_count(0)
    made = row(panel, "first")
    expect(made).to_have_attribute("aria-selected", "true")
    expect(row(panel, "here").locator(".mreg-when")).to_have_text("1")
    elsewhere.models.delete("made.here.first")
    elsewhere.schemas.delete("made.here")
    elsewhere.catalogs.delete("made")
    expect(row(panel, "made")).to_have_count(0)
