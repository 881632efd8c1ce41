"""The registry's own operations over HTTP, as the panel speaks them: `POST /api/modelreg/<operation>`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from jupyter_modelreg.api.dispatch import Envelope, dispatch, outcome
from jupyter_modelreg.api.status import status_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.identity.calling import current_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix

# Bytes of a request's body: a description, a reason and some thousand names have room in it many times over.
LARGEST = 16 << 20
_PATH = "/api/modelreg/"


def operation_routes(registry: Registry) -> Sequence[BaseRoute]:
    """The route of all operations of `registry`."""

    async def answer(request: Request) -> JSONResponse:
        name = request.path_params["operation"]
        body, as_of = await _body(request), request.query_params.get("as_of")
        reply = await anyio.to_thread.run_sync(_reply, registry, name, body, as_of)
        return JSONResponse(reply, status_of(reply))

    return [Route(under_prefix(f"{_PATH}{{operation}}"), answer, methods=["POST"])]


def operation_in(path: str) -> str | None:
    """The name of the operation that a path is of; None for any other path."""
    before, found, name = path.partition(under_prefix(_PATH))
    return name if found and not before else None


def _reply(registry: Registry, name: str, body: bytes | None, as_of: str | None) -> Envelope:
    caller = current_caller()
    assert caller is not None, "the gate lets nobody through whom it does not know"

    def call() -> JsonValue:
        moment = int(as_of) if as_of is not None and as_of.isascii() and as_of.isdigit() else as_of
        return dispatch(registry.called_by(caller), name, _params(body), as_of=moment, writable=not caller.read_only)

    return outcome(name, call)


async def _body(request: Request) -> bytes | None:
    """The body of a request; None for one that is too large, of which no more is kept."""
    read, parts = 0, []
    async for part in request.stream():
        read += len(part)
        if read <= LARGEST:
            parts.append(part)
    return b"".join(parts) if read <= LARGEST else None


def _params(body: bytes | None) -> object:
    if body is None:
        raise InvalidInput(f"the body of the request has more than {LARGEST:,} bytes", "files go by a source")
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the body of the request is not JSON", "send the parameters as a JSON object") from error
