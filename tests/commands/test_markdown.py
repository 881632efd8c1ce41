"""Descriptions: rendered in a notebook, plain everywhere else, and harmless whoever wrote them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jupyter_modelreg.commands.results import markdown
from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.results import Card, Table

HOSTILE = json.loads(
    (Path(__file__).parents[2] / "labextension" / "tests" / "cases" / "hostile.json").read_text("utf-8")
)
HARMLESS = {"p", "b", "pre", "code", "strong", "em", "div", "table", "tbody", "tr", "th", "td", "style", "span"}
CARD = (Column("description", "description", "markdown"),)


class Tags(HTMLParser):
    """The elements of a page, each with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.found.append((tag, dict(attrs)))


def card(text: str) -> Card:
    return Card("fraud", "model", CARD, {"description": text})


def test_a_description_is_rendered() -> None:
    page = card("Finds **fraud**.\n\n- one\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n~~old~~ `x`").html()
    for part in ("<strong>fraud</strong>", "<li>one</li>", "<td>1</td>", "<s>old</s>", "<code>x</code>"):
        assert part in page


def test_a_link_leads_to_the_web_in_a_window_that_knows_nothing_of_this_one() -> None:
    links = Tags(markdown.to_html('[a](https://example.org/?a=1&b="2") <mailto:a@example.org>')).found
    attributes = [each for name, each in links if name == "a"]
    assert [each["href"] for each in attributes] == ["https://example.org/?a=1&b=%222%22", "mailto:a@example.org"]
    assert all(each["rel"] == "noopener noreferrer nofollow" and each["target"] == "_blank" for each in attributes)


def test_a_picture_is_its_words() -> None:
    for source in ("https://example.org/p.png", "http://[broken", "curve.png"):
        assert "<img" not in markdown.to_html(f"![A <b>curve]({source})")
    assert markdown.to_html("![A <b>curve](https://example.org/p.png)") == "<p>A &lt;b&gt;curve</p>\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_its_author_wrote_does_anything(text: str) -> None:
    found = Tags(card(text).html()).found
    assert {name for name, _ in found} <= HARMLESS
    assert {key for _, attributes in found for key in attributes} <= {"class", "align", "tabindex"}
    listed = Table((Column("d", "d", "summary"),), [{"d": text}]).html()
    assert {name for name, _ in Tags(listed).found} <= HARMLESS | {"thead"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Scores payments.", "Scores payments."),
        ("Scores a **card payment**;\nask *risk*.", "Scores a card payment; ask risk."),
        ("# Fraud\n\n- [one](https://x.org)\n- `two`\n\n```\nthree\n```", "Fraud one two three"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ("![a curve](https://x.org/p.png) here", "a curve here"),
        ("<b>bold</b> & 2 < 3", "<b>bold</b> & 2 < 3"),
    ],
)
def test_a_list_and_a_terminal_show_plain_text(text: str, said: str) -> None:
    assert markdown.to_line(text) == said
    shown = Table((Column("d", "description", "summary"),), [{"d": text}])
    assert shown.text(None).splitlines()[2] == said
    assert text in card(text).text(None).replace("\n             ", "\n")


def test_a_long_description_costs_a_list_its_beginning_only() -> None:
    assert len(markdown.to_line("**word** " * 100_000)) < 1_000
