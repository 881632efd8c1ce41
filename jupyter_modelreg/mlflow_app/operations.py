"""The registry's own operations over HTTP, as the panel speaks them: `POST /api/modelreg/<operation>`."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from jupyter_modelreg.api.dispatch import Envelope, dispatch, outcome
from jupyter_modelreg.api.http import LARGEST, parse_body, parse_moment, status_of
from jupyter_modelreg.core.identity.calling import of_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix

_PATH = "/api/modelreg/"


def operation_routes(registry: Registry) -> Sequence[BaseRoute]:
    """The route of all operations of `registry`."""

    async def answer(request: Request) -> JSONResponse:
        name = request.path_params["operation"]
        body, as_of = await body_of(request), request.query_params.get("as_of")
        reply = await anyio.to_thread.run_sync(_reply, registry, name, body, as_of)
        return JSONResponse(reply, status_of(reply))

    return [Route(under_prefix(f"{_PATH}{{operation}}"), answer, methods=["POST"])]


def operation_in(path: str) -> str | None:
    """The name of the operation that a path is of; None for any other path."""
    before, found, name = path.partition(under_prefix(_PATH))
    return name if found and not before else None


def _reply(registry: Registry, name: str, body: tuple[bytes, int], as_of: str | None) -> Envelope:
    return outcome(name, lambda: dispatch(of_caller(registry), name, parse_body(*body), as_of=parse_moment(as_of)))


async def body_of(request: Request) -> tuple[bytes, int]:
    """The body of a request, and its size; of one that is too large the beginning, and no more is kept."""
    size, parts = 0, []
    async for part in request.stream():
        if size <= LARGEST:
            parts.append(part)
        size += len(part)
    return b"".join(parts), size
