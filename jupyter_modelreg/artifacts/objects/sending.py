"""Files on their way into an object store: those of a version, and those of a whole registry."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts import verify
from jupyter_modelreg.artifacts.copying import copy_path, copy_secret
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.hashing import NEVER
from jupyter_modelreg.artifacts.objects.cache import Cache
from jupyter_modelreg.artifacts.objects.manifests import (
    ASIDE,
    OBJECTS,
    VERSIONS,
    object_key,
    version_key,
    version_of,
    written,
)
from jupyter_modelreg.artifacts.objects.remote import Remote, until
from jupyter_modelreg.artifacts.objects.upkeep import UNUSED_FOR
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.ports.files import Manifests
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.scratch import scratch_folder
from jupyter_modelreg.system.threads import in_threads

# Larger files are sent one after the other, several parts at once, since each part takes memory.
_SMALL = 16 << 20  # bytes


def upload(remote: Remote, cache: Cache, version_id: int, files: Sequence[FileEntry]) -> None:
    """Send those of the `files` of a version in the cache whose bytes the store lacks.

    Raises RegistryUnavailable, SourceUnavailable.

    What an upload that was cut off has sent is there. It is whole, since an object is there when all of it is.
    """
    folder = cache.folder(version_id)
    entries = {entry.sha256: entry for entry in files_among(files)}
    with progress("Sending model files", sum(entry.size for entry in entries.values())) as advance:

        def send(entry: FileEntry, stop: Event) -> None:
            cache.used(folder)  # it may take longer than what is here is sure to stay
            send_missing(remote, entry, inside(folder, entry.path), until(stop, advance))

        for _ in in_threads(send, [entry for entry in entries.values() if entry.size <= _SMALL]):
            pass
        for entry in entries.values():
            if entry.size > _SMALL:
                send(entry, NEVER)


def send_missing(remote: Remote, entry: FileEntry, file: Path, advance: Advance) -> None:
    """Send the bytes of one file, unless the store has them."""
    key = object_key(entry.sha256)
    found = remote.look(key)
    if found is None or found.size != entry.size:
        remote.send(file, key, advance)
        return
    # Nobody may have it any more, and `sweep` be about to remove it. By half of its time clocks may differ.
    if time.time() - found.modified > UNUSED_FOR / 2:
        remote.touch(key, found)
    advance(entry.size)


class ObjectIncoming:
    """Files on their way: `core.ports.Incoming`. Use `incoming`.

    What has been sent by one try the next one finds by its hash.

    Attributes:
        tables: an empty folder, gone in the end, for the tables that come along.
    """

    def __init__(self, remote: Remote, scratch: Path, held: ExitStack) -> None:
        self.tables = scratch / "tables"
        self.tables.mkdir()
        self._remote = remote
        self._scratch = scratch
        self._held = held
        self._brought: Manifests = {}
        self._files: dict[Path, Path] = {}  # by where each is to go

    def bring(self, folder_of: Callable[[int], Path], manifests: Manifests) -> int:
        """Send what the store lacks of the files of versions; returns how many files that were.

        Raises FilesDamaged, SourceUnavailable, RegistryUnavailable.
        """
        there = {key: found.size for key, found in self._remote.found(OBJECTS).items()}
        lacking = dict[int, list[FileEntry]]()
        for version_id, files in manifests.items():
            for entry in files_among(files):
                key = object_key(entry.sha256)
                if there.get(key) != entry.size:
                    there[key] = entry.size
                    lacking.setdefault(version_id, []).append(entry)
        total = sum(entry.size for files in lacking.values() for entry in files)
        with progress("Moving model files", total) as advance:
            for version_id, files in lacking.items():
                source = folder_of(version_id)
                verify.check_entries(source, files)
                for entry in files:
                    self._send(source, entry, advance)
        self._brought = manifests
        return sum(map(len, lacking.values()))

    def bring_file(self, source: Path, target: Path) -> None:
        """Have a copy of the file `source`, for its owner's eyes only, beside `target`, where it is to go."""
        copy = target.with_name(f".{target.name}.{os.getpid()}.part")
        with writing(target.parent):
            target.parent.mkdir(parents=True, exist_ok=True)
        self._held.callback(copy.unlink, missing_ok=True)
        copy_secret(source, copy)
        self._files[target] = copy

    def places(self) -> Sequence[tuple[Path, Path]]:
        """What is to be moved on this machine: where it is now, and where it belongs."""
        return [(copy, target) for target, copy in self._files.items()]

    def settled(self, aside: str) -> AbstractContextManager[None]:
        """See `core.ports.Incoming`."""
        return settling(self._remote, self._brought, aside)

    def _send(self, source: Path, entry: FileEntry, advance: Advance) -> None:
        """Send a copy of a file, which is what was hashed."""
        original, copy = inside(source, entry.path), self._scratch / entry.sha256
        with writing(self._scratch), ExitStack() as done:
            done.callback(copy.unlink, missing_ok=True)
            _, sha256 = copy_path(original, copy, Modes().kept(entry.kind), lambda _: None)
            verify.check_hash(source, entry, sha256)
            send_missing(self._remote, entry, copy, advance)


@contextmanager
def incoming(remote: Remote, root: Path) -> Iterator[ObjectIncoming]:
    """Bring a whole registry's files, with a folder beside `root` to work in. Raises RegistryUnavailable."""
    with ExitStack() as held:
        with writing(root):
            scratch = held.enter_context(scratch_folder(root, "move"))
        yield ObjectIncoming(remote, scratch, held)


@contextmanager
def settling(remote: Remote, manifests: Manifests, aside: str) -> Iterator[None]:
    """Let the store say that it has `manifests`, and no others, which go aside; as it was where the block raises.

    A process that is killed within leaves the new files to the rows of before.
    """
    with ExitStack() as back:
        _make_way(remote, _free(remote, aside), back)
        for version_id, files in manifests.items():
            _put(remote, version_key(version_id), written(files))
            back.callback(remote.remove, version_key(version_id))
        yield
        back.pop_all()


def _make_way(remote: Remote, folder: str, back: ExitStack) -> None:
    """Move what is there of versions into `folder`; `back` undoes it."""
    there: Mapping[str, bytes] = remote.read_all([key for key in remote.found(VERSIONS) if version_of(key) is not None])
    for key, content in there.items():
        moved = f"{folder}{key.removeprefix(VERSIONS)}"
        _put(remote, moved, content)
        back.callback(remote.remove, moved)
    for key, content in there.items():
        remote.remove(key)
        back.callback(remote.put_new, key, content)


def _free(remote: Remote, aside: str) -> str:
    """A folder, called `aside`, that nothing is in yet."""
    taken = {key.split("/")[1] for key in remote.found(ASIDE)}
    names = (aside if number == 1 else f"{aside}-{number}" for number in range(1, len(taken) + 2))
    return f"{ASIDE}{next(name for name in names if name not in taken)}/"


def _put(remote: Remote, key: str, content: bytes) -> None:
    if not remote.put_new(key, content):
        raise RegistryUnavailable(
            f"{remote.name(key)} was made meanwhile", "try again when nobody works with the registry"
        )
