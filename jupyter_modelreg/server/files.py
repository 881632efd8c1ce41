"""One file of a version, for the panel to show or to download: `GET modelreg/files/<model>/<version>/<path>`.

`?as_of=…`, epoch milliseconds, means the version that was called that then.
"""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path
from urllib.parse import quote

from tornado import web
from tornado.iostream import StreamClosedError

from jupyter_modelreg.api.dispatch import failure, outcome
from jupyter_modelreg.api.http import HARMLESS
from jupyter_modelreg.core.errors import RegistryBusy
from jupyter_modelreg.server.base import RegistryHandler
from jupyter_modelreg.server.pools import QUICK

# Bytes read and sent at a time.
_CHUNK = 1 << 20


class AttachmentHandler(RegistryHandler):
    """Sends files as something to save.

    Whoever made a model wrote what is in it, so a browser that is led here neither shows it nor runs it: it is an
    attachment, of no other type than it says, in a sandbox.
    """

    @property
    def content_security_policy(self) -> str:
        """Nothing of what is sent may run, or fetch anything."""
        return HARMLESS["Content-Security-Policy"]

    async def _send(self, place: Path) -> bool:
        """Send the file at `place`; whether all of it has gone out."""
        kind = mimetypes.guess_type(place.name, strict=False)[0] or "application/octet-stream"
        self.set_header("Content-Type", kind)
        self.set_header("Content-Length", str(place.stat().st_size))
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(place.name)}")
        for name, value in HARMLESS.items():
            self.set_header(name, value)
        with place.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                self.write(chunk)
                try:
                    await self.flush()
                except StreamClosedError:  # nobody is there to go on for
                    return False
        return True


class FileHandler(AttachmentHandler):
    """Sends a file of the manifest of a version."""

    @web.authenticated
    async def get(self, model: str, version: str, path: str) -> None:
        """Send the file, if the user is authorised to read."""
        refusal = await self._refusal("read", "this file")
        if refusal is not None:
            self._answer(refusal)
            return
        found = list[Path]()
        as_of = self._as_of()

        def find() -> None:
            registry = self._registry()
            then = registry if as_of is None else registry.as_of(as_of)
            found.append(then.versions.file(f"{model}/{version}", path))

        try:
            reply = await asyncio.wrap_future(QUICK.submit(lambda: outcome("versions.file", find)))
        except RegistryBusy as error:
            reply = failure(error.code, error.message, error.hint)
        if found:
            await self._send(found[0])
        else:
            self._answer(reply)
