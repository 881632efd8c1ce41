"""The panel when something is wrong: it says what, loses nothing that was typed, and comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row, shown_page


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Jupyter]:
    """A JupyterLab whose server and registry may go away and come back."""
    jupyter = Jupyter(tmp_path_factory.mktemp("frail"))
    with closing(jupyter_modelreg.connect(jupyter.uri, actor="ana")) as registry:
        registry.versions.register(str(model_folder), "prod.ml_team.fraud")
    jupyter.start()
    yield jupyter
    jupyter.stop()


def test_the_server_goes_away_while_a_dialog_is_open(page: Page, frail: Jupyter) -> None:
    panel = open_lab(page, frail)
    choose(go_to(panel, "prod", "ml_team", "fraud"), "Set alias…")
    dialog = page.get_by_role("dialog", name="Set alias")
    dialog.get_by_label("Alias", exact=True).fill("Champion")
    dialog.get_by_label("Reason").fill("passed all tests")
    frail.stop()
    dialog.get_by_role("button", name="Set alias").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The Jupyter server does not answer")
    # What was read before stays on screen, and the panel says the same behind the dialog.
    expect(panel.get_by_role("alert", include_hidden=True)).to_contain_text("does not answer")
    expect(row(panel, "fraud")).to_be_attached()
    frail.start()
    expect(panel.get_by_role("alert", include_hidden=True)).to_have_count(0)
    expect(dialog.get_by_label("Alias", exact=True)).to_have_value("Champion")
    expect(dialog.get_by_label("Reason")).to_have_value("passed all tests")
    dialog.get_by_role("button", name="Retry").click()
    expect(dialog).to_have_count(0)
    expect(row(panel, "fraud").locator(".mreg-badge")).to_contain_text("@Champion")


def test_the_registry_moves_away_and_back(page: Page, frail: Jupyter) -> None:
    panel = open_lab(page, frail)
    go_to(panel, "prod", "ml_team", "fraud").dblclick()
    expect(shown_page(page)).to_contain_text("fraud")
    file, away = frail.folder / "registry.duckdb", frail.folder / "away.duckdb"
    file.rename(away)
    alert = panel.get_by_role("alert")
    expect(alert).to_contain_text("is gone")
    expect(alert).to_contain_text("restore a backup")
    # What was read before stays, and no empty registry takes the place of the one that is away.
    expect(row(panel, "fraud")).to_be_visible()
    assert not file.exists()
    away.rename(file)
    expect(alert).to_have_count(0)
    expect(row(panel, "fraud")).to_be_visible()
    expect(shown_page(page)).to_contain_text("v1")


def test_a_registry_that_may_not_be_changed_from_here(page: Page, own_lab: Jupyter, model_folder: Path) -> None:
    with closing(jupyter_modelreg.connect(own_lab.uri, actor="ana")) as registry:
        registry.versions.register(str(model_folder), "prod.ml_team.fraud")
    own_lab.options = ("--ModelregExtension.writable=False",)
    own_lab.start()
    panel = open_lab(page, own_lab)
    choose(go_to(panel, "prod", "ml_team", "fraud"), "Describe…")
    dialog = page.get_by_role("dialog", name="Describe model")
    dialog.get_by_label("Description").fill("Scores payments")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Changes are switched off here")
    expect(dialog.get_by_label("Description")).to_have_value("Scores payments")


def test_two_people_edit_the_same_tag(page: Page, lab: Jupyter, elsewhere: Registry) -> None:
    elsewhere.tags.set("churn", {"team": "risk"})
    panel = open_lab(page, lab)
    choose(go_to(panel, "Workspace models", "churn"), "Edit tags…")
    dialog = page.get_by_role("dialog", name="Edit tags")
    dialog.get_by_label("Value of team").fill("payments")
    elsewhere.tags.set("churn", {"team": "growth"})
    dialog.get_by_role("button", name="Save tags").click()
    expect(dialog.get_by_text("somebody else made it growth")).to_be_visible()
    expect(dialog.get_by_label("Value of team")).to_have_value("payments")
    assert elsewhere.models.get("churn").tags == {"team": "growth"}
