"""The files of a whole registry on their way to another place: brought version by version, put there in one step.

They gather in a folder beside that place, `<root>.moving`, which stays when they are cut off: what is in it by then,
and is what it has to be, is not brought again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts import verify
from jupyter_modelreg.artifacts.copying import copy_path, copy_secret, linked
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.hashing import chunks, hash_all
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.artifacts.staging import STAGING, clean_up, delete, inventory, make_folders, staged
from jupyter_modelreg.core.entities.versions import EntryKind, FileEntry, files_among
from jupyter_modelreg.core.errors import RegistryBusy
from jupyter_modelreg.core.ports.files import Manifests
from jupyter_modelreg.system.files import discard
from jupyter_modelreg.system.locks import ProcessLock
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.progress import Advance, progress
from jupyter_modelreg.system.scratch import scratch_folder
from jupyter_modelreg.system.threads import in_threads

# Where files are, by their hash and whether they are programs: files that share their bytes share that, too.
_Contents = dict[tuple[str, EntryKind], Path]


class Incoming:
    """Files on their way into `root`: `core.ports.Incoming`. Use `incoming`.

    Attributes:
        tables: an empty folder beside `root`, gone in the end, for the tables that come along.
    """

    def __init__(self, root: Path, gathered: Path, scratch: Path) -> None:
        self.tables = scratch / "tables"
        self.tables.mkdir()
        self._root = root
        self._gathered = gathered
        self._beside = scratch
        self._files: dict[Path, Path] = {}  # by where each is to go

    def bring(self, folder_of: Callable[[int], Path], manifests: Manifests) -> int:
        """Have all these versions here, and no others; returns how many files had to be brought.

        Files are linked to where both places are on one file system, and copied elsewhere, each content once; either
        way they are hashed. Raises FilesDamaged, SourceUnavailable, RegistryUnavailable.
        """
        contents: _Contents = {}
        sound = self._sound(manifests)
        for version_id in sound:
            self._note(contents, version_id, manifests[version_id])
        lacking = {version_id: files for version_id, files in manifests.items() if version_id not in sound}
        total = sum(entry.size for files in lacking.values() for entry in files)
        with progress("Moving model files", total) as advance:
            for version_id, files in lacking.items():
                source = folder_of(version_id)
                verify.check_entries(source, files)
                with staged(self._gathered, str(version_id)) as folder:
                    make_folders(folder, files)
                    for _ in in_threads(_Bringing(source, folder, contents, advance), files_among(files)):
                        pass
                self._note(contents, version_id, files)
        return sum(len(files_among(files)) for files in lacking.values())

    def bring_file(self, source: Path, target: Path) -> None:
        """Have a copy of the file `source`, for its owner's eyes only, that goes to `target` with the rest.

        Raises SourceUnavailable, RegistryUnavailable.
        """
        copy = self._beside / f"{len(self._files)}"
        copy_secret(source, copy)
        self._files[target] = copy

    def places(self) -> Sequence[tuple[Path, Path]]:
        """What has been brought: where it is now, and where it has to be moved to. Raises RegistryUnavailable."""
        with writing(self._gathered):
            delete(self._gathered / STAGING)
        return [(self._gathered, self._root), *((copy, target) for target, copy in self._files.items())]

    def settled(self, aside: str) -> AbstractContextManager[None]:
        """Nothing but the `places` is to be put in place."""
        return nullcontext()

    def _sound(self, manifests: Manifests) -> set[int]:
        """The versions that an earlier try has brought, and that are what they have to be; others are removed."""
        with writing(self._gathered):
            clean_up(self._gathered)
            there = inventory(self._gathered).versions
            known = {each: (self._gathered / str(each), manifests[each]) for each in sorted(there & manifests.keys())}
            sound = known.keys() - verify.check_all(known).keys()
            for version_id in there - sound:
                delete(self._gathered / str(version_id))
        return sound

    def _note(self, contents: _Contents, version_id: int, files: Sequence[FileEntry]) -> None:
        for entry in files_among(files):
            contents.setdefault((entry.sha256, entry.kind), inside(self._gathered / str(version_id), entry.path))


@dataclass(frozen=True)
class _Bringing:
    """Brings files of the version whose folder is `source` into the new folder `folder`."""

    source: Path
    folder: Path
    contents: _Contents
    advance: Advance
    modes: Modes = field(default_factory=Modes)

    def __call__(self, entry: FileEntry, stop: Event) -> None:
        target, original = inside(self.folder, entry.path), inside(self.source, entry.path)
        here = self.contents.get((entry.sha256, entry.kind))
        if here is not None and linked(here, target):  # hashed when it came
            self.advance(entry.size)
            return
        if linked(original, target):
            _, sha256 = hash_all(chunks(target), self.advance, stop=stop)
        else:
            _, sha256 = copy_path(original, target, self.modes.kept(entry.kind), self.advance, stop)
        verify.check_hash(self.source, entry, sha256)


@contextmanager
def incoming(root: Path) -> Iterator[Incoming]:
    """Bring a whole registry's files, which are to go to `root`.

    Raises RegistryUnavailable; RegistryBusy where another process brings some there.
    """
    gathered = root.with_name(f"{root.name}.moving")
    with writing(root), scratch_folder(root, "move") as scratch:
        gathered.mkdir(exist_ok=True)
        lock = ProcessLock(gathered, create=False)
        if os.name != "nt" and not _taken(lock):
            raise RegistryBusy(f"another process moves a registry to {root}", "wait until that is done")
        try:
            yield Incoming(root, gathered, scratch)
        finally:
            discard(gathered / STAGING)
            with suppress(OSError):  # something has come, which stays; or it has been put in place
                gathered.rmdir()
            lock.release()


def _taken(lock: ProcessLock) -> bool:
    """Whether the lock is ours now; on file systems that know none, it counts as ours."""
    try:
        return lock.try_acquire()
    except OSError:
        return True
