"""The commands that keep versions, and put others away: pin, unpin, and delete of what is pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import changed, done

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


class TestPinning:
    def test_what_it_says(self, do: Do, stocked: Registry) -> None:
        assert done(do(f"pin {FRAUD}@Champion -m audit")) == f"pinned {FRAUD}@Champion"
        said = do(f"pin {FRAUD}/1-2")
        assert done(said) == f"pinned {FRAUD}/1-2\n{FRAUD}/1 was pinned before"
        assert changed(said) == [
            {"reference": f"{FRAUD}/1", "pinned": True, "before": True},
            {"reference": f"{FRAUD}/2", "pinned": True, "before": False},
        ]
        assert repr(do(f"pin {FRAUD}/1-2")) == f"{FRAUD}/1-2 are pinned already; nothing changed"
        assert done(do(f"unpin {FRAUD}/2")) == f"unpinned {FRAUD}/2"
        assert repr(do(f"unpin {FRAUD}/2")) == f"{FRAUD}/2 is not pinned already; nothing changed"

    def test_it_is_shown_where_there_is_a_pin(self, do: Do, stocked: Registry) -> None:
        assert "pinned" not in do(f"versions {FRAUD}").text(120)
        do(f"pin {FRAUD}/1")
        assert do(f"show {FRAUD}/1").text().splitlines()[0] == f"{FRAUD}/1  (version, pinned, ready)"
        assert '<span class="mreg-out-badge">pinned</span>' in str(do(f"show {FRAUD}/1").html())
        shown = do(f"versions {FRAUD}").text(120).splitlines()
        assert "pinned" in shown[0]
        assert ["pinned" in line for line in shown[2:]] == [False, True]
        assert [row["pinned"] for row in do(f"versions {FRAUD}").rows] == [False, True]
        piped = do(f"versions {FRAUD}").piped().splitlines()
        assert [line.split("\t")[piped[0].split("\t").index("pinned")] for line in piped] == ["pinned", "false", "true"]
        assert str(do(f"versions {FRAUD}").html()).count(">pinned</span>") == 1

    def test_history_tells_it_in_a_word(self, do: Do, stocked: Registry) -> None:
        do(f"pin {FRAUD}/1")
        do(f"unpin {FRAUD}/1")
        assert [row["what"] for row in do(f"history {FRAUD}/1 -n 2").rows] == ["unpinned", "pinned"]


class TestDeletingWhatIsPinned:
    def test_it_is_refused_unasked(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        do(f"pin {FRAUD}/2")
        with pytest.raises(InvalidState, match="while it is pinned"):
            do(f"delete {FRAUD}/2")
        assert host.questions == []

    def test_forced_it_is_asked_about(self, do: Do, stocked: Registry, host: RecordingHost) -> None:
        do(f"pin {FRAUD}/1-2")
        host.answer = False
        do(f"delete {FRAUD}/2 --force")
        do(f"delete {FRAUD} --force")
        one, all_of_it = host.questions
        assert "- it is pinned\n" in one
        assert "- versions 1 and 2 are pinned\n" in all_of_it
