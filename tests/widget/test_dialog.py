"""The dialog widget as a Python object: what the browser does in it, Python hears of."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.widget import OUTPUT, DialogWidget
from tests.support.names import FRAUD

pytest_plugins = ["tests.support.commands"]


class Browser:
    """The other end of a widget; `sent` is what it would have got."""

    def __init__(self, widget: DialogWidget, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[dict[str, JsonValue]] = []
        self._widget = widget
        monkeypatch.setattr(widget, "send", self.sent.append)

    def ask(self, op: str, **params: JsonValue) -> dict[str, JsonValue]:
        self._widget._handle_custom_msg({"id": "1", "op": op, "params": params}, [])
        return self.sent[-1]


def picture(widget: DialogWidget) -> str:
    found = widget._repr_mimebundle_()
    assert found is not None
    assert found[0][OUTPUT] == {"version": 1}
    assert found[0]["text/plain"] == repr(widget)
    return str(found[0]["text/html"]).partition("</style>")[2]


def test_an_alias(stocked: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = DialogWidget(stocked, {"kind": "alias", "model": FRAUD})
    browser, heard = Browser(widget, monkeypatch), []
    widget.observe(lambda change: heard.append(change["new"]), "result")
    assert (widget.result, repr(widget)) == (None, "<Dialog alias>")
    assert f"Set an alias of {FRAUD}: run this cell for the form" in picture(widget)
    assert browser.ask("models.get", name=FRAUD)["ok"]
    assert not browser.ask("aliases.set", model=FRAUD, alias="Champion", version=99)["ok"]
    assert (widget.result, heard) == (None, [])
    assert browser.ask("aliases.set", model=FRAUD, alias="Champion", version=2)["ok"]
    assert heard == [f"{FRAUD}@Champion"]
    assert repr(widget) == f"<Dialog alias: {FRAUD}@Champion>"
    assert f"{FRAUD}@Champion: 1 → 2" in picture(widget)
    assert widget.outcome["lines"] == [f"{FRAUD}@Champion: 1 → 2"]
    assert widget.outcome["output"]["text/plain"] == repr(widget)
    assert "1 → 2" in widget.outcome["output"]["text/html"]


def test_a_registration_tells_its_progress_and_then_its_version(
    stocked: Registry, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = DialogWidget(stocked, {"kind": "register"})
    browser = Browser(widget, monkeypatch)
    answer = browser.ask("versions.register", source=str(model_folder), model=FRAUD, aliases=["Challenger"])
    assert answer["ok"], answer
    told = browser.sent[:-1]
    assert told
    assert all(each["id"] == "1" and isinstance(each["progress"], dict) for each in told)
    assert widget.result == f"{FRAUD}/3"
    assert widget.outcome["lines"] == [f"registered {FRAUD}/3 from {model_folder}", f"{FRAUD}@Challenger → 3"]


@pytest.mark.parametrize("reference", [FRAUD, f"{FRAUD}/2"])
def test_a_draft_of_a_description(stocked: Registry, monkeypatch: pytest.MonkeyPatch, reference: str) -> None:
    name, _, number = reference.partition("/")
    target: dict[str, JsonValue] = {"kind": "version", "name": name, "version": int(number)} if number else {}
    target = target or {"kind": "model", "name": name}
    widget = DialogWidget(stocked, {"kind": "describe", "target": target, "text": "a draft"})
    assert f"Edit the draft of a description of {reference}: run this cell for the form" in picture(widget)
    browser = Browser(widget, monkeypatch)
    params: dict[str, JsonValue] = {"reference": reference} if number else {"name": name}
    op = "versions.describe" if number else "models.describe"
    assert browser.ask(op, **params, description="edited")["ok"]
    assert (widget.result, widget.outcome["lines"]) == (reference, [f"described {reference}"])


def test_tags(stocked: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = DialogWidget(stocked, {"kind": "tags", "target": {"kind": "model", "name": FRAUD}})
    browser = Browser(widget, monkeypatch)
    assert browser.ask("tags.edit", reference=FRAUD, set={"note": "<b>x"}, remove=["team"])["ok"]
    assert widget.result == FRAUD
    assert repr(widget) == f"<Dialog tag: {FRAUD}>"
    assert widget.outcome["lines"] == [f"tagged {FRAUD}: note=<b>x", f"removed tag team=risk from {FRAUD}"]
    assert "note=&lt;b&gt;x" in picture(widget)
    assert "<b>x" not in picture(widget)


def test_what_is_done_beside_a_dialog_is_not_taken_for_its_outcome(
    stocked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = DialogWidget(stocked, {"kind": "tags", "choose": True})
    browser = Browser(widget, monkeypatch)
    assert browser.ask("aliases.set", model=FRAUD, alias="Champion", version=2)["ok"]
    assert widget.result is None
    assert browser.ask("tags.edit", reference=FRAUD, set={"a": "b"})["ok"]
    assert widget.result == FRAUD
