"""docs/sql.md tells the views as they are."""

from __future__ import annotations

from pathlib import Path

from jupyter_modelreg.storage.duckdb.sql.views import VIEWS

DOCUMENT = Path(__file__).parents[4] / "docs" / "sql.md"


def documented() -> str:
    """What the page says of the views."""
    lines: list[str] = []
    for view in VIEWS:
        lines += [f"### `{view.name}`", "", view.about, "", "| column | type | |", "| --- | --- | --- |"]
        lines += [f"| `{each.name}` | `{each.type}` | {each.about} |" for each in view.columns]
        lines.append("")
    return "\n".join(lines).strip()


def test_the_page_tells_the_views_as_they_are() -> None:
    told = DOCUMENT.read_text()
    told = told[told.index("### `") :].strip()
    assert told == documented(), f"write this at the end of docs/sql.md:\n{documented()}"


def test_every_view_and_column_says_what_it_is() -> None:
    for view in VIEWS:
        for about in (view.about, *(each.about for each in view.columns)):
            assert about.endswith(".")
            assert "|" not in about
        assert len({each.name for each in view.columns}) == len(view.columns)
