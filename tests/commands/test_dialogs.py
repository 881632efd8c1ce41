"""--dialog: what was given stands in the request, what was not may be missing, and a shell says where to go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.completion import complete_line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]

VERSION = {"kind": "version", "name": FRAUD}


@pytest.fixture
def notebook(host: RecordingHost, stocked: Registry) -> RecordingHost:
    """A host with room for a dialog: the widget is the request itself."""
    host.asked = lambda registry, request: dict(request)
    return host


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("register", {"kind": "register"}),
        (
            "register runs:/1/model fraud --alias @Best --tag a=b --description x -m why",
            {
                "kind": "register",
                "source": "runs:/1/model",
                "model": "fraud",
                "aliases": ["Best"],
                "tags": {"a": "b"},
                "description": "x",
                "reason": "why",
            },
        ),
        ("alias", {"kind": "alias", "choose": True}),
        (f"alias {FRAUD}", {"kind": "alias", "model": FRAUD}),
        (f"alias {FRAUD}/2", {"kind": "alias", "model": FRAUD, "version": 2}),
        (f"alias {FRAUD}@Best", {"kind": "alias", "model": FRAUD, "alias": "Best"}),
        (
            f"alias {FRAUD}@Best @Champion -m why",
            {"kind": "alias", "model": FRAUD, "alias": "Best", "version": 1, "reason": "why"},
        ),
        ("tag", {"kind": "tags", "choose": True}),
        (f"tag {FRAUD}", {"kind": "tags", "target": {"kind": "model", "name": FRAUD}}),
        (f"tag {FRAUD}@Champion a=b", {"kind": "tags", "target": {**VERSION, "version": 1}, "tags": {"a": "b"}}),
        (f"tag {FRAUD}/latest", {"kind": "tags", "target": {**VERSION, "version": 2}}),
    ],
)
def test_what_was_given_is_in_the_request(
    do: Do, notebook: RecordingHost, line: str, expected: dict[str, object]
) -> None:
    assert do(f"{line} --dialog").value == expected


def test_short_names_and_folders_are_written_out(
    do: Do, notebook: RecordingHost, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model_folder.parent)
    do("use prod.ml_team")
    expected = {"kind": "register", "source": str(model_folder), "model": FRAUD, "namespace": "prod.ml_team"}
    assert do(f"register {model_folder.name} fraud --dialog").value == expected
    assert do("alias fraud@Champion --dialog").value == {"kind": "alias", "model": FRAUD, "alias": "Champion"}


def test_nothing_is_changed_by_asking(do: Do, notebook: RecordingHost, stocked: Registry) -> None:
    before = stocked.history.last()
    do(f"alias {FRAUD}@Champion 2 --dialog")
    do(f"tag {FRAUD} a=b --dialog")
    assert stocked.history.last() == before


def test_what_is_not_there_is_refused_before_a_dialog_opens(do: Do, notebook: RecordingHost) -> None:
    for line in ("alias prod.ml_team.nobody --dialog", "tag prod.ml_team.nobody --dialog"):
        with pytest.raises(NotFound, match="nobody"):
            do(line)
    with pytest.raises(NotFound):
        do(f"tag {FRAUD}/9 --dialog")
    with pytest.raises(InvalidInput, match="several versions"):
        do(f"tag {FRAUD}/1-2 --dialog")


@pytest.mark.parametrize("word", ["register", "alias", "tag"])
def test_without_a_notebook_it_says_so_in_a_sentence(do: Do, stocked: Registry, word: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        do(f"{word} --dialog")
    said = f"--dialog needs a notebook: run %modelreg {word} --dialog in one, or leave it out here"
    assert (caught.value.message, caught.value.hint) == (said, None)
    assert "--dialog" in repr(do(f"{word} --help"))


def test_it_is_completed(session: CommandSession) -> None:
    for word in ("register", "alias", "tag fraud"):
        assert [text for text, _ in complete_line(session, f"{word} --di").items] == ["--dialog"]
    assert complete_line(session, "untag --di").items == []
