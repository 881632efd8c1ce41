"""The short way to MLflow's registry routes, past what of MLflow's application has nothing to do for them.

MLflow's application asks two functions about each request, for workspaces and for its gateway, and looks through some
hundred routes before Flask gets it, by tasks and streams of their own: three times the work of an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import anyio
from fastapi import FastAPI
from flask import Flask
from mlflow.environment_variables import MLFLOW_ENABLE_WORKSPACES
from mlflow.utils.workspace_utils import WORKSPACE_HEADER_NAME
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix, wsgi_environ

_SHORT = ("/api/2.0/mlflow/registered-models/", "/api/2.0/mlflow/model-versions/")
_WORKSPACE = WORKSPACE_HEADER_NAME.lower().encode()
# The functions that have nothing to do for a request of the registry which names no workspace.
_IDLE = frozenset({"workspace_context_middleware", "gateway_timing_middleware"})


class ShortWay:
    """An ASGI middleware that hands requests for MLflow's registry to Flask, which answers them either way.

    What MLflow looks at for security is looked at here, too: hosts, origins, headers of the answer.

    Args:
        app: all of MLflow's application, which answers the rest.
        flask_app: the part of it that has the registry's routes.
        guards: wrap the short way; see `guards_of`.
    """

    def __init__(self, app: ASGIApp, flask_app: Flask, guards: Callable[[ASGIApp], ASGIApp]) -> None:
        self._app = app
        self._short = guards(_Answered(flask_app))
        self._paths = tuple(map(under_prefix, _SHORT))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or leave it to MLflow."""
        short = scope["type"] == "http" and scope["path"].startswith(self._paths)
        if short and not any(name == _WORKSPACE for name, _ in scope["headers"]):
            await self._short(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def guards_of(app: FastAPI) -> Callable[[ASGIApp], ASGIApp] | None:
    """What `app` of MLflow's puts around its routes, but for what is idle there.

    None where there is something that nobody knows here, or that has to know the workspace, as it has to be asked.
    """
    if MLFLOW_ENABLE_WORKSPACES.get():
        return None
    asked: list[Any] = []
    around: Sequence[Any] = app.user_middleware
    for each in around:
        if each.cls is not BaseHTTPMiddleware:
            asked.append(each)
        elif getattr(each.kwargs.get("dispatch"), "__name__", None) not in _IDLE:
            return None

    def guards(inner: ASGIApp) -> ASGIApp:
        for each in reversed(asked):
            inner = each.cls(inner, *each.args, **each.kwargs)
        return inner

    return guards


class _Answered:
    """A WSGI application as an ASGI one, for answers that are there as a whole: one thread, one message."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ = wsgi_environ(scope, await _body(receive))
        start, body = await anyio.to_thread.run_sync(self._answer, environ)
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _answer(self, environ: dict[str, Any]) -> tuple[Message, bytes]:
        started: list[Message] = []

        def start_response(status: str, headers: Sequence[tuple[str, str]], error: object = None) -> None:
            sent = [(name.strip().lower().encode("ascii"), value.strip().encode("ascii")) for name, value in headers]
            started[:] = [{"type": "http.response.start", "status": int(status[:3]), "headers": sent}]

        parts = self._app(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        return started[0], body


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)
