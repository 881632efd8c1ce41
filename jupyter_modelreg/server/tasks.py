"""Handlers whose work takes a while: it runs in a thread, and news of it come before the answer, a line each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event

from jupyter_modelreg.api.dispatch import Envelope, OnProgress, failure, outcome
from jupyter_modelreg.api.http import status_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import RegistryBusy
from jupyter_modelreg.core.progress import Cancelled
from jupyter_modelreg.server.base import RegistryHandler
from jupyter_modelreg.server.pools import Pool
from jupyter_modelreg.server.registries import Registries

# What a client accepts that wants to hear how far a long operation has come: one JSON object a line.
LINES = "application/x-ndjson"


class TaskHandler(RegistryHandler):
    """Answers with an envelope; to a client that accepts `application/x-ndjson` news of the work come first.

    They are `{"progress": {"what", "done", "total", "unit"}}`, a line each. The status is then that of a success,
    whatever the envelope says.
    """

    def initialize(self, registries: Registries, writable: bool) -> None:
        """See `RegistryHandler`."""
        super().initialize(registries, writable)
        self._begun: Future[Envelope] | None = None
        self._gone = Event()

    async def _perform(
        self, pool: Pool, what: str, work: Callable[[OnProgress | None], JsonValue], *, stops: bool
    ) -> Envelope | None:
        """What comes of `work` in a thread of `pool`; None when the client went away before it was its turn.

        With `stops` the work ends where it is when the client goes away; otherwise what has begun goes on.
        """
        tell = self._listener(stops)
        try:
            self._begun = pool.submit(lambda: outcome(what, lambda: work(tell)))
        except RegistryBusy as error:
            return failure(error.code, error.message, error.hint)
        try:
            return await asyncio.wrap_future(self._begun)
        except asyncio.CancelledError:
            if self._begun.cancelled():
                return None
            raise

    def on_connection_close(self) -> None:
        """The client has gone: what waits for a thread need not begin."""
        self._gone.set()
        if self._begun is not None:
            self._begun.cancel()
        super().on_connection_close()

    def _reply_with(self, reply: Envelope | None) -> None:
        """Finish with the envelope, which is the last line; None when nobody is there to be answered."""
        if reply is None:
            return
        if not self._headers_written:
            self.set_status(status_of(reply))
        self.finish(json.dumps(reply), set_content_type=LINES if self._wants_news else "application/json")

    @property
    def _wants_news(self) -> bool:
        return LINES in self.request.headers.get("Accept", "")

    def _listener(self, stops: bool) -> OnProgress | None:
        loop, wants_news = asyncio.get_running_loop(), self._wants_news

        def tell(news: Envelope) -> None:
            if self._gone.is_set():
                if stops:
                    raise Cancelled
            elif wants_news:
                loop.call_soon_threadsafe(self._tell, json.dumps(news))

        return tell if wants_news or stops else None

    def _tell(self, line: str) -> None:
        """Send a line before the envelope, which is the last one."""
        self.set_header("Content-Type", LINES)
        self.set_header("X-Accel-Buffering", "no")  # a proxy should not keep it until there is more
        self.write(f"{line}\n")
        self.flush()
