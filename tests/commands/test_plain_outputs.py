"""Outputs without their styles, as GitHub, an untrusted notebook or copied text has them, and the styles themselves."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.html import style
from jupyter_modelreg.commands.results.results import Note, Result, Table
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from tests.support.cards import card_of_model, card_of_version

ROOT = Path(__file__).parents[2]
NOW = 1_795_258_384_000  # 2026-11-21T10:53:04Z
OUTPUTS_CSS = (ROOT / "jupyter_modelreg" / "commands" / "results" / "output.css").read_text()
PANEL_CSS = "".join(
    path.read_text() for folder in ("style", "src") for path in (ROOT / "labextension" / folder).rglob("*.css")
)


class _Reader(HTMLParser):
    """Collects what a page says when it has neither styles nor classes: cells by a tab, rows and blocks by a line."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        self.said.append({"td": "\t", "th": "\t", "tr": "\n", "div": "\n"}.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.said.append(data)


def read(result: Result) -> list[list[str]]:
    """The lines of an output, each as its cells."""
    reader = _Reader()
    reader.feed(result._repr_html_())
    lines = ("".join(reader.said)).split("\n")
    return [[cell for cell in line.split("\t") if cell] for line in lines if line.strip()]


def version(number: int, **changes: object) -> Version:
    known = {
        "id": 1,
        "model_id": 1,
        "name": "prod.risk.fraud",
        "version": number,
        "created_at": NOW,
        "created_by": "ana",
    }
    return Version(**{**known, "updated_at": NOW, "updated_by": "ana", **changes})  # type: ignore[arg-type]


def test_a_card_without_styles_has_what_the_text_has_between_its_words() -> None:
    model = Model(
        id=1,
        schema_id=1,
        name="prod.risk.fraud",
        created_at=NOW,
        created_by="ana",
        updated_at=NOW,
        updated_by="ana",
        owner="ana",
        tags={"task": "classification", "data": "card-payments"},
        aliases={"Champion": 2, "Challenger": 3},
        last_version=3,
    )
    newest = version(3, aliases=("Challenger", "Trial"), tags={"auc": "0.83", "checked": ""}, size=36_400)
    shown = read(card_of_model(model, newest))
    assert shown[0] == ["prod.risk.fraud (governed model)"]
    assert ["aliases", "@Champion v2, @Challenger v3"] in shown
    assert ["tags", "task=classification, data=card-payments"] in shown
    assert ["created", "2026-11-21 10:53 UTC"] in shown
    assert shown[-1] == ["3", "@Challenger, @Trial", "auc=0.83, checked", "36.4 kB", "2026-11-21 10:53 UTC", "ana"]


def test_a_version_says_its_kind_and_status_in_brackets() -> None:
    card = card_of_version(version(1, status="FAILED_REGISTRATION", status_message="disk full"))
    assert read(card)[0] == ["prod.risk.fraud/1 (version, failed)"]


def test_a_note_and_tags_that_were_left_out_stand_apart_from_what_is_before_them() -> None:
    assert read(Note(["tagged prod.risk.fraud: task=x"], [])) == [["✓ tagged prod.risk.fraud: task=x"]]
    many = Table((Column("tags", "tags", "tags"),), [{"tags": {f"key{at}": "v" for at in range(6)}}])
    assert read(many)[1] == ["key0=v, key1=v, +4"]


def test_the_panel_and_the_outputs_share_no_class() -> None:
    classes = re.compile(r"\.(mreg[\w-]*)")
    outputs, panel = set(classes.findall(OUTPUTS_CSS)), set(classes.findall(PANEL_CSS))
    assert {"mreg-out", "mreg-out-chip"} <= outputs
    assert "mreg-root" in panel
    assert not outputs & panel
    assert all(name == "mreg-out" or name.startswith("mreg-out-") for name in outputs)


def test_every_rule_for_outputs_stays_inside_an_output() -> None:
    top_level = re.sub(r"/\*.*?\*/", "", OUTPUTS_CSS, flags=re.DOTALL).strip()
    assert top_level.startswith(".mreg-out.mreg-out.mreg-out {")
    depth = 0
    for at, char in enumerate(top_level):
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth > 0 or char != "}" or at == len(top_level) - 1, "a rule begins outside"
    assert all(rule.startswith("&") for rule in re.findall(r"^  (\S.*)[{,]$", top_level, flags=re.MULTILINE))


def test_what_an_output_carries_is_the_style_sheet_without_comments() -> None:
    assert str(style()).startswith("<style>.mreg-out.mreg-out.mreg-out{")
    assert "/*" not in style()
    assert "\n" not in style()
    assert "& .mreg-out-md :is(h1,h2,h3,h4,h5,h6){" in style()
