"""Whatever fits the description that the server publishes is answered as it says, and by no error of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import response_schema_conformance
from starlette.applications import Starlette
from starlette.middleware import Middleware

import jupyter_modelreg
from jupyter_modelreg.api.openapi import description
from jupyter_modelreg.api.operations import TRAVELLING
from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.mlflow_app.identity.gate import Gate
from jupyter_modelreg.mlflow_app.operations import operation_routes
from tests.support.names import FRAUD, SOURCE

# How many calls of each operation are tried; by hand many more.
EXAMPLES = int(os.environ.get("MODELREG_TEST_EXAMPLES", "5"))
PREFIX = "/api/modelreg/"
# What random text never hits upon.
NAMES = [
    "registry",
    "prod",
    "prod.ml_team",
    FRAUD,
    "iris",
    "iris/1",
    "iris@Champion",
    "Champion",
    "ana",
    "team",
    "a = 'b'",
]
Described = APIOperation[Any, Any, Any, Any]


def knowing(schema: Any) -> Any:
    """A schema in which each text may also be a name that there is."""
    if isinstance(schema, list):
        return [knowing(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if schema == {"type": "string"}:
        return {"anyOf": [{"enum": NAMES}, schema]}
    return {name: knowing(each) for name, each in schema.items()}


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Described]]:
    """Each operation of a registry with something in it, as ana asks for it."""
    path: Path = tmp_path_factory.mktemp("fuzzed") / "registry.duckdb"
    with closing(jupyter_modelreg.connect(str(path), actor="ana")) as registry:
        registry.models.create(FRAUD)
        registry.versions.register(SOURCE, "iris", check_source=False)
        registry.aliases.set("iris", "Champion", 1)
        registry.users.create("ana", password="correct horse battery")
        app = Starlette(
            routes=operation_routes(registry),
            middleware=[Middleware(Gate, sign_in=lambda asking: Caller(actor="ana"))],
        )
        told: Any = description(PREFIX, "1")
        asked = {
            path: {"post": {**each["post"], "requestBody": knowing(each["post"]["requestBody"])}}
            for path, each in told["paths"].items()
        }
        schema = schemathesis.openapi.from_dict({**told, "paths": asked})
        schema.app = app
        found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
        yield {each.path.removeprefix(PREFIX): each for each in found}


@pytest.mark.parametrize("name", sorted(each.name for each in TRAVELLING))
def test_an_operation_answers_as_it_is_described(operations: Mapping[str, Described], name: str) -> None:
    operation = operations[name]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def answered(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=[not_a_server_error, response_schema_conformance])

    answered()
