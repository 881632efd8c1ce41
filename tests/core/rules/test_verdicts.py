"""Which values of tags are verdicts, held against the table that the panel is held against as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_modelreg.core.rules.verdicts import BAD, GOOD, verdict

TABLE = Path(__file__).parents[3] / "labextension" / "tests" / "cases" / "formats.json"
CASES = json.loads(TABLE.read_text("utf-8"))["verdicts"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["value"] or "none")
def test_verdicts(case: dict[str, str]) -> None:
    assert verdict(case["value"]) == case["tone"]


def test_every_word_has_a_case() -> None:
    assert {*GOOD, *BAD} == {case["value"].strip().lower() for case in CASES if case["tone"]}
