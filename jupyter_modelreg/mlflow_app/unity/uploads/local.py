"""A folder for uploads, on a disk that clients and server share."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_modelreg.core.entities.versions import ModelFiles, Version
from jupyter_modelreg.core.errors import InvalidInput, PermissionDenied, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.records import Told
from jupyter_modelreg.mlflow_app.unity.uploads.sent import copy_plainly, read_model

# Seconds after which nobody goes on with what they have begun to send: twice as long as a version awaits its files.
_OLD = 2 * 24 * 3600


class LocalUploads:
    """A folder on a disk that clients have, too, and below it one for each version, with a name that nobody guesses.

    Args:
        root: the folder, in which nobody but the server lists or makes anything.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def place(self, version: Version) -> str:
        """See `Uploads`."""
        return self._folder(version).as_uri()

    def open(self, version: Version) -> None:
        """See `Uploads`; what others have left there long ago is removed meanwhile."""
        try:
            self._sweep()
            folder = self._folder(version)
            folder.mkdir()
            folder.chmod(0o777)  # which only those reach who were told its name
        except OSError as error:
            raise RegistryUnavailable(
                "the server has no room for files to be sent to", "whoever runs it sees to --uploads"
            ) from error

    @contextmanager
    def sent(self, version: Version) -> Iterator[ModelFiles]:
        """See `Uploads`."""
        with self._own_folder() as folder:
            copy_plainly(self._folder(version), folder)
            with read_model(folder, version) as files:
                yield files

    @contextmanager
    def _own_folder(self) -> Iterator[Path]:
        """A folder for nobody but the server."""
        self._root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="taken-", dir=self._root, ignore_cleanup_errors=True) as temp:
            yield Path(temp)

    def forget(self, version: Version) -> None:
        """See `Uploads`."""
        shutil.rmtree(self._folder(version), ignore_errors=True)

    def readable(self, registry: Registry, version: Version) -> str | None:
        """See `Uploads`: where the registry keeps them, for those who may load them."""
        try:
            return Path(registry.versions.folder(version.reference)).as_uri()
        except PermissionDenied:
            return None

    def credentials(self, registry: Registry, version: Version, *, write: bool) -> Told:
        """See `Uploads`: a folder takes none."""
        raise InvalidInput(
            f"{version.reference} is in a folder, which takes no credentials", "read and write its storage_location"
        )

    def _folder(self, version: Version) -> Path:
        name = hmac.new(self._key(), str(version.id).encode(), hashlib.sha256).hexdigest()[:32]
        return self._root / f"{version.id}-{name}"

    def _key(self) -> bytes:
        """What makes names that nobody guesses, the same for all processes of a server; made on first use."""
        path = self._root / ".key"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self._root.mkdir(parents=True, exist_ok=True)
            self._root.chmod(0o711)
            new = path.with_name(f".key-{secrets.token_hex(8)}")
            new.touch(mode=0o600)
            new.write_bytes(secrets.token_bytes(32))
            with suppress(FileExistsError):  # another process was here first
                os.link(new, path)
            new.unlink()
            return path.read_bytes()

    def _sweep(self) -> None:
        for folder in self._root.iterdir() if self._root.is_dir() else ():
            if folder.is_dir() and time.time() - folder.stat().st_mtime > _OLD:
                shutil.rmtree(folder, ignore_errors=True)
