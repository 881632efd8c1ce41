"""The command explore: the host's explorer where there is one, else the models and where to go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.verbs.explore import Explored
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]

SAID = "the explorer itself needs a notebook: run %modelreg explore there"


def test_without_a_place_for_it_the_models_are_listed(do: Do, stocked: Registry) -> None:
    result = do("explore")
    assert isinstance(result, Explored)
    assert result.value is result
    assert [row["name"] for row in result.rows] == ["iris", FRAUD]
    assert FRAUD in result.text()
    assert result.text().endswith(f"\n{SAID}")
    assert SAID in result.html()
    assert json.loads(repr(do("explore prod --json")))[0]["name"] == FRAUD


def test_with_a_place_for_it_the_value_is_the_explorer(do: Do, stocked: Registry, host: RecordingHost) -> None:
    host.shown = lambda registry, namespace: (registry.uri, namespace)
    assert do("explore").value == (stocked.uri, None)
    assert do("explore prod.ml_team").value == (stocked.uri, "prod.ml_team")
    do("use prod")
    assert do("explore").value == (stocked.uri, "prod")
    assert do("explore ml_team").value == (stocked.uri, "prod.ml_team")


def test_a_namespace_that_is_not_there(do: Do, stocked: Registry) -> None:
    with pytest.raises(NotFound, match="no catalog prd"):
        do("explore prd")


def test_a_long_list_says_how_to_see_more(do: Do, stocked: Registry) -> None:
    for at in range(60):
        stocked.models.create(f"many_{at:02}")
    assert "50 of 62 models; %modelreg models --all -n 62 shows all" in do("explore").text()
    assert " shows " not in do("explore prod").text()
