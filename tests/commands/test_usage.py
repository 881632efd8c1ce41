"""The command usage, and where else it is told when a version was loaded last."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.usage import recorder
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has noted in another test is forgotten."""
    monkeypatch.setattr(recorder, "_memory", recorder._Memory())


def test_load_notes_the_alias_and_usage_shows_it(do: Do, stocked: Registry) -> None:
    assert repr(do(f"usage {FRAUD}")) == f"nobody is known to have loaded {FRAUD}"
    do(f"load {FRAUD}@Champion")
    do(f"load {FRAUD}/2")
    found = {row["reference"]: row for row in do(f"usage {FRAUD}").rows}
    champion, other = found[f"{FRAUD}/1"], found[f"{FRAUD}/2"]
    assert (champion["alias"], champion["actor"], champion["count"]) == ("Champion", "ana", 1)
    assert (other["alias"], other["notebook"]) == (None, None)
    head = do(f"usage {FRAUD}").text(100).splitlines()[0]
    assert head.split() == ["version", "as", "who", "last", "used", "times"]
    assert json.loads(do(f"usage {FRAUD}@Champion --json").text())[0]["version"] == 1
    assert repr(do(f"usage {FRAUD} -n 1")).splitlines()[-1] == "1 of 2; -n 2 shows all"


def test_off_is_said_where_nothing_is_known(do: Do, stocked: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELREG_USAGE", "off")
    off = "loads are not noted here: MODELREG_USAGE=off"
    assert repr(do(f"usage {FRAUD}")) == f"nobody is known to have loaded {FRAUD}; {off}"


def test_short_names_and_namespaces(do: Do, stocked: Registry) -> None:
    do("use prod.ml_team")
    do("load fraud@Champion")
    for ref in ("fraud", "fraud/1", "fraud@Champion", "prod", "ml_team", "prod.ml_team"):
        assert len(do(f"usage {ref}").rows) == 1, ref
    assert do("usage prod --since -1d").rows
    assert repr(do("usage prod --since 2030-01-01")) == "nobody is known to have loaded prod since 2030-01-01"
    with pytest.raises(InvalidInput, match="is no time"):
        do("usage prod --since soon")
    with pytest.raises(NotFound):
        do("usage nobody")


def test_lists_and_cards_say_when_it_was_last(do: Do, stocked: Registry) -> None:
    for line in (f"show {FRAUD}", f"show {FRAUD}/1", f"versions {FRAUD}", "models"):
        assert "last used" not in do(line).text(200), line
    do(f"load {FRAUD}@Champion")
    for line in (f"show {FRAUD}", f"show {FRAUD}/1", f"show {FRAUD}/1-2", f"versions {FRAUD}", "models"):
        assert "last used" in do(line).text(200), line
    assert [row["last_used_at"] is None for row in do(f"versions {FRAUD}").rows] == [True, False]
    assert "last used" not in do(f"show {FRAUD}/2").text(200)
