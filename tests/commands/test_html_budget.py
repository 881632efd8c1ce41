"""Tables in a notebook stay small, whatever the registry holds: a line a row, and a count of what is not shown."""

from __future__ import annotations

from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Card, Table
from jupyter_modelreg.core.entities.values import JsonValue

ALIASES: dict[str, JsonValue] = dict.fromkeys(("Champion", "Challenger", "B", "C", "D", "E", "F", "G", "H", "I"), 1)


def cells(*rows: Row) -> str:
    return Table(views.MODEL_COLUMNS, rows).parts()[0]


def test_of_ten_aliases_two_are_shown_and_the_others_counted_and_named() -> None:
    shown = cells({"name": "prod.risk.fraud", "aliases": ALIASES})
    assert shown.count("mreg-out-alias") == 2
    assert 'title="@B v1, @C v1, @D v1, @E v1, @F v1, @G v1, @H v1, @I v1">+8</span>' in shown
    whole = Card("fraud", "model", views.MODEL_COLUMNS, {"aliases": ALIASES}).html()
    assert whole.count("mreg-out-alias") >= 10


def test_a_tag_is_key_and_value_apart_so_that_the_key_can_be_shortened() -> None:
    shown = cells({"name": "fraud", "tags": {"validation_status": "Failed", "area": "risk", "empty": ""}})
    assert '<span class="mreg-out-chip mreg-out-failed" title="validation_status=Failed">' in shown
    assert "<i>validation_status</i><span>=Failed</span>" in shown
    assert '<span class="mreg-out-chip" title="area=risk">' in shown
    assert 'title="empty">+1</span>' in shown


def test_a_workspace_model_between_governed_ones_is_marked() -> None:
    shown = cells({"name": "dev.risk.fraud"}, {"name": "my old model"}, {"name": "prod.risk.fraud"})
    assert shown.count(">workspace</span>") == 1
    assert "<b>my old model</b></span> <span" in shown
    schemas = Table((Column("name", "schema", "name"),), [{"name": "prod.risk"}]).html()
    assert ">workspace</span>" not in schemas


def test_a_long_name_and_a_long_description_are_whole_in_their_tooltips() -> None:
    name, description = f"prod.risk.{'x' * 80}", "word " * 200
    shown = cells({"name": name, "description": description})
    assert f'<td class="mreg-out-clip"><span title="{name}">' in shown
    assert f'title="{description.strip()}' in shown
