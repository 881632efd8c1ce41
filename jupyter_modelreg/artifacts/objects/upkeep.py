"""Looking after an object store: comparing what it has, and removing what no version has any more."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from threading import Event

from jupyter_modelreg.artifacts.hashing import hash_all
from jupyter_modelreg.artifacts.objects.errors import reading_from
from jupyter_modelreg.artifacts.objects.manifests import (
    ASIDE,
    CLAIMS,
    OBJECTS,
    VERSIONS,
    Manifest,
    Manifests,
    compare,
    contents_of,
    damaged,
    object_key,
    version_key,
)
from jupyter_modelreg.artifacts.objects.remote import Remote
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged, RegistryError, SourceUnavailable
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.threads import in_threads

UNUSED_FOR = 24 * 3600.0  # seconds since it was written last, after which an object that no version has is removed


def check_all(
    remote: Remote, manifests: Manifests, asked: Mapping[int, Sequence[FileEntry]]
) -> dict[int, RegistryError]:
    """What is wrong with each of many versions, by id; each object is read once, and nothing is kept of it here."""
    wrong: dict[int, RegistryError] = {}
    if not asked:
        return wrong
    named: dict[str, FileEntry] = {}
    found = manifests.all(VERSIONS, only=set(map(version_key, asked)))
    for version_id, files in asked.items():
        try:
            has = found.get(version_key(version_id))
            if isinstance(has, FilesDamaged):
                raise has
            compare(remote, version_id, has, files)
        except RegistryError as error:
            wrong[version_id] = error
        else:
            named |= {entry.sha256: entry for entry in files_among(files)}
    with progress("Checking model files", sum(entry.size for entry in named.values())) as advance:

        def look(entry: FileEntry, stop: Event) -> str | SourceUnavailable:
            return _lacks(remote, entry, advance, stop)

        lacks = dict(zip(named, in_threads(look, named.values()), strict=True))
    for version_id, files in asked.items():
        for entry in sorted(files_among(files), key=lambda entry: entry.path):
            lack = lacks.get(entry.sha256)
            if lack and version_id not in wrong:
                wrong[version_id] = lack if isinstance(lack, SourceUnavailable) else damaged(remote, entry, lack)
    return wrong


def _lacks(remote: Remote, entry: FileEntry, advance: Advance, stop: Event) -> str | SourceUnavailable:
    """What is wrong with the bytes of a file, in words that follow its path; nothing for what is as it has to be."""
    key = object_key(entry.sha256)
    try:
        with reading_from(remote.name(key)):
            try:
                size, sha256 = hash_all(remote.pieces(key), advance, stop=stop)
            except FileNotFoundError:
                return "is missing"
    except SourceUnavailable as error:
        return error
    if size != entry.size:
        return f"has {size:,} bytes, and had {entry.size:,} when it was registered"
    return "" if sha256 == entry.sha256 else "has changed since it was registered"


def sweep(remote: Remote, manifests: Manifests) -> None:
    """Remove objects that no version has, of those moved aside neither. Raises what reading and writing raise.

    An object that is about to become part of a version is no older than half of `UNUSED_FOR`: whoever sends a version
    writes it, or has it written again where it is older (`send_missing`). So each is looked at once more right before
    it is removed. Between that look and the removal lies one request: an upload that began and ended within it, and
    that needs an object which nobody has had for a day, is what is left to chance, and what `verify` would find.
    """
    remote.tidy(UNUSED_FOR)
    for key, found in remote.found(CLAIMS).items():
        if time.time() - found.modified > UNUSED_FOR:  # nobody renews it
            remote.remove(key)
    old = [key for key, found in remote.found(OBJECTS).items() if time.time() - found.modified > UNUSED_FOR]
    if not old:
        return
    # After the list of objects: what became part of a version meanwhile is named by it.
    named = contents_of(_all(manifests))
    for key in old:
        if key.rpartition("/")[2] in named:
            continue
        now = remote.look(key)
        if now is not None and time.time() - now.modified > UNUSED_FOR:
            remote.remove(key)


def _all(manifests: Manifests) -> Iterator[Manifest]:
    """What each version has. Raises FilesDamaged where that cannot be told: then nobody knows what to remove."""
    for files in manifests.all(VERSIONS, ASIDE).values():
        if isinstance(files, FilesDamaged):
            raise files
        yield files
