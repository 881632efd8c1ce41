"""The commands deprecate and undeprecate, and what other commands say of what is deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import changed, done

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


def test_what_they_say(do: Do, stocked: Registry) -> None:
    said = do(f"deprecate {FRAUD}/1 --in-favour-of {FRAUD}/2 -m 'wrong labels'")
    assert done(said) == f"deprecated {FRAUD}/1; use {FRAUD}/2 instead"
    assert changed(said) == [{"reference": f"{FRAUD}/1", "deprecated": "wrong labels", "in_favour_of": f"{FRAUD}/2"}]
    assert [row["what"] for row in do(f"history {FRAUD}/1 -n 1").rows] == ["deprecated: wrong labels, in favour of 2"]
    said = do(f"undeprecate {FRAUD}/1-2")
    assert done(said) == f"{FRAUD}/1-2 is not deprecated any more"
    assert changed(said) == [{"reference": f"{FRAUD}/1", "before": "wrong labels"}]
    assert repr(do(f"undeprecate {FRAUD}/1")) == f"{FRAUD}/1 is not deprecated itself; nothing changed"
    assert done(do(f"deprecate {FRAUD} -m old")) == f"deprecated {FRAUD}"
    assert repr(do(f"undeprecate {FRAUD}/1")) == (
        f"{FRAUD}/1 is not deprecated itself; nothing changed; its model is: modelreg undeprecate {FRAUD}"
    )
    do("use prod.ml_team")
    do("undeprecate fraud")
    said = do("deprecate fraud/1 --in-favour-of fraud/2 -m x")
    assert done(said) == f"deprecated {FRAUD}/1; use {FRAUD}/2 instead"


def test_it_is_shown_where_it_is_so(do: Do, stocked: Registry) -> None:
    for line in ("models", f"versions {FRAUD}", f"show {FRAUD}", f"show {FRAUD}/1"):
        assert "deprecated" not in do(line).text(160)
    do(f"deprecate {FRAUD}/1 --in-favour-of {FRAUD}/2 -m 'wrong labels'")
    card = do(f"show {FRAUD}/1")
    assert card.text().splitlines()[0] == f"{FRAUD}/1  (version, deprecated, ready)"
    assert card.text().splitlines()[1] == f"warning: deprecated: wrong labels; use {FRAUD}/2 instead"
    assert '<span class="mreg-out-badge">deprecated</span>' in str(card.html())
    table = do(f"versions {FRAUD}")
    assert [(row["deprecated"], row["in_favour_of"]) for row in table.rows] == [
        (None, None),
        ("wrong labels", f"{FRAUD}/2"),
    ]
    assert "wrong labels" in table.text(160)
    assert [row["in_favour_of"] for row in do(f"show {FRAUD}/1-2").rows] == [f"{FRAUD}/2", None]
    do(f"deprecate {FRAUD} -m replaced --in-favour-of iris")
    [model] = [row for row in do("models").rows if row["name"] == FRAUD]
    assert (model["deprecated"], model["in_favour_of"]) == ("replaced", "iris")
    assert do(f"show {FRAUD}").text().splitlines()[0] == f"{FRAUD}  (governed model, deprecated)"
    assert do(f"show {FRAUD}/2").rows[0]["deprecated"] == f"replaced (model {FRAUD})"


def test_a_command_warns_each_time(do: Do, stocked: Registry, tmp_path: Path) -> None:
    do(f"deprecate {FRAUD}/1 --in-favour-of {FRAUD}/2 -m 'wrong labels'")
    for _ in range(2):
        assert f"{FRAUD}/1 is deprecated: wrong labels" in repr(do(f"load {FRAUD}/1"))
    assert f"use {FRAUD}/2 instead" in repr(do(f"download {FRAUD}/1 {tmp_path / 'there'}"))
    assert "deprecated" not in repr(do(f"load {FRAUD}/2"))


def test_rollback_goes_back_and_warns(do: Do, stocked: Registry) -> None:
    do(f"alias {FRAUD}@Champion 2")
    do(f"deprecate {FRAUD}/1 -m slow")
    assert f"{FRAUD}/1 is deprecated: slow" in repr(do(f"rollback {FRAUD}@Champion"))
    assert stocked.models.get(FRAUD).aliases["Champion"] == 1


def test_bad_input(do: Do, stocked: Registry) -> None:
    with pytest.raises(BadUsage, match="missing option '-m' / '--reason'"):
        do(f"deprecate {FRAUD}/1")
    with pytest.raises(InvalidInput, match="nobody is told why"):
        do(f"deprecate {FRAUD}/1 -m ''")
