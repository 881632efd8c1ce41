"""What %modelreg shows: in a notebook nobody has trusted yet, and on a page that drops styles and classes."""

from __future__ import annotations

import re

import nbformat
import pytest
from playwright.sync_api import Page, expect

from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Table
from jupyter_modelreg.commands.results.timeline.result import Plot
from jupyter_modelreg.core.registry import Registry
from tests.browser.jupyter import Jupyter
from tests.browser.panel import open_lab
from tests.support.cards import card_of_model
from tests.support.names import FRAUD

ALIASES = "@Champion v3, @Challenger v2"


@pytest.fixture
def stored(elsewhere: Registry) -> str:
    """What a notebook keeps of `%modelreg show`."""
    model = elsewhere.models.get(FRAUD)
    versions = elsewhere.versions.list(FRAUD)
    return card_of_model(model, *versions)._repr_html_()


def test_an_untrusted_notebook_looks_like_one_that_was_run(page: Page, lab: Jupyter, stored: str) -> None:
    cell = nbformat.v4.new_code_cell(f"%modelreg show {FRAUD}", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/html": stored}, execution_count=1)]
    made = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    nbformat.write(made, lab.folder / "notebooks" / "untrusted.ipynb")
    open_lab(page, lab, "lab/tree/untrusted.ipynb")
    output = page.locator(".jp-OutputArea-output .mreg-out")
    expect(output).to_be_visible()
    assert output.locator("style").count() == 0, "JupyterLab takes styles away where nobody trusts them"
    expect(output.locator(".mreg-out-card")).to_contain_text(ALIASES)
    expect(output.locator(".mreg-out-card td").first).to_have_css("text-align", "left")
    badge = output.locator(".mreg-out-alias").first
    expect(badge).to_have_css("border-radius", "4px")
    expect(badge).to_have_css("border-style", "none")
    expect(output.locator(".mreg-out-sep").first).to_have_css("font-size", "0px")
    copied = output.evaluate("node => { getSelection().selectAllChildren(node); return getSelection().toString() }")
    assert f"{FRAUD} (governed model)" in copied
    assert ALIASES in copied
    lab.end_kernels()


def test_of_a_timeline_that_is_not_trusted_the_table_is_left(page: Page, lab: Jupyter, elsewhere: Registry) -> None:
    shown = Plot(elsewhere.history.timeline(FRAUD))._repr_html_()
    assert "<svg" in shown
    cell = nbformat.v4.new_code_cell("", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/html": shown}, execution_count=1)]
    made = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    nbformat.write(made, lab.folder / "notebooks" / "untrusted_plot.ipynb")
    open_lab(page, lab, "lab/tree/untrusted_plot.ipynb")
    output = page.locator(".jp-OutputArea-output .mreg-out")
    expect(output).to_be_visible()
    assert output.locator("svg").count() == 0
    # JupyterLab leaves the words of a picture that it takes away, one behind the other.
    expect(output.locator(".mreg-out-picture")).to_be_hidden()
    output.locator("summary").click()
    expect(output.locator("table")).to_contain_text("@Champion")
    lab.end_kernels()


def test_a_page_that_drops_styles_and_classes_reads_right(page: Page, stored: str) -> None:
    bare = re.sub(r"<style>.*?</style>| class=\"[^\"]*\"", "", stored, flags=re.DOTALL)
    page.set_content(f"<body>{bare}</body>")
    text = page.locator("body").inner_text()
    assert f"{FRAUD} (governed model)" in text
    assert f"aliases\t{ALIASES}" in text
    assert re.search(r"created\t\d{4}-\d\d-\d\d \d\d:\d\d UTC", text)


@pytest.mark.parametrize("width", [1000, 500])
def test_a_long_description_takes_the_room_that_is_left(page: Page, width: int) -> None:
    columns = (Column("name", "model", "name"), Column("description", "description", "summary"))
    long = "Scores a card payment by how likely it is to be disputed. " * 3
    rows: list[Row] = [
        {"name": f"prod.risk.model_{at}", "description": text} for at, text in enumerate((long, "Short"))
    ]
    page.set_viewport_size({"width": width, "height": 400})
    page.set_content(Table(columns, rows)._repr_html_())
    out = page.locator(".mreg-out")
    assert out.evaluate("each => each.scrollWidth <= each.clientWidth"), "nothing is beyond the edge"
    cell = out.locator("td.mreg-out-clip").nth(1)
    assert cell.evaluate("each => each.getBoundingClientRect().width") > 0.6 * width
    assert cell.evaluate("each => each.getBoundingClientRect().height") < 40, "a row is one line"
