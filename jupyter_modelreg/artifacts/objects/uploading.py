"""Sending what is missing in an object store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.hashing import NEVER
from jupyter_modelreg.artifacts.objects.cache import Cache
from jupyter_modelreg.artifacts.objects.manifests import object_key
from jupyter_modelreg.artifacts.objects.remote import Remote
from jupyter_modelreg.artifacts.objects.upkeep import UNUSED_FOR
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.system.progress import Advance, progress
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

        def send(entry: FileEntry, _stop: Event) -> None:
            cache.used(folder)  # it may take longer than what is here is sure to stay
            send_missing(remote, entry, inside(folder, entry.path), advance)

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
