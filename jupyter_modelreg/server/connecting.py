"""`modelreg/connection`: which registry the panel shows at first, and the way to another one."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from jupyter_core.utils import ensure_async
from tornado import web

from jupyter_modelreg.api.dispatch import Envelope, OnProgress, failure
from jupyter_modelreg.api.http import FORBIDDEN, parse_body
from jupyter_modelreg.api.wire import decode
from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryUnavailable
from jupyter_modelreg.core.progress import Cancelled
from jupyter_modelreg.recent import remember_registry
from jupyter_modelreg.remote.signing_in import give
from jupyter_modelreg.server.base import actor_of
from jupyter_modelreg.server.pools import ASKING
from jupyter_modelreg.server.tasks import TaskHandler
from jupyter_modelreg.uri import RegistryAddress, registry_address

_WHAT = "connecting"


@dataclass(frozen=True, kw_only=True)
class ConnectionRequest:
    """Where to connect to.

    Attributes:
        address: a path on this machine, a `modelreg:` URI, or the address of a server.
        token: what signs in at that server; None for what is found here.
        keep: whether the keyring of this machine is to keep the token.
    """

    address: str
    token: str | None = field(default=None, repr=False)
    keep: bool = False


class ConnectionHandler(TaskHandler):
    """Which registry is shown where nobody asks for another one. What notebooks work on is theirs to choose."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with its URI, None for the server's own, and the URI of that one."""
        reply = await self._refusal("read", "the connection")
        if reply is None:
            reply = {"ok": True, "result": await asyncio.to_thread(self._told)}
        self._answer(reply)

    @web.authenticated
    async def post(self) -> None:
        """Show another registry from now on, once it has answered; else the one that is shown stays."""
        reply = await self._refusal("read", _WHAT)
        if reply is None:
            may_connect = await self._may_run_code()

            def work(_: OnProgress | None) -> JsonValue:
                asked = decode(parse_body(self.request.body), ConnectionRequest, _WHAT)
                assert isinstance(asked, ConnectionRequest)
                return self._connect(asked, may_connect)

            reply = await self._perform(ASKING, _WHAT, work, stops=False)
        self._reply_with(reply)

    @web.authenticated
    async def delete(self) -> None:
        """Show the server's own registry from now on."""
        reply = await self._refusal("read", _WHAT)
        if reply is None and not await self._may_run_code():
            reply = _not_yours()
        if reply is None:
            await asyncio.to_thread(self._registries.show, self._registries.own)
            reply = {"ok": True, "result": self._told()}
        self._answer(reply)

    async def _may_run_code(self) -> bool:
        """Whether who asks could open any file on this machine anyway."""
        return bool(await ensure_async(self.authorizer.is_authorized(self, self.current_user, "execute", "kernels")))

    def _told(self) -> dict[str, JsonValue]:
        shown, own = self._registries.shown(), self._registries.own
        return {"uri": None if shown == own else shown, "own": own}

    def _connect(self, asked: ConnectionRequest, may_connect: bool) -> JsonValue:
        """Ask the registry there who is asking, and have it shown. Raises what speaks against that."""
        address = _address(asked.address)
        known = self._registries.knows(address.uri)
        # A token signs in for everybody who uses this server.
        if not (known or self._registries.connects) or not (may_connect or (known and not asked.token)):
            raise InvalidInput(
                f"this server cannot be connected to {address.uri} from here",
                "choose one that it offers, or connect to it in a notebook with %modelreg connect",
            )
        token = (asked.token or "").strip() or None
        actor = self._try(address, token)
        if self._gone.is_set():  # whoever has asked does not want it any more
            raise Cancelled
        kept = False
        if may_connect:
            self._remember(address.uri)
        if token is not None and address.server is not None:
            kept = give(address.server, token, keep=asked.keep)
            self._registries.signed_in(address.uri)
        uri = None if address.uri == self._registries.own else address.uri
        return {"uri": uri, "own": self._registries.own, "actor": actor, "kept": kept}

    def _try(self, address: RegistryAddress, token: str | None) -> str:
        """Who is asking there, once it has answered; nothing is made where nothing is."""
        if address.server is None:
            there = _is_there(address, address.uri == self._registries.own)
            registry = open_registry(address.uri, actor_of(self.identity_provider, self.current_user), token=token)
        else:
            there = True
            registry = open_registry(address.uri, token=token)
        try:
            found = registry.identity().actor
            if there:
                registry.history.last()
            return found
        finally:
            if address.server is not None:
                registry.close()

    def _remember(self, uri: str) -> None:
        try:
            self._registries.show(uri)
        except OSError as error:
            raise RegistryUnavailable(
                f"it cannot be kept which registry is to be shown: {error.strerror or error}",
                "make room in Jupyter's data folder, or make it writable",
            ) from error
        with suppress(OSError, InvalidInput):  # then it is only not offered another time
            remember_registry(uri)


def _not_yours() -> Envelope:
    return failure(
        FORBIDDEN,
        "which registry is shown at first is for those to choose who may run code on this server",
        "ask the administrator of this server for it",
    )


def _address(text: str) -> RegistryAddress:
    if not text.strip():
        raise InvalidInput("name a registry", "write a path, a modelreg: URI, or https://host")
    return registry_address(text.strip())


def _is_there(address: RegistryAddress, own: bool) -> bool:
    """Whether there is such a file. Raises NotFound where there is none: a slip would make an empty registry.

    The server's own is made when it is used.
    """
    try:
        there = address.may_be_there
    except OSError as error:
        raise InvalidInput(f"{address.path} cannot be looked at: {error.strerror}", "name another path") from error
    if not there and not own:
        raise NotFound(
            f"there is no registry at {address.path}",
            "check the path, which is of the machine that Jupyter runs on; %modelreg connect makes a new one",
        )
    return there
