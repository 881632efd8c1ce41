"""Whether the server is there, for those who look after it."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix


def health_routes(registry: Registry) -> Sequence[BaseRoute]:
    """`GET /health`: `OK`, as MLflow's own; 503 where the registry does not answer, and nothing about why."""

    async def health(request: Request) -> PlainTextResponse:
        try:
            await anyio.to_thread.run_sync(registry.history.last)
        except RegistryError:
            return PlainTextResponse("the registry does not answer", 503)
        return PlainTextResponse("OK")

    return [Route(under_prefix("/health"), health, methods=["GET", "HEAD"])]
