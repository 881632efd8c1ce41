"""Which keys there are, and what the object of a version says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set

from jupyter_modelreg.artifacts.objects.remote import Found, Remote
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged

VERSIONS, OBJECTS, ASIDE, CLAIMS = "versions/", "objects/", "aside/", "claims/"
_FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VERSION = re.compile(r"(0|[1-9][0-9]*)\.json")
_KINDS = ("file", "executable", "folder")
_CURE = "restore a backup, or register the model again"

Manifest = tuple[FileEntry, ...]


def object_key(sha256: str) -> str:
    """The key of the bytes that have this hash."""
    return f"{OBJECTS}{sha256[:2]}/{sha256}"


def version_key(version_id: int, folder: str = VERSIONS) -> str:
    """The key of what a version has."""
    return f"{folder}{version_id}.json"


def version_of(key: str) -> int | None:
    """The id of the version whose key this is; None for any other key."""
    found = _VERSION.fullmatch(key.removeprefix(VERSIONS))
    return int(found[1]) if found else None


def written(files: Sequence[FileEntry]) -> bytes:
    """The object of a version that has `files`."""
    entries = [vars(entry) for entry in sorted(files, key=lambda entry: entry.path)]
    return json.dumps({"format": _FORMAT, "files": entries}, ensure_ascii=False, indent=1).encode()


def read(name: str, content: bytes) -> Manifest:
    """The files that the object `name` says a version has. Raises FilesDamaged."""
    try:
        told = json.loads(content)
        known = told["format"] == _FORMAT
        entries = tuple(FileEntry(**each) for each in told["files"]) if known else ()
    except (ValueError, TypeError, KeyError) as error:
        raise FilesDamaged(f"{name} does not say which files a version has", _CURE) from error
    if not known:
        raise FilesDamaged(f"{name} was written by a newer jupyter_modelreg", "pip install --upgrade jupyter_modelreg")
    if not all(map(_is_valid, entries)):
        raise FilesDamaged(f"{name} names files that no version can have", _CURE)
    return entries


def compare(remote: Remote, version_id: int, stated: Manifest | None, files: Sequence[FileEntry]) -> None:
    """Raises FilesDamaged for the first by path in which what a version has is not what its manifest says."""
    name = remote.name(version_key(version_id))
    if stated is None:
        raise FilesDamaged(f"the model files of {name} are gone", _CURE)
    has, expected = {each.path: each for each in stated}, {each.path: each for each in files}
    for path in sorted({*has, *expected}):
        if path not in expected:
            raise FilesDamaged(f"{path} in {name} does not belong to the model", _CURE)
        if path not in has:
            raise FilesDamaged(f"{path} is missing in {name}", _CURE)
        if has[path] != expected[path]:
            raise FilesDamaged(f"{path} in {name} has changed since it was registered", _CURE)


def damaged(remote: Remote, entry: FileEntry, what: str) -> FilesDamaged:
    """That the bytes of a file are not what they have to be, or are not there."""
    return FilesDamaged(f"{entry.path} {what}: {remote.name(object_key(entry.sha256))}", _CURE)


class Manifests:
    """What the versions of a store have, each read once."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._known: dict[tuple[str, Found], Manifest | FilesDamaged] = {}

    def get(self, version_id: int) -> Manifest | None:
        """What a version has; None for one that has nothing. Raises FilesDamaged, SourceUnavailable."""
        key = version_key(version_id)
        content = self._remote.read(key)
        return None if content is None else read(self._remote.name(key), content)

    def all(self, *folders: str, only: Set[str] | None = None) -> Mapping[str, Manifest | FilesDamaged]:
        """What all versions have, or `only` those, whose keys are in `folders`, by key; or why that cannot be told.

        Raises SourceUnavailable.
        """
        found = {key: each for folder in folders for key, each in self._remote.found(folder).items()}
        found = {
            key: each
            for key, each in found.items()
            if _VERSION.fullmatch(key.rpartition("/")[2]) and (only is None or key in only)
        }
        unknown = [key for key, each in found.items() if (key, each) not in self._known]
        for key, content in self._remote.read_all(unknown).items():
            self._known[key, found[key]] = self._read(key, content)
        return {key: self._known[key, each] for key, each in found.items() if (key, each) in self._known}

    def _read(self, key: str, content: bytes) -> Manifest | FilesDamaged:
        try:
            return read(self._remote.name(key), content)
        except FilesDamaged as error:
            return error


def contents_of(manifests: Iterable[Sequence[FileEntry]]) -> Mapping[str, FileEntry]:
    """A file for each content that manifests name, by its hash."""
    return {entry.sha256: entry for files in manifests for entry in files_among(files)}


def _is_valid(entry: FileEntry) -> bool:
    hashed = entry.sha256 == "" if entry.is_folder else bool(_SHA256.fullmatch(str(entry.sha256)))
    return isinstance(entry.path, str) and type(entry.size) is int and entry.kind in _KINDS and hashed
