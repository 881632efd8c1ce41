"""The handlers behind every operation, and the one that lists the registries there are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from http import HTTPStatus

from tornado import web

from jupyter_modelreg.api.dispatch import Envelope, dispatch, failure, outcome
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, RegistryBusy
from jupyter_modelreg.server.base import RegistryHandler, status_of
from jupyter_modelreg.server.pools import pool_for
from jupyter_modelreg.server.registries import Registries

# What a client accepts that wants to hear how far a long operation has come: one JSON object a line.
_LINES = "application/x-ndjson"

# Bytes of a request's body: a description, a reason and some thousand names have room in it many times over.
_LARGEST = 16 << 20
# What an open panel asks every few seconds; asking does not mean that somebody is at work (JupyterHub culls the idle).
_POLLED = frozenset({"history.last", "history.list", "registry.status"})
# Reads that hash every file there is: for those who may write.
_HEAVY = frozenset({"maintenance.verify"})


class OperationHandler(RegistryHandler):
    """`POST modelreg/api/<operation>` with the parameters as a JSON object; always answers with an envelope.

    To a client that accepts `application/x-ndjson` news of a long operation come first, a line each:
    `{"progress": {"what", "done", "total"}}`. The status is then that of a success, whatever the envelope says.
    """

    def initialize(self, registries: Registries, writable: bool) -> None:
        """See `RegistryHandler`."""
        super().initialize(registries, writable)
        self._begun: Future[Envelope] | None = None

    @web.authenticated
    async def post(self, name: str) -> None:
        """Call the operation `name`, if the user is authorised to read or to write."""
        self._track_activity = name not in _POLLED
        action = "write" if name in _HEAVY or (name in OPERATIONS and OPERATIONS[name].writes) else "read"
        reply = await self._refusal(action, name) or await self._reply(name)
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
        """What is to run in a thread."""
        body, loop, wants_news = self.request.body, asyncio.get_running_loop(), self._wants_news

        def tell(news: Envelope) -> None:
            loop.call_soon_threadsafe(self._tell, json.dumps(news))

        def work() -> JsonValue:
            return dispatch(
                self._registry(), name, _parse(body), writable=self._writable, on_progress=tell if wants_news else None
            )

        return work

    def _tell(self, line: str) -> None:
        """Send a line before the envelope, which is the last one."""
        self.set_header("Content-Type", _LINES)
        self.set_header("X-Accel-Buffering", "no")  # a proxy should not keep it until there is more
        self.write(f"{line}\n")
        self.flush()


def _parse(body: bytes) -> object:
    if len(body) > _LARGEST:
        raise InvalidInput(
            f"the body of the request has {len(body):,} bytes", f"send {_LARGEST:,} bytes at most; files go by a source"
        )
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the body of the request is not JSON", "send the parameters as a JSON object") from error


class RegistriesHandler(RegistryHandler):
    """`GET modelreg/registries`: those one can switch between, each with its URI (see `KnownRegistry`)."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with the list."""
        reply = await self._refusal("read", "the list of registries")
        if reply is None:
            known = await asyncio.to_thread(self._registries.known)
            reply = {"ok": True, "result": [asdict(each) for each in known]}
        self._answer(reply)
