"""Import, from an uploaded archive or from what the server can reach."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tornado import web

from jupyter_modelreg.api.dispatch import Envelope, check_writable, outcome
from jupyter_modelreg.api.wire import encode
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.server.transfers.base import TransferHandler
from jupyter_modelreg.uri import registry_address, scheme_of


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What to import: the token of an `upload`, or else a `source`; the rest as in `Exchange.import_from`."""

    upload: str | None = None
    source: str | None = None
    into: str | None = None
    dry_run: bool = False
    skip_signature_check: bool = False
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class UploadRequest:
    """A file that is to be uploaded: its name, and how many bytes it has."""

    name: str
    size: int


class ImportHandler(TransferHandler):
    """`POST modelreg/transfers/import`."""

    @web.authenticated
    async def post(self) -> None:
        """Import, or say what would be imported; answers with the report (see `ImportReport`).

        An uploaded file is gone once it has been imported, or its client has gone.
        """
        used: list[tuple[str, Path, bool]] = []

        def work(registry: Registry) -> JsonValue:
            check_writable("an import", self._writable)
            asked = self._asked(ImportRequest, "import")
            if asked.upload is None:
                return _import(registry, asked, self._source(asked.source), None)
            with self._kept.use(asked.upload) as kept:
                used.append((kept.token, kept.path, asked.dry_run))
                return _import(registry, asked, str(kept.path), kept.path.name)

        reply = await self._refusal("write", "an import")
        if reply is None:
            reply = await self._transfer("import", work)
        for token, path, dry_run in used:
            if self._gone.is_set() or (reply is not None and reply["ok"] and not dry_run):
                await asyncio.to_thread(self._kept.discard, token)
            reply = reply and _shown(reply, path)
        self._reply_with(reply)

    def _source(self, source: str | None) -> str:
        """A path or URI, a relative path being one below the folder that the server shows. Raises InvalidInput."""
        if not source:
            raise InvalidInput("nothing to import is named", "choose a file, or name a path or URI")
        if not self._transfers.server_sources:
            raise InvalidInput(
                "this server imports uploaded files only", "upload an archive, or run %modelreg import in a notebook"
            )
        contents = self._contents
        if scheme_of(source) or source.startswith("~") or contents is None:
            return source
        return str(Path(contents.root_dir).absolute() / source)


class UploadHandler(TransferHandler):
    """`POST modelreg/transfers/uploads`: announces a file."""

    @web.authenticated
    async def post(self) -> None:
        """Answer with the token under which the file is to be sent, piece by piece."""

        def announce() -> JsonValue:
            check_writable("an upload", self._writable)
            asked = self._asked(UploadRequest, "upload")
            most = self._transfers.largest_upload
            if not 0 <= asked.size <= most:
                raise InvalidInput(
                    f"{asked.name} has {asked.size:,} bytes, and this server takes uploads of {most:,} bytes at most",
                    "import it by its path on the server, or have ModelregExtension.largest_upload raised",
                )
            kept = self._kept.new(registry_address(self._registry().uri).path, asked.name, asked.size)
            kept.path.touch()
            return {"token": kept.token}

        reply = await self._refusal("write", "an upload")
        if reply is None:
            reply = await asyncio.to_thread(outcome, "upload", announce)
        self._answer(reply)


def _import(registry: Registry, asked: ImportRequest, source: str, called: str | None) -> JsonValue:
    # No `allow_local_paths`: whoever sends that would have files of this machine copied to where others read them.
    report = registry.exchange.import_from(
        source,
        into=asked.into,
        dry_run=asked.dry_run,
        skip_signature_check=asked.skip_signature_check,
        reason=asked.reason,
        called=called,
    )
    return encode(report)


def _shown(reply: Envelope, path: Path) -> Envelope:
    """An error that names an uploaded file as whoever chose it does, and not by where it is kept for a while."""
    error = reply.get("error")
    if not isinstance(error, dict):
        return reply
    said = {key: text.replace(str(path), path.name) if isinstance(text, str) else text for key, text in error.items()}
    return {**reply, "error": said}
