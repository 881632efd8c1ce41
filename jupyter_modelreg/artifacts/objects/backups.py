"""Backups of a registry whose files are in an object store; the same file as of any other registry."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.backups.reader import BackupReader, open_backup
from jupyter_modelreg.artifacts.backups.writer import BackupWriter
from jupyter_modelreg.artifacts.bundle import BundleReader
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.objects.manifests import (
    OBJECTS,
    VERSIONS,
    Manifests,
    contents_of,
    object_key,
    version_key,
)
from jupyter_modelreg.artifacts.objects.remote import Remote, until
from jupyter_modelreg.artifacts.objects.sending import send_missing, settling
from jupyter_modelreg.artifacts.staging import delete, new_folder
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.ports.files import Manifests as Asked
from jupyter_modelreg.system.progress import progress
from jupyter_modelreg.system.threads import in_threads


class ObjectBackupWriter(BackupWriter):
    """A backup on its way, of files that are fetched one after the other."""

    def __init__(self, remote: Remote, manifests: Manifests, root: Path, staging: Path, target: Path) -> None:
        super().__init__(root, staging, target)
        self._remote = remote
        self._manifests = manifests

    def gather(self, manifests: Asked) -> set[int]:
        """See `core.ports.BackupWriter`. An object stays for a day after the last version has gone that had it."""
        there = self._remote.found(OBJECTS)
        versions = self._remote.found(VERSIONS)
        lacking = set()
        for version_id, files in manifests.items():
            wanted = {entry.sha256: entry.size for entry in files_among(files)}
            found = {sha256: there.get(object_key(sha256)) for sha256 in wanted}
            if version_key(version_id) not in versions or any(
                each is None or each.size != wanted[sha256] for sha256, each in found.items()
            ):
                lacking.add(version_id)
            self._sizes |= {sha256: wanted[sha256] for sha256, each in found.items() if each is not None}
        return lacking

    @contextmanager
    def _copies(self, sha256: str) -> Iterator[Sequence[Path]]:
        with tempfile.TemporaryDirectory(dir=self._staging) as folder:
            file = Path(folder) / sha256
            yield [file] if self._remote.fetch(object_key(sha256), file, lambda _: None) else []


class ObjectBackupReader(BackupReader):
    """A backup whose files are sent to an object store, one after the other."""

    def __init__(self, remote: Remote, file: Path, bundle: BundleReader, staging: Path, root: Path) -> None:
        super().__init__(file, bundle, staging, root)
        self._remote = remote
        self._unpacked: Asked = {}

    def unpack_files(self, manifests: Asked) -> Sequence[tuple[Path, Path]]:
        """Send what the store lacks; nobody sees it before it is `settled`.

        Raises FilesDamaged, SourceUnavailable, RegistryUnavailable.
        """
        contents = contents_of(manifests.values())
        with progress("Restoring model files", sum(entry.size for entry in contents.values())) as advance:

            def bring(entry: FileEntry, stop: Event) -> None:
                with tempfile.TemporaryDirectory(dir=self._staging) as folder:
                    file = Path(folder) / entry.sha256
                    self.extract(entry.sha256, file, lambda _: None, stop)
                    send_missing(self._remote, entry, file, until(stop, advance))

            for _ in in_threads(bring, contents.values()):
                pass
        self._unpacked = manifests
        return []

    def settled(self, aside: str) -> AbstractContextManager[None]:
        """See `core.ports.BackupReader`."""
        return settling(self._remote, self._unpacked, aside)


@contextmanager
def backup_writer(remote: Remote, manifests: Manifests, root: Path, target: Path) -> Iterator[ObjectBackupWriter]:
    """Write a backup to `target`, with the folder `root` to work in. Raises RegistryUnavailable."""
    with writing(root), new_folder(root, "backup") as staging:
        try:
            yield ObjectBackupWriter(remote, manifests, root, staging, target)
        finally:
            delete(staging)


@contextmanager
def backup_reader(remote: Remote, root: Path, file: Path) -> Iterator[ObjectBackupReader]:
    """Read a backup, with the folder `root` to work in; see `artifacts.backup_reader`."""
    with open_backup(file, root) as (bundle, staging):
        yield ObjectBackupReader(remote, file, bundle, staging, root)
