"""The command diff: versions side by side, on a terminal, in a notebook and for a pipeline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from mlflow.models.model import ModelInfo

from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.real_models import experiment, logged, tracking, tracking_uri

if TYPE_CHECKING:
    from tests.support.commands import Do

__all__ = ["experiment", "logged", "tracking", "tracking_uri"]  # fixtures
pytest_plugins = ["tests.support.commands"]


def test_a_line_for_each_thing(do: Do, stocked: Registry) -> None:
    do(f"tag {FRAUD}/2 task=ranking")
    lines = do(f"diff {FRAUD}/1-2").text(80).splitlines()
    assert lines[0].split() == [FRAUD, "version", "1", "version", "2"]
    assert next(line.split() for line in lines if line.startswith("tag")) == ["tag", "task", "regression", "ranking"]
    assert max(map(len, lines)) <= 80
    assert next(line.split() for line in lines if line.startswith("aliases")) == ["aliases", "Champion", "–"]


def test_versions_of_several_models_are_named_in_full(do: Do, stocked: Registry) -> None:
    do(f"copy {FRAUD}/1 prod.ml_team.other")
    shown = do(f"diff {FRAUD}/1 prod.ml_team.other/1").text(None)
    assert shown.splitlines()[0].split() == ["what", f"{FRAUD}/1", "prod.ml_team.other/1"]


def test_metrics_and_parameters_are_those_of_the_run(do: Do, stocked: Registry, logged: ModelInfo) -> None:
    for _ in range(2):
        stocked.versions.register(logged.model_uri, "c.s.m")
    found = {row["key"]: row for row in do("diff c.s.m/1-2 --all").rows}
    assert (found["C"]["section"], found["C"]["differs"]) == ("params", False)
    [metric] = [row for row in found.values() if row["section"] == "metrics"]
    assert metric["change"] == 0
    assert len(set(metric["values"].values())) == 1  # type: ignore[union-attr]
    assert not [row for row in do("diff c.s.m/1-2").rows if row["section"] in ("metrics", "params", "files")]


def test_as_json_as_a_frame_and_as_html(do: Do, stocked: Registry) -> None:
    do(f"tag {FRAUD}/2 'task=<b>'")
    rows = json.loads(do(f"diff {FRAUD}/1-2 --json").text())
    [tag] = [row for row in rows if row["section"] == "tags"]
    assert (tag["key"], tag["values"]) == ("task", {f"{FRAUD}/1": "regression", f"{FRAUD}/2": "<b>"})
    found = do(f"diff {FRAUD}/1-2")
    frame = found.to_df()
    assert list(frame["key"]) == [row["key"] for row in rows]
    assert f"values.{FRAUD}/1" in frame.columns
    assert "&lt;b&gt;" in str(found.html())
    assert "<b>" not in str(found.html())
    assert found.piped().splitlines()[0].split("\t") == ["what", f"values.{FRAUD}/1", f"values.{FRAUD}/2", "change"]


@pytest.mark.parametrize(("option", "code"), [("", 0), ("--fail-on breaking", 0), ("--fail-on any", 2)])
def test_what_a_pipeline_gets(do: Do, stocked: Registry, option: str, code: int) -> None:
    assert do(f"diff {FRAUD}/1-2 {option}").exit_code == code
    assert do(f"diff {FRAUD}/1-2 --json {option}").exit_code == code


def test_two_names_of_one_version(do: Do, stocked: Registry) -> None:
    found = do(f"diff {FRAUD}@Champion {FRAUD}/1 --fail-on any")
    assert (repr(found), found.exit_code, found.rows) == (f"all of these are {FRAUD}/1", 0, [])
