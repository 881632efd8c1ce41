"""Files the server keeps for a while: made to be downloaded, or uploaded to be imported. Each has a secret token."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryBusy
from jupyter_modelreg.system.scratch import scratch_folder

# Seconds a file stays that nobody asks for; a page that was closed does not say so.
_IDLE = 3600
_MOST_FILES = 32
_LONGEST_NAME = 120


@dataclass
class KeptFile:
    """A file in a folder of its own, which is removed with it.

    Attributes:
        token: who knows it may have the file.
        path: where it is, by a name that can be shown.
        size: how many bytes it has to get; 0 for a file that the server makes itself.
    """

    token: str
    path: Path
    size: int
    _folder: ExitStack
    users: int = 0
    used_at: float = field(default_factory=time.monotonic)


class KeptFiles:
    """All of them; from any thread. They are beside the registry they are about, on a disk that has room."""

    def __init__(self) -> None:
        self._files: dict[str, KeptFile] = {}
        self._lock = Lock()

    def new(self, beside: Path, name: str, size: int = 0) -> KeptFile:
        """Room for a new file beside the registry `beside`, called like `name`.

        Raises RegistryUnavailable (there is none), RegistryBusy (there are many already).
        """
        self.sweep()
        with ExitStack() as folder:
            with writing(beside.parent, "work in"):
                path = folder.enter_context(scratch_folder(beside, "transfer")) / plain_name(name)
            kept = KeptFile(secrets.token_urlsafe(32), path, size, folder.pop_all())
        with self._lock:
            full = len(self._files) >= _MOST_FILES
            if not full:
                self._files[kept.token] = kept
        if full:
            kept._folder.close()
            raise RegistryBusy(
                f"this server keeps {_MOST_FILES} files for downloads and imports already", "try again later"
            )
        return kept

    @contextmanager
    def use(self, token: str) -> Iterator[KeptFile]:
        """The file, which stays as long as this lasts, unless it is discarded. Raises NotFound."""
        with self._lock:
            kept = self._files.get(token)
            if kept is None:
                raise NotFound("this file is no longer on the server", "make it, or choose it, again")
            kept.users += 1
        try:
            yield kept
        finally:
            with self._lock:
                kept.users -= 1
                kept.used_at = time.monotonic()

    def append(self, token: str, at: int, piece: bytes) -> int:
        """Write the next piece of a file that has `at` bytes; returns how many it has now.

        Raises NotFound, InvalidInput (it is not the next piece, or more than was announced), RegistryUnavailable.
        """
        with (
            self.use(token) as kept,
            writing(kept.path.parent, "keep what is uploaded in"),
            kept.path.open("ab") as file,
        ):
            if file.tell() != at or at + len(piece) > kept.size:
                raise InvalidInput(
                    f"{kept.path.name} has {file.tell():,} of {kept.size:,} bytes: {len(piece):,} at {at:,} do not fit",
                    "choose the file again",
                )
            file.write(piece)
            return file.tell()

    def discard(self, token: str) -> None:
        """Remove a file now; nothing happens when it has gone."""
        with self._lock:
            kept = self._files.pop(token, None)
        if kept is not None:
            kept._folder.close()

    def sweep(self, idle: float = _IDLE) -> None:
        """Remove what nobody has asked for in so many seconds."""
        now = time.monotonic()
        with self._lock:
            left = [kept.token for kept in self._files.values() if not kept.users and now - kept.used_at >= idle]
        for token in left:
            self.discard(token)

    def close(self) -> None:
        """Remove all of them."""
        for token in list(self._files):
            self.discard(token)


def plain_name(name: str) -> str:
    """`name` as the name of a file: no path, nothing that a system or a shell takes for something else."""
    plain = re.sub(r"[^\w.@+ -]+", "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .-")
    return plain[-_LONGEST_NAME:] or "file"
