"""Export and backup: a file that is made to be downloaded, or in the folder that the server shows."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from jupyter_core.paths import is_hidden
from jupyter_core.utils import ensure_async
from tornado import web

from jupyter_modelreg.api.dispatch import Envelope, failure
from jupyter_modelreg.api.http import FORBIDDEN
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.server.transfers.base import TransferHandler
from jupyter_modelreg.uri import registry_address


@dataclass(frozen=True, kw_only=True)
class FileRequest:
    """A file to make.

    Attributes:
        path: where to leave it, below the folder that the server shows; None to have it downloaded.
    """

    path: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExportRequest(FileRequest):
    """What to export: see `Exchange.export_to`."""

    references: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class BackupRequest(FileRequest):
    """How to back up: see `Maintenance.backup`."""

    skip_damaged: bool = False


Asked = TypeVar("Asked", bound=FileRequest)


class MakingHandler(TransferHandler, Generic[Asked]):
    """Makes a file. It reads, and hashes, all that goes into it, so it is for those who may write."""

    what: str
    request_type: type[Asked]

    @web.authenticated
    async def post(self) -> None:
        """Make it; answers with a report, the name of the file, and its path on the server or its token."""
        made: list[str] = []

        def work(registry: Registry) -> JsonValue:
            asked = self._asked(self.request_type, self.what)
            if asked.path is not None:
                place = self._place(asked.path)
                return {**self._make(registry, asked, place), "name": place.name, "path": asked.path, "token": None}
            kept = self._kept.new(registry_address(registry.uri).path, self._name(asked))
            made.append(kept.token)
            return {**self._make(registry, asked, kept.path), "name": kept.path.name, "path": None, "token": kept.token}

        reply = await self._refusal("write", self.what) or await self._refusal_of_folder()
        if reply is None:
            reply = await self._transfer(self.what, work)
        if reply is None or not reply["ok"] or self._gone.is_set():
            for token in made:
                await asyncio.to_thread(self._kept.discard, token)
        self._reply_with(reply)

    def _name(self, asked: Asked) -> str:
        """What the file is called when it is downloaded."""
        raise NotImplementedError

    def _make(self, registry: Registry, asked: Asked, file: Path) -> dict[str, JsonValue]:
        """Make `file`; returns what is in it."""
        raise NotImplementedError

    async def _refusal_of_folder(self) -> Envelope | None:
        """The answer to somebody who wants it in the folder that the server shows, and may not write there."""
        allowed = self.authorizer.is_authorized(self, self.current_user, "write", "contents")
        if b'"path"' not in self.request.body or await ensure_async(allowed):
            return None
        return failure(
            FORBIDDEN, "this server does not let you write into the folder it shows", "download the file instead"
        )

    def _place(self, path: str) -> Path:
        """Where `path` is on this machine. Raises InvalidInput unless the file browser could show it."""
        contents = self._contents
        if contents is None:
            raise InvalidInput("this server shows no folder of its own", "download the file instead")
        root = Path(contents.root_dir).absolute()
        place = Path(os.path.normpath(root / path.lstrip("/")))
        if not path or "\0" in path or path.endswith("/") or not place.is_relative_to(root) or place == root:
            raise InvalidInput(f"{path!r} is no file in the folder that this server shows", "name one, like models.zip")
        if not place.parent.is_dir():
            raise InvalidInput(f"there is no folder {place.parent.relative_to(root)}", "make it first, or name another")
        if is_hidden(str(place), str(root)) and not contents.allow_hidden:
            raise InvalidInput(f"{path} would be hidden", "name it without a dot at the beginning")
        return place


class ExportHandler(MakingHandler[ExportRequest]):
    """`POST modelreg/transfers/export`."""

    what = "export"
    request_type = ExportRequest

    def _name(self, asked: ExportRequest) -> str:
        if asked.references is not None and len(asked.references) == 1:
            return f"{asked.references[0].removeprefix('models:/').replace('/', '-v')}.zip"
        return f"models-{date.today().isoformat()}.zip"

    def _make(self, registry: Registry, asked: ExportRequest, file: Path) -> dict[str, JsonValue]:
        made = registry.exchange.export_to(file, asked.references)
        return {"models": made.models, "versions": made.versions, "files": made.files, "size": made.size}


class BackupHandler(MakingHandler[BackupRequest]):
    """`POST modelreg/transfers/backup`."""

    what = "backup"
    request_type = BackupRequest

    def _name(self, asked: BackupRequest) -> str:
        return f"registry-{date.today().isoformat()}.zip"

    def _make(self, registry: Registry, asked: BackupRequest, file: Path) -> dict[str, JsonValue]:
        made = registry.maintenance.backup(file, skip_damaged=asked.skip_damaged)
        left_out: list[JsonValue] = [*made.left_out]
        return {"versions": made.versions, "files": made.files, "size": made.size, "left_out": left_out}
