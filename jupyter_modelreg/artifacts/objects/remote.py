"""An object store, as far as managed files need one, through fsspec."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from jupyter_modelreg.artifacts.objects.errors import lacking, reading_from, writing_to
from jupyter_modelreg.system.progress import Advance

# So many parts of a file, of so many bytes, are under way to or from S3 at once, which bounds what takes memory. Of the
# largest files fsspec makes larger parts, since S3 takes 10,000 of a file.
_PARTS = 4
_PART = 16 << 20
_LARGEST_IN_SUCH_PARTS = 10_000 * _PART
_PIECE = 8 << 20  # bytes that are read at once
_LARGEST_COPY = 5 << 30  # bytes that S3 copies in one request
# Where a listing says when something was written last: S3, Google, Azure, folders, memory.
_TIMES = ("LastModified", "updated", "last_modified", "mtime", "created")


@dataclass(frozen=True)
class Found:
    """An object that is there.

    Attributes:
        size: in bytes.
        modified: when it was written last, in seconds since the epoch.
        tag: another one when something else was written, where the store has such a thing.
    """

    size: int
    modified: float
    tag: str = ""


class Remote:
    """What is below `url`, by keys relative to it.

    Methods that read raise SourceUnavailable, those that write RegistryUnavailable; either raises InvalidInput where
    the package that opens such a URL is not installed. They may be called from several threads.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._opening = threading.Lock()
        self._opened: tuple[int, Any, str] | None = None

    def name(self, key: str) -> str:
        """What a person calls an object."""
        return f"{self.url}/{key}"

    def read(self, key: str) -> bytes | None:
        """A small object; None where it is not there."""
        with reading_from(self.name(key)):
            files, path = self._at(key)
            try:
                content: bytes = files.cat_file(path)
            except FileNotFoundError:
                return None
            return content

    def read_all(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Many small objects by their keys, without those that are not there."""
        if not keys:
            return {}
        with reading_from(self.url):
            files, root = self._at("")
            answers = files.cat([f"{root}{key}" for key in keys], on_error="return")
            if isinstance(answers, bytes):  # where there is one path
                answers = {f"{root}{keys[0]}": answers}
            found = {key: answers[f"{root}{key}"] for key in keys}
            for answer in found.values():
                if isinstance(answer, Exception) and not isinstance(answer, FileNotFoundError):
                    raise answer
            return {key: answer for key, answer in found.items() if isinstance(answer, bytes)}

    def look(self, key: str) -> Found | None:
        """What there is under a key."""
        with reading_from(self.name(key)):
            files, path = self._at(key)
            try:
                return _found(files.info(path))
            except FileNotFoundError:
                return None

    def found(self, prefix: str) -> Mapping[str, Found]:
        """All objects whose keys begin with `prefix`, which ends with a slash."""
        with reading_from(self.url):
            files, root = self._at("")
            try:
                listed = files.find(f"{root}{prefix}".rstrip("/"), detail=True)
            except FileNotFoundError as error:
                if "bucket" in str(error):  # as S3 says of one that is not there
                    raise
                return {}
            # Some stores name what is in them with a slash in front, and some have a mark for an empty folder.
            start = len(root.lstrip("/"))
            keys = {name.lstrip("/")[start:]: _found(info) for name, info in listed.items()}
            return {key: each for key, each in sorted(keys.items()) if key.startswith(prefix) and key != prefix}

    def fetch(self, key: str, target: Path, advance: Advance) -> bool:
        """Write an object into the file `target`; whether it is there."""
        with reading_from(self.name(key)):
            files, path = self._at(key)
            try:
                files.get_file(path, str(target), callback=_counting(advance), **self._parts())
            except FileNotFoundError:
                return False
            return True

    def pieces(self, key: str) -> Iterator[bytes]:
        """An object, piece by piece. Raises FileNotFoundError, too."""
        files, path = self._at(key)
        with files.open(path, "rb", block_size=_PIECE) as file:
            while piece := file.read(_PIECE):
                yield piece

    def send(self, file: Path, key: str, advance: Advance) -> None:
        """Make an object of a file; it is there when it is whole."""
        with writing_to(self.url):
            files, path = self._at(key)
            parts = self._parts() if file.stat().st_size < _LARGEST_IN_SUCH_PARTS else {}
            files.put_file(str(file), path, callback=_counting(advance), **parts)

    def put_new(self, key: str, content: bytes) -> bool:
        """Make a small object; whether there was none. Of several that do so at once, one makes it."""
        with writing_to(self.url):
            files, path = self._at(key)
            if files.exists(path):
                return False
            try:
                files.pipe_file(path, content, mode="create")
            except FileExistsError:
                return False
            except OSError as error:
                if "PreconditionFailed" in str(error) or "pre-conditions" in str(error):  # as S3 says it
                    return False
                raise
            return True

    def touch(self, key: str, found: Found) -> None:
        """Have an object be written last now. No bytes of it come here."""
        with writing_to(self.url):
            files, path = self._at(key)
            # S3 copies nothing onto itself unless something changes by it; a copy in parts is a change.
            change = {"MetadataDirective": "REPLACE"} if self._is_s3 and found.size <= _LARGEST_COPY else {}
            files.cp_file(path, path, **change)

    def remove(self, key: str) -> None:
        """Remove an object; nothing happens when there is none."""
        with writing_to(self.url):
            files, path = self._at(key)
            try:
                files.rm_file(path)
            except FileNotFoundError:
                return

    def tidy(self, age: float) -> None:
        """Remove what has been on its way for longer than `age` seconds; of what stores keep of that, they tidy up."""

    @property
    def _is_s3(self) -> bool:
        return self.url.startswith(("s3://", "s3a://"))

    def _parts(self) -> Mapping[str, int]:
        """How large the parts of a file are to be, where that can be said."""
        return {"chunksize": _PART} if self._is_s3 else {}

    def _at(self, key: str) -> tuple[Any, str]:
        """What fsspec has for the store, and the path of a key there."""
        with self._opening:
            # What talks to the store does so in a thread, which does not come along into a forked process.
            if self._opened is None or self._opened[0] != os.getpid():
                self._opened = (os.getpid(), *self._open())
            _, files, root = self._opened
        return files, f"{root}{key}"

    def _open(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs

            files, root = url_to_fs(self.url, skip_instance_cache=True, use_listings_cache=False, **self._options())
        except ImportError as error:
            raise lacking(self.url, error) from error
        return files, f"{root.rstrip('/')}/"

    def _options(self) -> Mapping[str, object]:
        if not self._is_s3:
            return {}
        # MLflow's name for it, which whoever has a store of their own has set already.
        endpoint = os.environ.get("MLFLOW_S3_ENDPOINT_URL")
        return {"max_concurrency": _PARTS, **({"endpoint_url": endpoint} if endpoint else {})}


def until(stop: Event, advance: Advance) -> Advance:
    """`advance`, for a file that is on its way: it raises CancelledError, which ends that, when told to `stop`."""

    def advanced(size: int) -> None:
        if stop.is_set():
            raise CancelledError
        advance(size)

    return advanced


def _found(info: Mapping[str, Any]) -> Found:
    time = next((info[name] for name in _TIMES if info.get(name) is not None), 0.0)
    if isinstance(time, str):
        time = datetime.fromisoformat(time)
    seconds = time.timestamp() if isinstance(time, datetime) else float(time)
    return Found(int(info["size"] or 0), seconds, str(info.get("ETag") or info.get("etag") or info.get("ino") or ""))


def _counting(advance: Advance) -> Any:
    """What fsspec tells how far it is."""
    from fsspec.callbacks import Callback

    class Counting(Callback):  # type: ignore[misc]  # fsspec comes without types
        def relative_update(self, inc: int = 1) -> None:
            self.value += inc
            advance(inc)

        def absolute_update(self, value: int) -> None:
            self.relative_update(value - self.value)

    return Counting()
