"""The handlers behind every operation, and the one that lists the registries there are."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from http import HTTPStatus

from tornado import web

from jupyter_modelreg.api.dispatch import OnProgress, dispatch
from jupyter_modelreg.api.http import parse_body
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.remote.signing_in import keyring_there
from jupyter_modelreg.server.base import RegistryHandler
from jupyter_modelreg.server.pools import pool_for
from jupyter_modelreg.server.tasks import TaskHandler
from jupyter_modelreg.uri import registry_address

# What an open panel asks every few seconds; asking does not mean that somebody is at work (JupyterHub culls the idle).
_POLLED = frozenset({"history.last", "history.list", "registry.status"})
# Changes that send files to a server first, and tell how far that has come: until all are there, nothing is changed.
_SENDING = frozenset({"versions.register"})
# Reads that hash every file there is: for those who may write.
_HEAVY = frozenset({"maintenance.verify"})


class OperationHandler(TaskHandler):
    """`POST modelreg/api/<operation>` with the parameters as a JSON object; always answers with an envelope.

    `?as_of=…`, epoch milliseconds or a time as people write it, asks the registry as it was then.
    """

    @web.authenticated
    async def post(self, name: str) -> None:
        """Call the operation `name`, if the user is authorised to read or to write.

        When the client goes away, a read that has begun stops where it is, as soon as it would tell how far it has
        come; a change goes on, and is whole, but that files which are still sent to another server are sent no further.
        """
        self._track_activity = name not in _POLLED
        writes = name in OPERATIONS and OPERATIONS[name].writes
        reply = await self._refusal("write" if writes or name in _HEAVY else "read", name)
        if reply is None:
            body = self.request.body
            as_of = self._as_of()

            def work(tell: OnProgress | None) -> JsonValue:
                params = parse_body(body)
                registry = self._registry()
                return dispatch(registry, name, params, as_of=as_of, writable=self._writable, on_progress=tell)

            stops = not writes or (name in _SENDING and await asyncio.to_thread(self._is_elsewhere))
            reply = await self._perform(pool_for(name), name, work, stops=stops)
        self._reply_with(reply)

    def _is_elsewhere(self) -> bool:
        """Whether the request is about a registry that another server has."""
        try:
            return (
                registry_address(self._registries.resolve(self.get_query_argument("registry", None))).server is not None
            )
        except RegistryError:  # which the operation says
            return False

    def _log(self) -> None:
        """Note the request in the log of the server: what was looked for in vain is an answer, and no warning.

        A dialog asks at each key whether there is a model of the name that is being typed.
        """
        if self.get_status() == HTTPStatus.NOT_FOUND:
            self.log.debug("%d %s %s", self.get_status(), self.request.method, self.request.path)
        else:
            super()._log()


class RegistriesHandler(RegistryHandler):
    """`GET modelreg/registries`: those one can switch between, and how one connects to another.

    `known` are they (see `KnownRegistry`), `connects` says whether others may be connected to, and `keyring` whether
    this machine can keep a token.
    """

    @web.authenticated
    async def get(self) -> None:
        """Answer with the list."""
        reply = await self._refusal("read", "the list of registries")
        if reply is None:
            known = await asyncio.to_thread(self._registries.known)
            offer: dict[str, JsonValue] = {
                "known": [asdict(each) for each in known],
                "connects": self._registries.connects,
                "keyring": await asyncio.to_thread(keyring_there),
            }
            reply = {"ok": True, "result": offer}
        self._answer(reply)
