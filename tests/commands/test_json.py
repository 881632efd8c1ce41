"""`--json`: one shape a command, as docs/commands.md says it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_modelreg.commands.group import commands_by_purpose
from jupyter_modelreg.core.registry import Registry

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]

DOCUMENT = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
# A row of the table: the line that was run, whether a list or one object comes, and its fields.
SHAPES = re.findall(r"^\| `([^`]+)` \| (list|object) \| ([^|]+) \|$", DOCUMENT, re.MULTILINE)
# No registry is needed for these, or they open something to look at, or take a run of MLflow's (test_lineage.py).
WITHOUT = {"explore", "refresh", "server"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_every_command_is_documented() -> None:
    names = {command.name for commands in commands_by_purpose().values() for command in commands}
    assert {line.split()[0] for line, _, _ in SHAPES} | WITHOUT == names


def test_every_command_answers_as_documented(
    do: Do, stocked: Registry, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODELREG_URI", stocked.uri)
    do("create catalog empty")
    Path("governance.yml").write_text("groups: {risk: [ben]}")
    for line, kind, fields in SHAPES:
        asked = str(next(iter(each.id for each in stocked.requests.list()), 0))
        written = line.replace("./fraud_model", str(model_folder)).replace("URI", stocked.uri).replace("118", asked)
        answer = json.loads(do(f"{written} --json").text())
        if kind == "list":
            assert isinstance(answer, list), line
            answer = answer[0] if answer else dict.fromkeys(names_in(fields))
        assert sorted(answer) == sorted(names_in(fields)), line
        for name in answer:
            if name.endswith("_at") and answer[name] is not None:
                assert TIME.fullmatch(answer[name]), line


def names_in(fields: str) -> list[str]:
    return re.findall(r"`(\w+)`", fields)


def read(do: Do, line: str) -> Any:
    return json.loads(do(f"{line} --json").text())


def test_numbers_are_numbers_lists_are_lists_and_what_there_is_not_is_null(do: Do, stocked: Registry) -> None:
    version = read(do, "show prod.ml_team.fraud/1")
    assert version["version"] == 1
    assert version["aliases"] == ["Champion"]
    assert version["stage"] is None
    assert version["inputs"] == [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 1]}}]
    assert {"path", "size", "sha256"} == set(version["files"][0])
    assert sum(file["size"] for file in version["files"]) == version["size"]
    [model] = [each for each in read(do, "models") if each["governed"]]
    assert model["aliases"] == {"Champion": 1}
    assert [read(do, f"versions {name}")[0]["stage"] for name in ("prod.ml_team.fraud", "iris")] == [None, None]


def test_the_keys_of_tags_are_their_authors_own(do: Do, stocked: Registry) -> None:
    do("tag iris/1 seen_at=1764000000000 stage=None")
    assert read(do, "show iris/1")["tags"] == {"seen_at": "1764000000000", "stage": "None"}
