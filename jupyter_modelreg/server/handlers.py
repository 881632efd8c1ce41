"""The one handler behind every operation."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider, User
from jupyter_server.base.handlers import APIHandler
from tornado import web

from jupyter_modelreg.api.dispatch import Envelope, dispatch, failure, outcome
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.connection import current_actor, open_registry
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, RegistryBusy
from jupyter_modelreg.server.pools import pool_for

RESOURCE = "modelreg"

# What a client accepts that wants to hear how far a long operation has come: one JSON object a line.
_LINES = "application/x-ndjson"

# Bytes of a request's body: a description, a reason and some thousand names have room in it many times over.
_LARGEST = 16 << 20
# What an open panel asks every few seconds; asking does not mean that somebody is at work (JupyterHub culls the idle).
_POLLED = frozenset({"history.last", "history.list", "registry.status"})
# Reads that hash every file there is: for those who may write.
_HEAVY = frozenset({"maintenance.verify"})
# The one code that is the server's and not the registry's.
_FORBIDDEN = "FORBIDDEN"
_ANONYMOUS = re.compile(r"anonymous|[0-9a-f]{32}")
_STATUS: Mapping[str, HTTPStatus] = {
    "INVALID_INPUT": HTTPStatus.BAD_REQUEST,
    "ARCHIVING_REFUSED": HTTPStatus.BAD_REQUEST,
    "POLICY_REFUSED": HTTPStatus.BAD_REQUEST,
    "SOURCE_UNAVAILABLE": HTTPStatus.BAD_REQUEST,
    "SOURCE_UNRESOLVED": HTTPStatus.BAD_REQUEST,
    _FORBIDDEN: HTTPStatus.FORBIDDEN,
    "WRITES_OFF": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "ALIAS_NOT_FOUND": HTTPStatus.NOT_FOUND,
    "ALREADY_EXISTS": HTTPStatus.CONFLICT,
    "CONFLICT": HTTPStatus.CONFLICT,
    "INVALID_STATE": HTTPStatus.CONFLICT,
    "BUSY": HTTPStatus.SERVICE_UNAVAILABLE,
    "UNUSABLE": HTTPStatus.SERVICE_UNAVAILABLE,
}


class OperationHandler(APIHandler):
    """`POST modelreg/api/<operation>` with the parameters as a JSON object; always answers with an envelope.

    To a client that accepts `application/x-ndjson` news of a long operation come first, a line each:
    `{"progress": {"what", "done", "total"}}`. The status is then that of a success, whatever the envelope says.
    """

    def initialize(self, uri: str, writable: bool) -> None:
        """Remember which registry this is, and whether it may be changed from here."""
        self._uri = uri
        self._writable = writable
        self._begun: Future[Envelope] | None = None

    @web.authenticated
    async def post(self, name: str) -> None:
        """Call the operation `name`, if the user is authorised to read or to write."""
        self._track_activity = name not in _POLLED
        action = "write" if name in _HEAVY or (name in OPERATIONS and OPERATIONS[name].writes) else "read"
        if await ensure_async(self.authorizer.is_authorized(self, self.current_user, action, RESOURCE)):
            reply = await self._reply(name)
        else:
            reply = failure(
                _FORBIDDEN,
                f"{name} needs permission to {action}, which this server does not give you",
                "ask the administrator of this server for it",
            )
        if reply is None:  # nobody is there to be answered
            return
        if not self._headers_written:
            self.set_status(status_of(reply))
        self.finish(json.dumps(reply), set_content_type=_LINES if self._wants_news else "application/json")

    async def _reply(self, name: str) -> Envelope | None:
        """What comes of the operation; None when the client went away before it was its turn."""
        work = self._work(name)
        try:
            self._begun = pool_for(name).submit(lambda: outcome(name, work))
        except RegistryBusy as error:
            return failure(error.code, error.message, error.hint)
        try:
            return await asyncio.wrap_future(self._begun)
        except asyncio.CancelledError:
            if self._begun.cancelled():
                return None
            raise

    def on_connection_close(self) -> None:
        """The client has gone: what waits for a thread need not begin. What has begun goes on, and is whole."""
        if self._begun is not None:
            self._begun.cancel()
        super().on_connection_close()

    def _log(self) -> None:
        """Note the request in the log of the server: what was looked for in vain is an answer, and no warning.

        A dialog asks at each key whether there is a model of the name that is being typed.
        """
        if self.get_status() == HTTPStatus.NOT_FOUND:
            self.log.debug("%d %s %s", self.get_status(), self.request.method, self.request.path)
        else:
            super()._log()

    @property
    def _wants_news(self) -> bool:
        return _LINES in self.request.headers.get("Accept", "")

    def _work(self, name: str) -> Callable[[], JsonValue]:
        """What is to run in a thread. A registry is cheap to open: all of a process share one lease on its file."""
        actor, body = actor_of(self.identity_provider, self.current_user), self.request.body
        loop, wants_news = asyncio.get_running_loop(), self._wants_news

        def tell(news: Envelope) -> None:
            loop.call_soon_threadsafe(self._tell, json.dumps(news))

        def work() -> JsonValue:
            return dispatch(
                open_registry(self._uri, actor),
                name,
                _parse(body),
                writable=self._writable,
                on_progress=tell if wants_news else None,
            )

        return work

    def _tell(self, line: str) -> None:
        """Send a line before the envelope, which is the last one."""
        self.set_header("Content-Type", _LINES)
        self.set_header("X-Accel-Buffering", "no")  # a proxy should not keep it until there is more
        self.write(f"{line}\n")
        self.flush()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Refusals of the server itself (no token, wrong XSRF cookie, not authorised), in the same envelope."""
        answer_refusal(self, status_code, kwargs)


def answer_refusal(handler: APIHandler, status_code: int, error_info: Mapping[str, Any]) -> None:
    """Answer with what Jupyter Server refused, as an envelope; `error_info` is what its `write_error` gets."""
    error = error_info.get("exc_info", (None, None))[1]
    phrase = HTTPStatus(status_code).phrase
    said = (error.log_message if isinstance(error, web.HTTPError) else None) or phrase
    refused = status_code == HTTPStatus.FORBIDDEN
    hint = "reload the page and log in again" if refused else "the log of the Jupyter server says more"
    handler.set_header("Content-Type", "application/json")
    handler.finish(json.dumps(failure(_FORBIDDEN if refused else "INTERNAL", said, hint)))


def actor_of(provider: IdentityProvider, user: User) -> str:
    """On whose behalf a request runs.

    The user the identity provider has authenticated, as JupyterHub's does, visitors of a shared server included.
    Jupyter Server's own providers know a token or a password but no names: they invent an anonymous user for each
    login, so there it is whoever runs the server, the same actor as in its kernels.
    """
    nameless = type(provider) in (IdentityProvider, PasswordIdentityProvider)
    return current_actor() if nameless or _ANONYMOUS.fullmatch(user.username) else user.username


def _parse(body: bytes) -> object:
    if len(body) > _LARGEST:
        raise InvalidInput(
            f"the body of the request has {len(body):,} bytes", f"send {_LARGEST:,} bytes at most; files go by a source"
        )
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the body of the request is not JSON", "send the parameters as a JSON object") from error


def status_of(reply: Envelope) -> HTTPStatus:
    """The HTTP status that goes with an envelope."""
    error = reply.get("error")
    if not isinstance(error, dict):
        return HTTPStatus.OK
    return _STATUS.get(str(error["code"]), HTTPStatus.INTERNAL_SERVER_ERROR)
