"""How values read, held against the table that the panel is held against as well.

labextension/tests/registry/format.test.ts reads the same file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_modelreg.commands.results import formats

TABLE = json.loads((Path(__file__).parents[2] / "labextension" / "tests" / "cases" / "formats.json").read_text("utf-8"))
NOW = TABLE["now"]


@pytest.mark.parametrize("case", TABLE["times"], ids=lambda case: case["ago"])
def test_times(case: dict[str, Any]) -> None:
    assert formats.ago(case["time"], NOW) == case["ago"]
    if "exact" in case:
        assert formats.date_time(case["time"]) == case["date_time"]
        assert formats.exact(case["time"]) == case["exact"]


@pytest.mark.parametrize("case", TABLE["implausible_times"], ids=lambda case: case["text"])
def test_times_that_none_can_be(case: dict[str, Any]) -> None:
    time = case["time"]
    assert {formats.ago(time, NOW), formats.date_time(time), formats.exact(time)} == {case["text"]}


@pytest.mark.parametrize("case", TABLE["sizes"], ids=lambda case: case["text"])
def test_sizes(case: dict[str, Any]) -> None:
    assert formats.size_text(case["size"]) == case["text"]


@pytest.mark.parametrize("case", TABLE["numbers"], ids=lambda case: case["text"])
def test_numbers(case: dict[str, Any]) -> None:
    assert formats.number_text(float(case["number"])) == case["text"]


def test_tags_and_aliases() -> None:
    assert [formats.tag_text(case["key"], case["value"]) for case in TABLE["tags"]] == [
        case["text"] for case in TABLE["tags"]
    ]
    assert [formats.alias_text(case["alias"], case["version"]) for case in TABLE["aliases"]] == [
        case["text"] for case in TABLE["aliases"]
    ]
    assert [formats.in_order(case["aliases"]) for case in TABLE["orders"]] == [
        case["in_order"] for case in TABLE["orders"]
    ]


@pytest.mark.parametrize("case", TABLE["types"], ids=lambda case: case["text"])
def test_types(case: dict[str, Any]) -> None:
    assert formats.type_text(case["spec"]) == case["text"]
