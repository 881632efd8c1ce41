"""In what two signatures differ, in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_modelreg.core.rules.signature import signature_changes


def tensor(*shape: int) -> dict[str, Any]:
    return {"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": list(shape)}}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([{"name": "x", "type": "double"}], [{"name": "x", "type": "double", "required": True}], []),
        ([{"name": "x", "type": "double"}], [{"name": "x", "type": "long"}], ["input x was double and is long"]),
        ([{"name": "x"}], [{"name": "y"}], ["input y is new", "input x is gone"]),
        ([{"name": "x"}], [{"name": "x", "required": False}], ["input x is optional now"]),
        ([{"name": "x", "required": False}], [{"name": "x"}], ["input x is required now"]),
        ([tensor(-1, 2)], [tensor(-1, 3)], ["input changed"]),
        ([tensor(-1)], [tensor(-1), tensor(-1)], ["input 2 is new"]),
        ([tensor(-1)], [], ["input is gone"]),
        ([], [], []),
    ],
)
def test_inputs(before: list[Any], after: list[Any], said: list[str]) -> None:
    one, other = {"inputs": before, "outputs": None}, {"inputs": json.dumps(after)}
    assert signature_changes(one, other) == said


def test_outputs_and_parameters() -> None:
    before: dict[str, Any] = {
        "inputs": [{"name": "x"}],
        "outputs": [{"type": "long"}],
        "params": [{"name": "t", "dtype": "float"}],
    }
    after: dict[str, Any] = {
        "inputs": [{"name": "x"}],
        "outputs": [{"type": "double"}],
        "params": [{"name": "t", "dtype": "int"}],
    }
    assert signature_changes(before, after) == ["output was long and is double", "parameter t was float and is int"]


def test_without_one_of_the_two() -> None:
    assert signature_changes(None, {"inputs": [{"name": "x"}]}) == []
    assert signature_changes({"inputs": [{"name": "x"}]}, None) == ["it has none"]
    assert signature_changes({"inputs": "not JSON"}, {"inputs": "nor this"}) == []
