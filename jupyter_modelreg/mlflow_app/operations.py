"""The registry's own operations over HTTP, as the panel speaks them: `POST /api/modelreg/<operation>`.

`GET /api/modelreg/openapi.json` describes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from jupyter_modelreg.api.dispatch import Envelope, dispatch, outcome
from jupyter_modelreg.api.http import LARGEST, VERSION_HEADER, parse_body, parse_moment, status_of
from jupyter_modelreg.api.openapi import description
from jupyter_modelreg.api.wire import encode
from jupyter_modelreg.core.context import noting_warnings, own_version
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.identity.calling import of_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.text import check_argument
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix

_PATH = "/api/modelreg/"


def operation_routes(registry: Registry) -> Sequence[BaseRoute]:
    """The route of all operations of `registry`, and that of what describes them."""
    path = under_prefix(_PATH)

    async def answer(request: Request) -> JSONResponse:
        name = request.path_params["operation"]
        body = await body_of(request)
        reply = await anyio.to_thread.run_sync(_reply, registry, name, body, request.query_params)
        return JSONResponse(reply, status_of(reply), {VERSION_HEADER: own_version()})

    async def described(request: Request) -> JSONResponse:
        return JSONResponse(await anyio.to_thread.run_sync(description, path, own_version()))

    return [
        Route(f"{path}openapi.json", described, methods=["GET"]),
        Route(f"{path}{{operation}}", answer, methods=["POST"]),
    ]


def operation_in(path: str) -> str | None:
    """The name of the operation that a path is of; None for any other path."""
    before, found, name = path.partition(under_prefix(_PATH))
    return name if found and not before else None


def _reply(registry: Registry, name: str, body: tuple[bytes, int], asked: Mapping[str, str]) -> Envelope:
    """The answer, with what there is to know about what was done, as `warnings`; a command tells it with its result."""
    with noting_warnings() as warnings:
        reply = outcome(name, lambda: _result(registry, name, body, asked))
    return {**reply, "warnings": encode(warnings)} if warnings else reply


def _result(registry: Registry, name: str, body: tuple[bytes, int], asked: Mapping[str, str]) -> JsonValue:
    own, principal = of_caller(registry), asked.get("as")
    if principal is not None:
        check_argument("as", principal)
        own = own.acting_as(principal)
    as_of, whole = parse_moment(asked.get("as_of")), asked.get("whole") == "1"
    return dispatch(own, name, parse_body(*body), as_of=as_of, whole=whole)


async def body_of(request: Request) -> tuple[bytes, int]:
    """The body of a request, and its size; of one that is too large the beginning, and no more is kept."""
    size, parts = 0, []
    async for part in request.stream():
        if size <= LARGEST:
            parts.append(part)
        size += len(part)
    return b"".join(parts), size
