"""The description of the operations for those who call them over HTTP."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from jupyter_modelreg.api.dispatch import dispatch
from jupyter_modelreg.api.openapi import description
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.api.wire import encode
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE

DESCRIBED: Any = description("/api/modelreg/", "1")


def result_schema(name: str) -> Any:
    """What an operation gives, as a schema that holds what it refers to."""
    post = DESCRIBED["paths"][f"/api/modelreg/{name}"]["post"]
    told = post["responses"]["200"]["content"]["application/json"]["schema"]
    return {**told, "components": DESCRIBED["components"]}


def test_what_travels_is_described_and_nothing_else() -> None:
    travelling = {name for name, operation in OPERATIONS.items() if operation.local_only is None}
    assert {path.removeprefix("/api/modelreg/") for path in DESCRIBED["paths"]} == travelling


def test_every_schema_is_one() -> None:
    for name in DESCRIBED["components"]["schemas"]:
        jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]})


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("registry.status", {}),
        ("registry.whoami", {}),
        ("models.get", {"name": "iris"}),
        ("models.list", {}),
        ("versions.get", {"reference": "iris/1"}),
        ("versions.find", {}),
        ("history.list", {}),
        ("grants.effective", {"on": "iris"}),
    ],
)
def test_what_comes_is_what_is_described(registry: Registry, name: str, params: dict[str, object]) -> None:
    registry.versions.register(SOURCE, "iris", check_source=False, tags={"team": "risk"})
    registry.aliases.set("iris", "Champion", 1)
    schema = result_schema(name)
    told = encode(dispatch(registry, name, params))
    jsonschema_rs.validate(schema, {"ok": True, "result": told})
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema, {"ok": True, "result": 17})


def test_a_write_is_of_the_present_only() -> None:
    for name, operation in OPERATIONS.items():
        if operation.local_only is None:
            asked = DESCRIBED["paths"][f"/api/modelreg/{name}"]["post"]["parameters"]
            assert bool(asked) is not operation.writes
