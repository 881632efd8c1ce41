"""Versions whose files are fetched from somewhere else into the cache, and handed out from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.file_store import ManagedFiles
from jupyter_modelreg.artifacts.objects.cache import Cache
from jupyter_modelreg.artifacts.objects.remote import until
from jupyter_modelreg.artifacts.working_copy import working_copy
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged, RegistryUnavailable
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.threads import in_threads

# Between what is found in the cache and what is made of it, another process may make room there.
_TRIES = 3

Fetch = Callable[[FileEntry, Path, Advance], None]
"""Brings the bytes of a file, which it has compared with their hash. Raises FilesDamaged, SourceUnavailable."""


class Fetched:
    """The versions of the store at `url`, as far as they are here. Its methods raise RegistryUnavailable for the disk.

    Attributes:
        cache: where they are.
        local: the same, as managed files.
    """

    def __init__(self, url: str) -> None:
        self.cache = Cache(url)
        self.local = ManagedFiles(self.cache.root)

    def verified(self, version_id: int, files: Sequence[FileEntry], fetch: Fetch) -> Path:
        """The folder of a version, whose files have been read and are as `files` say; what is not so is fetched."""
        folder = self.cache.folder(version_id)
        if folder.is_dir():
            self.cache.used(folder)
            try:
                self.local.verify(version_id, files)
                return folder
            except FilesDamaged:  # or another version had that id before
                self.cache.drop(version_id, files_among(files))
        self.bring(version_id, files, fetch)
        self.local.verify(version_id, files)
        return folder

    def bring(self, version_id: int, files: Sequence[FileEntry], fetch: Fetch) -> Path:
        """Make the folder of a version, of what is here and of what is fetched, unless another one has just done so."""
        folder = self.cache.folder(version_id)
        with self.cache.bringing(version_id):
            if self.cache.has(version_id, files):
                self.cache.used(folder)
                return folder
            self.cache.drop(version_id)
            for remaining in reversed(range(_TRIES)):
                places = self._fetched(files, fetch)
                try:
                    self.cache.assemble(version_id, files, places)
                    break
                except FileNotFoundError as error:
                    if not remaining:
                        raise RegistryUnavailable(
                            f"what is fetched into {self.cache.root} goes as fast as it comes",
                            "let it hold more: MODELREG_CACHE_SIZE=20GB",
                        ) from error
            self.cache.used(folder)
        self.cache.shrink()
        return folder

    def working_copy(self, version_id: int, files: Sequence[FileEntry]) -> Path:
        """A folder of this process's own to load a version from that is here; see `artifacts.working_copy`."""
        return working_copy(self.cache.root, version_id, files)

    def _fetched(self, files: Sequence[FileEntry], fetch: Fetch) -> Mapping[str, Path]:
        """Where the bytes of files are in the cache, by path."""
        wanted = files_among(files)
        with progress("Fetching model files", sum(entry.size for entry in wanted)) as advance:

            def hold(entry: FileEntry, stop: Event) -> Path:
                coming = False

                def bring(entry: FileEntry, target: Path) -> None:
                    nonlocal coming
                    coming = True
                    fetch(entry, target, until(stop, advance))

                place = self.cache.hold(entry, bring)
                if not coming:
                    advance(entry.size)
                return place

            return dict(zip([entry.path for entry in wanted], in_threads(hold, wanted), strict=True))
