"""Managed model files in an object store."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from jupyter_modelreg.artifacts.hashing import chunks, hash_all
from jupyter_modelreg.artifacts.objects import manifests as stated
from jupyter_modelreg.artifacts.objects.backups import ObjectBackupReader, backup_reader, backup_writer
from jupyter_modelreg.artifacts.objects.claims import Claims
from jupyter_modelreg.artifacts.objects.fetched import Fetched
from jupyter_modelreg.artifacts.objects.manifests import VERSIONS, Manifests
from jupyter_modelreg.artifacts.objects.sending import ObjectIncoming, incoming, upload
from jupyter_modelreg.artifacts.objects.shared import remote
from jupyter_modelreg.artifacts.objects.upkeep import check_all, sweep
from jupyter_modelreg.core.entities.findings import FilesFound
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged, RegistryError, RegistryUnavailable
from jupyter_modelreg.core.ports.files import BackupWriter
from jupyter_modelreg.system.progress import Advance

_logger = logging.getLogger(__name__)


class ObjectFiles:
    """`core.ports.FileStore` in the object store at `url`; see the package for what lies there.

    A version is whole as soon as it has its object below `versions/`, which is written last. Others are told apart by
    their hashes, so one is sent once, and a process that was killed while it sent some has others send the rest.

    An object store has no locks, so a claim is an object that its process renews (`claims`).
    """

    def __init__(self, url: str) -> None:
        self._remote = remote(url)
        self._manifests = Manifests(self._remote)
        self._claims = Claims(self._remote)
        self._fetched = Fetched(url)
        self._cache, self._local = self._fetched.cache, self._fetched.local

    def path(self, version_id: int, only: Collection[str] | None = None) -> Path:
        """A folder on this machine with what a version has, fetched where it is not here."""
        files = self._manifests.get(version_id)
        folder = self._cache.folder(version_id)
        if files is None:
            self._cache.drop(version_id)
            return folder
        if self._cache.has(version_id, files):
            self._cache.used(folder)
            return folder
        if only is None:
            return self._bring(version_id, files)
        named = [entry for entry in files_among(files) if entry.path in only]
        return self._cache.part(version_id, files, named, self._fetch)

    def place(self, version_id: int | None = None) -> str:
        """The URL of what says what a version has, or of the store."""
        return self._remote.url if version_id is None else self._remote.name(stated.version_key(version_id))

    def add(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]:
        """Send what is in the folder `source`, but for what is there; returns the manifest, sorted by path.

        It is copied into the cache first, and sent from there: what is hashed is what is sent, even if `source`
        changes meanwhile, and no object is ever under another hash than its own. This machine is likely to load it.
        """
        if self._remote.look(stated.version_key(version_id)) is not None:
            raise self._there_already(version_id)
        self._cache.drop(version_id)
        files = self._local.add(source, version_id, move=move)
        try:
            self._cache.take(version_id, files)
            upload(self._remote, self._cache, version_id, files)
            self._put(version_id, files)
        except BaseException:
            self._cache.drop(version_id)
            raise
        try:
            self._cache.shrink()
        except RegistryError:  # the version is there, whatever becomes of the cache
            _logger.warning("no room was made in the cache", exc_info=True)
        return files

    def link(self, source_id: int, version_id: int, files: Sequence[FileEntry]) -> None:
        """Say that a version has what another one has: nothing is sent but that."""
        stated.compare(self._remote, source_id, self._manifests.get(source_id), files)
        self._put(version_id, files)
        # As long as the other one is there, what both have is not swept up, and afterwards this one is there.
        if self._remote.look(stated.version_key(source_id)) is None:
            self._remote.remove(stated.version_key(version_id))
            stated.compare(self._remote, source_id, None, files)

    def verify(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Have here what a version has, as its manifest says it.

        What is here already, and is so, is not looked for in the store.
        """
        folder = self._cache.folder(version_id)
        if folder.is_dir():
            self._cache.used(folder)
            try:
                self._local.verify(version_id, files)
                return
            except FilesDamaged:  # or another version had that id before: the store knows
                pass
        stated.compare(self._remote, version_id, self._manifests.get(version_id), files)
        if folder.is_dir():
            self._cache.drop(version_id, files_among(files))
        self._bring(version_id, files)
        self._local.verify(version_id, files)

    def working_copy(self, version_id: int, files: Sequence[FileEntry]) -> Path:
        """A folder of this process's own to load the version from; see `artifacts.working_copy`."""
        self.verify(version_id, files)
        return self._fetched.working_copy(version_id, files)

    def remove(self, version_id: int) -> None:
        """Remove what says that there is a version; what no other one has is removed by `clean_up`, a day later."""
        self._remote.remove(stated.version_key(version_id))
        self._cache.drop(version_id)

    def size(self) -> int:
        """Bytes in the files of all versions; what versions share counts once."""
        told = self._manifests.all(VERSIONS).values()
        known = stated.contents_of(files for files in told if not isinstance(files, FilesDamaged))
        return sum(entry.size for entry in known.values())

    def claim(self, version_id: int) -> AbstractContextManager[None]:
        """Say for as long as this lasts, or this process lives and a minute longer, that it is at work on a version."""
        return self._claims.held(version_id)

    def claimed(self, version_id: int) -> bool | None:
        """Whether a living process is at work on a version; None for somebody who may only read there."""
        return self._claims.taken(version_id)

    def inventory(self) -> FilesFound:
        """Which versions there are, and what else lies among them."""
        found = {key: stated.version_of(key) for key in self._remote.found(VERSIONS)}
        return FilesFound(
            versions=frozenset(version_id for version_id in found.values() if version_id is not None),
            unexpected=[key for key, version_id in found.items() if version_id is None],
        )

    def check(self, manifests: Mapping[int, Sequence[FileEntry]]) -> Mapping[int, RegistryError]:
        """Compare many versions with their manifests, reading each object in the store once."""
        return check_all(self._remote, self._manifests, manifests)

    def clean_up(self) -> None:
        """Remove objects that no version has had for a day."""
        sweep(self._remote, self._manifests)

    def backup_writer(self, target: Path) -> AbstractContextManager[BackupWriter]:
        """Write a backup to `target`; it takes space here for the largest file only."""
        return backup_writer(self._remote, self._manifests, self._cache.root, target)

    def backup_reader(self, backup: Path) -> AbstractContextManager[ObjectBackupReader]:
        """Read the backup at `backup`."""
        return backup_reader(self._remote, self._cache.root, backup)

    def incoming(self) -> AbstractContextManager[ObjectIncoming]:
        """Bring the files of another registry here."""
        return incoming(self._remote, self._cache.root)

    def _put(self, version_id: int, files: Sequence[FileEntry]) -> None:
        if not self._remote.put_new(stated.version_key(version_id), stated.written(files)):
            raise self._there_already(version_id)

    def _there_already(self, version_id: int) -> RegistryUnavailable:
        return RegistryUnavailable(
            f"{self.place(version_id)} says that the version has files already",
            "an earlier registry may have left it: give this one a place of its own",
        )

    def _bring(self, version_id: int, files: Sequence[FileEntry]) -> Path:
        return self._fetched.bring(version_id, files, self._fetch)

    def _fetch(self, entry: FileEntry, target: Path, advance: Advance = lambda _: None) -> None:
        """Fetch the bytes of a file, and hash what has come."""
        if not self._remote.fetch(stated.object_key(entry.sha256), target, advance):
            raise stated.damaged(self._remote, entry, "is missing")
        if hash_all(chunks(target), lambda _: None)[1] != entry.sha256:
            raise stated.damaged(self._remote, entry, "has changed since it was registered")
