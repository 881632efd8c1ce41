"""The gate before all routes: who is not let in gets 401, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

import anyio
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.identity.calling import called_by
from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.mlflow_app.identity.attempts import TooManyAttempts
from jupyter_modelreg.mlflow_app.observability.metrics import count_refused
from jupyter_modelreg.mlflow_app.observability.requests import ACTOR
from jupyter_modelreg.mlflow_app.reading import only_reads

_CHALLENGE = 'Basic realm="modelreg", charset="UTF-8"'


@dataclass(frozen=True)
class Asking:
    """What a request shows of whoever makes it: its headers, and the address that it comes from."""

    headers: Mapping[str, str]
    address: str | None


SignIn = Callable[[Asking], Caller | None]
"""Who that is; None for nobody who is let in.

Raises TooManyAttempts for one who has to wait, and RegistryError where the registry cannot be asked.
"""


class Gate:
    """An ASGI middleware, and so before MLflow's routes in Flask and in FastAPI alike.

    Args:
        app: what is behind it.
        sign_in: says who asks.
        open_paths: what everybody may ask, for those who look whether the server is there.
        places: from where the server reads models for callers; see `Caller.places`.
    """

    def __init__(
        self, app: ASGIApp, sign_in: SignIn, open_paths: Collection[str] = (), places: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._sign_in = sign_in
        self._open = frozenset(open_paths)
        self._places = tuple(places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through on behalf of whoever makes it, or answer it."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in self._open:
            await self._app(scope, receive, send)
            return
        asking = Asking(Headers(scope=scope), scope["client"][0] if scope.get("client") else None)
        try:
            caller = await anyio.to_thread.run_sync(self._sign_in, asking)
        except RegistryError as error:
            await _refuse(scope, receive, send, HTTPStatus.SERVICE_UNAVAILABLE, "TEMPORARILY_UNAVAILABLE", str(error))
            return
        except TooManyAttempts as error:
            count_refused("too many attempts")
            wait = {"Retry-After": str(math.ceil(error.seconds))}
            code = "REQUEST_LIMIT_EXCEEDED"
            await _refuse(scope, receive, send, HTTPStatus.TOO_MANY_REQUESTS, code, str(error), wait)
            return
        if caller is None:
            count_refused("unknown" if "authorization" in asking.headers else "nobody")
            challenge = {"WWW-Authenticate": _CHALLENGE}
            await _refuse(scope, receive, send, HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED", _who(asking), challenge)
            return
        scope[ACTOR] = caller.actor
        if caller.read_only and not only_reads(scope):
            said = "your token is for looking only; use one that was made without --read-only"
            await _refuse(scope, receive, send, HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", said)
        else:
            with called_by(replace(caller, groups=tuple(caller.groups), places=self._places)):
                await self._app(scope, receive, send)


def _who(asking: Asking) -> str:
    if "authorization" in asking.headers:
        return "that is nobody who is let in here: the password or the token is wrong, has expired, or was revoked"
    return "say who you are, by a token (MLFLOW_TRACKING_TOKEN) or by name and password (MLFLOW_TRACKING_USERNAME)"


async def _refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: HTTPStatus,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer as MLflow does, whose clients read `error_code` and `message`."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": message})
        return
    await JSONResponse({"error_code": code, "message": message}, status, headers)(scope, receive, send)
