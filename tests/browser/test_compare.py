"""The page of a comparison: from ticked versions to the lines of a file, with a link, and after a reload."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

import jupyter_modelreg
from tests.browser.jupyter import Jupyter
from tests.browser.panel import choose, go_to, open_lab, row, run_cell, shown_page, tab, workspace_saved

SCORER = "prod.ml_team.scorer"
WIDGET = "import jupyter_modelreg as mr\n\nmr.explore('prod.ml_team')"


def write_model(folder: Path, inputs: Mapping[str, str], notes: str) -> Path:
    """A model folder that takes `inputs`, with a text file beside."""
    folder.mkdir()
    signature = {
        "inputs": json.dumps([{"name": name, "type": kind, "required": True} for name, kind in inputs.items()]),
        "outputs": json.dumps([{"name": "score", "type": "double", "required": True}]),
    }
    flavors = {"python_function": {"loader_module": "nowhere"}}
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavors, "signature": signature}))
    (folder / "NOTES.md").write_text(notes)
    return folder


@pytest.fixture(scope="module")
def scorer(lab: Jupyter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A model of three versions; the last takes one more input."""
    folder = tmp_path_factory.mktemp("scorer")
    registry = jupyter_modelreg.connect(lab.uri, actor="ana")
    models = [
        write_model(folder / "one", {"amount": "double"}, "trained in May\nthreshold 0.5\n"),
        write_model(folder / "two", {"amount": "double"}, "trained in June\nthreshold 0.5\n"),
        write_model(folder / "three", {"amount": "double", "country": "string"}, "trained in July\nthreshold 0.6\n"),
    ]
    for model in models:
        registry.versions.register(str(model), SCORER)
    registry.aliases.set(SCORER, "Champion", 2)
    yield SCORER
    registry.models.delete(SCORER, force=True)
    registry.close()


def comparison(page: Page) -> Locator:
    """The table that is in sight."""
    return shown_page(page).get_by_role("table", name="Comparison")


def test_ticked_versions_side_by_side(page: Page, lab: Jupyter, scorer: str) -> None:
    go_to(open_lab(page, lab), "prod", "ml_team", "scorer").dblclick()
    table = shown_page(page).get_by_role("grid", name="Versions")
    for number in (3, 2):
        table.get_by_label(f"Select v{number}").check()
    with workspace_saved(page, f"compare:{scorer}/2:{scorer}/3"):
        shown_page(page).get_by_role("button", name="Compare", exact=True).click()
    expect(shown_page(page).get_by_role("note", name="Breaking changes")).to_contain_text("input country is new")
    found = comparison(page)
    expect(found.get_by_role("columnheader")).to_have_count(2)
    found.get_by_role("button", name="NOTES.md").click()
    expect(found.get_by_label("Lines of NOTES.md that differ")).to_contain_text("+trained in July")
    page.reload()
    expect(tab(page, "scorer v2 | v3")).to_be_visible()
    expect(comparison(page)).to_contain_text("input country")


def test_another_baseline_and_one_more_stay_in_the_same_tab(page: Page, lab: Jupyter, scorer: str) -> None:
    go_to(open_lab(page, lab), "prod", "ml_team", "scorer").locator(".mreg-caret").click()
    panel = page.locator(".mreg-explorer")
    choose(row(panel, "v3"), "Compare with live version")
    expect(tab(page, "scorer v2 | v3")).to_be_visible()
    comparison(page).get_by_role("button", name=f"What to do with {scorer}/3 here").click()
    page.get_by_role("menuitem", name="Make it the baseline").click()
    expect(tab(page, "scorer v3 | v2")).to_be_visible()
    expect(tab(page, "scorer v2 | v3")).to_have_count(0)
    expect(shown_page(page).get_by_role("note", name="Breaking changes")).to_have_count(0)
    shown_page(page).get_by_role("button", name="Add version").click()
    dialog = page.get_by_role("dialog", name="Add to the comparison")
    dialog.get_by_role("option", name="v1").click()
    dialog.get_by_role("button", name="Compare").click()
    expect(tab(page, "scorer v3 | v2 | v1")).to_be_visible()
    expect(comparison(page).get_by_role("columnheader")).to_have_count(3)


def test_a_link_leads_to_a_comparison_also_of_two_models(page: Page, lab: Jupyter, scorer: str) -> None:
    page.goto(f"{lab.url()}&reset&modelreg=compare:{scorer}@Champion:prod.ml_team.fraud/1")
    expect(comparison(page).get_by_role("button", name="scorer v2")).to_be_visible()
    comparison(page).get_by_role("button", name="fraud v1").click()
    expect(tab(page, "prod · fraud v1")).to_be_visible()


def test_in_the_output_of_a_cell(page: Page, lab: Jupyter, scorer: str) -> None:
    lab.notebook("compare.ipynb", WIDGET)
    page.goto(lab.url("lab/tree/compare.ipynb") + "&reset")
    notebook = page.locator(".jp-Notebook")
    output = run_cell(notebook, 0)
    go_to(output, "scorer").dblclick()
    versions = output.get_by_role("grid", name="Versions")
    versions.get_by_label("Select v1").check()
    versions.get_by_label("Select v3").check()
    output.get_by_role("button", name="Compare", exact=True).click()
    expect(output.get_by_role("table", name="Comparison")).to_contain_text("NOTES.md")
    output.get_by_role("button", name="Back to").click()
    expect(versions).to_be_visible()
