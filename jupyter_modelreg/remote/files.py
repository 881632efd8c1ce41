"""Files of versions from a server: fetched as MLflow's artifacts are, compared with their hashes, and kept here."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from urllib.parse import urlparse

import requests

from jupyter_modelreg.artifacts.objects.fetched import Fetched
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.errors import FilesDamaged, SourceUnavailable
from jupyter_modelreg.remote.client import Client, message_of
from jupyter_modelreg.system.progress import Advance

# Below this a server has the files that its registry keeps (see `mlflow_app.managed_files`).
_KEPT = "modelreg"
_CHUNK = 1 << 20  # bytes
_TRIES = 4
# Folders of workspace models, kept as long as the process lives: MLflow reads from there.
_folders: list[tempfile.TemporaryDirectory[str]] = []


class RemoteFiles:
    """What has been fetched from the server that `client` asks."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._fetched = Fetched(client.server)

    def folder(self, version: Version, files: Sequence[FileEntry]) -> Path:
        """The folder of a version that the registry keeps, verified here; nobody may write there.

        Raises FilesDamaged, SourceUnavailable, RegistryUnavailable.
        """
        return self._fetched.verified(version.id, files, self._fetch_of(version))

    def working_copy(self, version: Version, files: Sequence[FileEntry]) -> Path:
        """A copy of that which this process may write to. Raises as `folder`."""
        self.folder(version, files)
        return self._fetched.working_copy(version.id, files)

    def file(self, version: Version, files: Sequence[FileEntry], entry: FileEntry) -> Path:
        """One file of it, without the others. Raises as `folder`."""
        fetch = self._fetch_of(version)
        folder = self._fetched.cache.part(
            version.id, files, [entry], lambda each, target: fetch(each, target, lambda _: None)
        )
        return inside(folder, entry.path)

    def loose(self, uri: str) -> Path:
        """A temporary folder with what is at `uri`, an `mlflow-artifacts:` one of the server.

        Raises SourceUnavailable, RegistryUnavailable.
        """
        _folders.append(tempfile.TemporaryDirectory(prefix="modelreg-"))
        target, root = Path(_folders[-1].name), urlparse(uri).path.strip("/")
        waiting = [""]
        while waiting:
            below = waiting.pop()
            for path, is_folder in self._listed(root, below):
                if is_folder:
                    waiting.append(path)
                else:
                    self._fetch_loose(f"{root}/{path}", inside(target, path))
        return target

    def _listed(self, root: str, below: str) -> Sequence[tuple[str, bool]]:
        path = f"{root}/{below}" if below else root
        reply = self._client.send(
            "GET", self._client.artifact("").rstrip("/"), what=f"listing {path}", again=True, params={"path": path}
        )
        if reply.status_code != HTTPStatus.OK:
            raise self._missing(path, reply)
        told = reply.json().get("files") or ()
        # MLflow says names in that folder; some of its stores say whole paths.
        names = [(PurePosixPath(str(each["path"])).name, bool(each.get("is_dir"))) for each in told]
        return [(f"{below}/{name}" if below else name, is_folder) for name, is_folder in names]

    def _fetch_loose(self, path: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._bring(path, target, lambda _: None, lambda _: None)

    def _fetch_of(self, version: Version) -> Callable[[FileEntry, Path, Advance], None]:
        def fetch(entry: FileEntry, target: Path, advance: Advance) -> None:
            digest = hashlib.sha256()
            path = f"{_KEPT}/{version.name}/{version.version}/{entry.path}"
            self._bring(path, target, digest.update, advance)
            if digest.hexdigest() != entry.sha256:
                raise FilesDamaged(
                    f"{entry.path} of {version.reference} is not what was registered",
                    f"have {self._client.server} verified: verify {version.reference}",
                )

        return fetch

    def _bring(self, path: str, target: Path, seen: Callable[[bytes], None], advance: Advance) -> None:
        """Fetch a file; where the connection breaks, it goes on from there."""
        come, size = 0, -1
        with target.open("wb") as writer:
            for left in reversed(range(_TRIES)):
                headers = {"Range": f"bytes={come}-", "Accept": "*/*"} if come else {"Accept": "*/*"}
                with self._client.send(
                    "GET", self._client.artifact(path), what=path, again=True, stream=True, headers=headers
                ) as reply:
                    if reply.status_code != (HTTPStatus.PARTIAL_CONTENT if come else HTTPStatus.OK):
                        raise self._missing(path, reply)
                    size = size if come else int(reply.headers.get("Content-Length", -1))
                    try:
                        for chunk in reply.iter_content(_CHUNK):
                            writer.write(chunk)
                            seen(chunk)
                            come += len(chunk)
                            advance(len(chunk))
                        return
                    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
                        if come == size:  # all of it had come
                            return
                        if not left:
                            raise SourceUnavailable(
                                f"{path} broke off on its way from {self._client.server}", "try again"
                            ) from error

    def _missing(self, path: str, reply: requests.Response) -> SourceUnavailable:
        said = message_of(reply) or str(reply.status_code)
        return SourceUnavailable(f"{path} cannot be fetched from {self._client.server}: {said.splitlines()[0]}")
