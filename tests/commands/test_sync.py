"""`pull` and `push`: what they say of what came, what both sides have changed, and how that is settled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


@pytest.fixture
def office(do: Do, stocked: Registry, tmp_path: Path) -> Iterator[Registry]:
    """Where everything was pushed to, and @Champion was moved on both sides since."""
    place = tmp_path / "office.duckdb"
    do(f"push {place}")
    with closing(jupyter_modelreg.connect(str(place), actor="cleo")) as opened:
        opened.aliases.set(FRAUD, "Champion", 2)
        stocked.aliases.remove(FRAUD, "Champion")
        yield opened


def test_it_says_what_came(do: Do, stocked: Registry, tmp_path: Path, office: Registry, model_folder: Path) -> None:
    office.versions.register(str(model_folder), FRAUD)
    stocked.versions.register(str(model_folder), FRAUD)
    said = do(f"pull {office.uri}")
    text = said.text()
    assert text.startswith(f"pulled from {office.uri}\n")
    assert "prompts" not in text, "of which there are none"
    assert f"{FRAUD}/4      3" in text
    assert "(removed)" in text
    assert "2 (cleo, " in text
    assert "1 conflict left as it is on each side: settle with --ours, --theirs or --interactive" in text
    assert text.splitlines()[-1].endswith(" takes this back")
    assert said.exit_code == 1
    assert f"is {FRAUD}/3 in {office.uri}, where it came from" in do(f"lineage {FRAUD}/4").text()
    html = str(said.html())
    assert "changed on both sides" in html
    assert "(removed)" in html


def test_json_has_both_values(do: Do, office: Registry) -> None:
    told = json.loads(do(f"pull {office.uri} --json").text())
    [conflict] = told["conflicts"]
    assert conflict["name"] == f"{FRAUD}@Champion"
    assert conflict["ours"].startswith("(removed) (")
    assert conflict["theirs"].startswith("2 (cleo, ")
    assert conflict["settled"] == ""


@pytest.mark.parametrize(("way", "answer", "aliases"), [("--ours", None, {}), ("--theirs", None, {"Champion": 2})])
def test_it_is_settled_by_an_option(
    do: Do, office: Registry, stocked: Registry, way: str, answer: object, aliases: object
) -> None:
    said = do(f"pull {office.uri} {way}")
    assert said.exit_code == 0
    assert {k: v for k, v in stocked.models.get(FRAUD).aliases.items() if k == "Champion"} == aliases


@pytest.mark.parametrize(("answer", "there"), [(True, {"Champion": 2}), (False, {})])
def test_it_is_asked_about(
    do: Do, office: Registry, host: RecordingHost, stocked: Registry, answer: bool, there: object
) -> None:
    host.answer = answer
    do(f"push {office.uri} --interactive")
    assert "ours:   (removed)" in host.questions[-1]
    assert "take theirs?" in host.questions[-1]
    assert {k: v for k, v in office.models.get(FRAUD).aliases.items() if k == "Champion"} == there


def test_nothing_new_is_said(do: Do, stocked: Registry, tmp_path: Path) -> None:
    place = tmp_path / "office.duckdb"
    do(f"push {place}")
    assert do(f"push {place}").text().splitlines()[-1] == "nothing new"
    assert do(f"pull {place} --dry-run").text().startswith("would pull from ")


def test_two_ways_at_once_are_refused(do: Do, stocked: Registry, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="say one"):
        do(f"push {tmp_path / 'x.duckdb'} --ours --theirs")
    assert not (tmp_path / "x.duckdb").exists()
