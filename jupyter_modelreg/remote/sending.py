"""A model on this machine, sent to a server to be registered there: below the artifacts of runs, while it is needed."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO
from uuid import uuid4

from requests import Response

from jupyter_modelreg.core.errors import InvalidInput, RegistryError, RegistryUnavailable, SourceUnavailable
from jupyter_modelreg.core.ports.files import MLFLOW_NOTE
from jupyter_modelreg.remote.client import Client, message_of
from jupyter_modelreg.system.progress import Advance, progress

_UPLOADS = "uploads"
# The panel tells by these words what can still be stopped.
_WHAT = "Sending model files"
_TRIES = 3

_logger = logging.getLogger(__name__)


@contextmanager
def sent(client: Client, folder: Path) -> Iterator[Upload]:
    """The model in `folder`, at the server; it is removed there in the end unless it is kept, and when that is stopped.

    Raises InvalidInput for what is no model, SourceUnavailable, RegistryUnavailable, and what the server refuses with.
    """
    files = _files_of(folder)
    upload = Upload(client)
    try:
        with progress(_WHAT, sum((folder / path).stat().st_size for path in files)) as advance:
            for path in files:
                upload.put(path, folder / path, advance)
        yield upload
    finally:
        upload.close()


class Upload:
    """Files on their way, in a folder of their own at the server."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._path = f"{_UPLOADS}/{uuid4().hex}"
        self._kept = False

    @property
    def source(self) -> str:
        """What the server reads them by."""
        return f"mlflow-artifacts:/{self._path}"

    def keep(self) -> None:
        """Leave them there: they are the files of a workspace version."""
        self._kept = True

    def put(self, path: str, file: Path, advance: Advance) -> None:
        """Send one file, streamed, and again where that breaks off: it is the same file then.

        Raises SourceUnavailable, and what the server refuses with.
        """
        for left in reversed(range(_TRIES)):
            try:
                reply = self._put(path, file, advance)
                break
            except RegistryUnavailable as error:
                if not left:
                    raise SourceUnavailable(
                        f"{path} broke off on its way to {self._client.server}; nothing was registered", "try again"
                    ) from error
        if reply.status_code != HTTPStatus.OK:
            raise SourceUnavailable(
                f"{self._client.server} does not take {path}: {message_of(reply) or reply.status_code}",
                "a token that was made with --read-only sends nothing",
            )

    def _put(self, path: str, file: Path, advance: Advance) -> Response:
        with file.open("rb") as reader:
            size = os.fstat(reader.fileno()).st_size
            # Of an empty file requests would not say how long it is.
            body = _Told(reader, size, advance) if size else b""
            try:
                return self._client.send(
                    "PUT", self._client.artifact(f"{self._path}/{path}"), what=f"sending {path}", again=False, data=body
                )
            except RegistryUnavailable:
                advance(-reader.tell())
                raise

    def close(self) -> None:
        """Remove them, unless they are kept; what cannot be removed is in nobody's way."""
        if self._kept:
            return
        try:
            self._client.send("DELETE", self._client.artifact(self._path), what="removing what was sent", again=True)
        except RegistryError as error:
            _logger.debug("what was sent to %s stays there: %s", self._client.server, error.message)


class _Told:
    """A file that tells how far it has been read; requests sends its length and reads it bit by bit."""

    def __init__(self, reader: IO[bytes], size: int, advance: Advance) -> None:
        self._reader = reader
        self._size = size
        self._advance = advance

    def __len__(self) -> int:
        return self._size

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found = self._reader.read(size)
        self._advance(len(found))
        return found


def _files_of(folder: Path) -> list[str]:
    """The paths of the files of a model. Raises InvalidInput for what is none."""
    if not (folder / "MLmodel").is_file():
        raise InvalidInput(
            f"{folder} holds no MLmodel file, so it is no model", "name the folder that MLflow has saved"
        )
    found = []
    for parent, _, names in os.walk(folder):
        inside = [(Path(parent) / name).relative_to(folder).as_posix() for name in names]
        found += [path for path in inside if path != MLFLOW_NOTE and "__pycache__" not in path.split("/")]
    return sorted(found)
