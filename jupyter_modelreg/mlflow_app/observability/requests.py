"""Each request as it is counted and logged: what it was about, who made it, how it ended, and how long it took."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Collection
from http import HTTPStatus
from typing import NamedTuple

from flask import Flask
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.mlflow_app.observability.metrics import count_request
from jupyter_modelreg.mlflow_app.operations import operation_in
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix

# Where the gate leaves who was let in.
ACTOR = "modelreg.actor"
_LOG = logging.getLogger("jupyter_modelreg.requests")
_REQUEST_ID = re.compile(r"[\w.:-]{1,64}")
_API = re.compile(r"/(?:ajax-)?api/\d+\.\d+/(?:mlflow/|(?=mlflow-artifacts|unity-catalog))(.*)")
_OPEN = ("/health", "/metrics")


class Topic(NamedTuple):
    """What a request is about, in as few words as there are kinds of requests: a path could be anything."""

    part: str
    operation: str


class Observed:
    """An ASGI middleware around all others: it counts each request, logs it, and gives it an id.

    Args:
        app: what is behind it.
        flask_app: MLflow's, whose routes without variables are told apart.
    """

    def __init__(self, app: ASGIApp, flask_app: Flask) -> None:
        self._app = app
        self._known = frozenset(
            found[1].partition("/<")[0]
            for rule in flask_app.url_map.iter_rules()
            if (found := _API.match(rule.rule.removeprefix(under_prefix(""))))
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)  # what the server answers where nothing else does
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._note(scope, status, time.perf_counter() - began, request_id)

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        path, method, actor = scope["path"], scope["method"], scope.get(ACTOR)
        topic = topic_of(path, self._known)
        count_request(topic.part, topic.operation, method, status, seconds)
        if topic.part == "health":
            return  # asked every few seconds by whatever looks after the server
        # Without the query, which may hold what is searched for.
        fields = {
            "method": method,
            "path": path,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "actor": actor,
            "address": scope["client"][0] if scope.get("client") else None,
            "request_id": request_id,
        }
        _LOG.info("%s %s %s", method, path, status, extra={"fields": fields})


def topic_of(path: str, known: Collection[str]) -> Topic:
    """What a request for `path` is about; `known` are the paths of MLflow's API, up to what is variable in them."""
    operation = operation_in(path)
    if operation is not None:
        return Topic("operations", operation if operation in OPERATIONS else "other")
    path = path.removeprefix(under_prefix(""))
    if path in _OPEN:
        return Topic("health", path[1:])
    found = _API.match(path)
    if found is None:
        return Topic("pages", "")
    rest = found[1]
    part, _, inner = rest.partition("/")
    if part in ("mlflow-artifacts", "unity-catalog"):
        return Topic(part, inner.partition("/")[0] if part == "mlflow-artifacts" else "")
    return Topic("mlflow", next((each for each in _prefixes(rest) if each in known), "other"))


def _prefixes(path: str) -> list[str]:
    """`a/b/c`, `a/b` and `a`."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
