"""What all transfers share, and the files that the server keeps for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from jupyter_server.services.contents.filemanager import FileContentsManager
from tornado import web

from jupyter_modelreg.api.dispatch import Envelope, OnProgress, failure, outcome, telling
from jupyter_modelreg.api.http import parse_body
from jupyter_modelreg.api.wire import decode
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.progress import listening
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.server.files import AttachmentHandler
from jupyter_modelreg.server.pools import LONG
from jupyter_modelreg.server.registries import Registries
from jupyter_modelreg.server.tasks import TaskHandler
from jupyter_modelreg.server.transfers.kept import KeptFiles

# Bytes of an uploaded file that come in one request.
_LARGEST_PIECE = 16 << 20

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class TransferSettings:
    """What the server allows.

    Attributes:
        largest_upload: bytes of an uploaded file.
        server_sources: whether one may import from a path or URI that the account of the server can read.
    """

    largest_upload: int
    server_sources: bool


class TransferHandler(TaskHandler):
    """A handler that has files for a while, and settings."""

    def initialize(  # type: ignore[override]  # tornado hands over what the route says
        self, registries: Registries, writable: bool, kept: KeptFiles, settings: TransferSettings
    ) -> None:
        """See `RegistryHandler`."""
        super().initialize(registries, writable)
        self._kept = kept
        self._transfers = settings

    async def _transfer(self, what: str, work: Callable[[Registry], JsonValue]) -> Envelope | None:
        """What comes of `work`, which stops when the client goes away."""

        def run(tell: OnProgress | None) -> JsonValue:
            with listening(tell and telling(what, tell)):
                return work(self._registry())

        return await self._perform(LONG, what, run, stops=True)

    def _asked(self, kind: type[T], what: str) -> T:
        """The body of the request. Raises InvalidInput."""
        asked = decode(parse_body(self.request.body), kind, what)
        assert isinstance(asked, kind)
        return asked

    @property
    def _contents(self) -> FileContentsManager | None:
        """What says which folder the server shows; None when that is none of this machine."""
        found = self.contents_manager
        return found if isinstance(found, FileContentsManager) else None


class KeptFileHandler(AttachmentHandler, TransferHandler):
    """`modelreg/transfers/files/<token>`: the next piece of it comes with PUT, all of it goes with GET."""

    @web.authenticated
    async def get(self, token: str) -> None:
        """Send the file; once all of it has been sent it is gone."""
        reply = await self._refusal("write", "this file")
        if reply is not None:
            self._answer(reply)
            return
        try:
            with self._kept.use(token) as kept:
                sent = await self._send(kept.path)
        except NotFound as error:
            self._answer(failure(error.code, error.message, error.hint))
            return
        if sent:
            await asyncio.to_thread(self._kept.discard, token)

    @web.authenticated
    async def put(self, token: str) -> None:
        """Add the body at the byte `at`; answers with how many there are now."""

        def add() -> JsonValue:
            at = self.get_query_argument("at", "")
            if not at.isdecimal() or len(self.request.body) > _LARGEST_PIECE:
                raise InvalidInput("a piece of an upload says where it goes, and has 16 MiB at most")
            return self._kept.append(token, int(at), self.request.body)

        reply = await self._refusal("write", "an upload")
        if reply is None:
            reply = await asyncio.to_thread(outcome, "upload", add)
        self._answer(reply)

    @web.authenticated
    async def delete(self, token: str) -> None:
        """Remove the file."""
        reply = await self._refusal("write", "this file")
        if reply is None:
            await asyncio.to_thread(self._kept.discard, token)
            reply = {"ok": True, "result": None}
        self._answer(reply)
