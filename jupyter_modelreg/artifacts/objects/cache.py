"""What has been fetched from object stores, on this machine: read-only, and no more than there is room for.

`objects/ab/abcdef…` are files by their hashes, of all stores; `stores/<store>/<version id>` is the folder of a version,
made of links to them, and kept as `ManagedFiles` keeps those of a registry in a file. Whatever is not here, or is not
as it was, is fetched again, so all of it may be removed at any time.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from jupyter_modelreg.artifacts.copying import copy_file
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.hashing import chunks, hash_all
from jupyter_modelreg.artifacts.objects.limit import cache_folder, cache_limit
from jupyter_modelreg.artifacts.scan import inside, listing
from jupyter_modelreg.artifacts.staging import STAGING, delete, make_folders, staged
from jupyter_modelreg.artifacts.verify import check_names, present_in
from jupyter_modelreg.core.entities.versions import FileEntry, files_among, manifest_hash
from jupyter_modelreg.core.errors import FilesDamaged, RegistryUnavailable
from jupyter_modelreg.system.files import discard
from jupyter_modelreg.system.locks import ProcessLock
from jupyter_modelreg.system.modes import Modes

# Brings the bytes of a file into a new file. Raises FilesDamaged, SourceUnavailable.
Fetch = Callable[[FileEntry, Path], None]

_PARTS = ".parts"  # folders with some files of a version
_MADE_OF = ".made-of"  # by version, the hash of what its folder is made of
_BEGUN = 3600.0  # seconds; what is older and belongs to nothing was left by a process that is gone
_LONGEST_FETCH = 24 * 3600.0  # seconds that one waits for another one to fetch the same
_IN_USE = 600.0  # seconds for which a folder stays after it was asked for, whatever there is room for


class Cache:
    """The part of the cache that belongs to the store at `url`. Its methods raise RegistryUnavailable for the disk.

    Attributes:
        root: the folder that the folders of versions are in.
    """

    def __init__(self, url: str) -> None:
        self._base = cache_folder()
        self._objects = self._base / "objects"
        self.root = self._base / "stores" / hashlib.sha256(url.encode()).hexdigest()[:16]

    def folder(self, version_id: int) -> Path:
        """The folder of a version, whether it is there or not."""
        return self.root / str(version_id)

    def hold(self, entry: FileEntry, fetch: Fetch) -> Path:
        """Where the bytes of a file are, which are fetched where they are not here."""
        place = self._place(entry)
        with suppress(FileNotFoundError):
            if place.stat().st_size == entry.size:
                return place
        with writing(self._base), ExitStack() as trying:
            place.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=place.parent)
            os.close(descriptor)
            part = Path(name)
            trying.callback(part.unlink, missing_ok=True)
            fetch(entry, part)
            part.chmod(Modes().kept(entry.kind))
            part.replace(place)
        return place

    def assemble(self, version_id: int, files: Sequence[FileEntry], places: Mapping[str, Path]) -> None:
        """Make the folder of a version, of `places` by path; it is there afterwards, made here or by another process.

        Raises FileNotFoundError where a place is not there any more.
        """
        try:
            with writing(self._base):
                self._note(version_id, files)
            with staged(self.root, str(version_id)) as folder:
                self._fill(folder, files, places)
        except RegistryUnavailable as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise error.__cause__ from None
            if not self.folder(version_id).is_dir():
                raise

    def part(self, version_id: int, files: Sequence[FileEntry], only: Sequence[FileEntry], fetch: Fetch) -> Path:
        """A folder with the files `only` of a version that has `files`."""
        folder = self.root / _PARTS / f"{version_id}-{manifest_hash(files)[:16]}"
        with writing(self._base):
            folder.mkdir(parents=True, exist_ok=True)
            for entry in only:
                target = inside(folder, entry.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    with suppress(FileExistsError):  # another process has just made it
                        _link(self.hold(entry, fetch), target, entry)
        self.used(folder)
        return folder

    def take(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Know files that have been put into the folder of a version by their hashes; what is here already stays."""
        with writing(self._base):
            self._note(version_id, files)
            for entry in files_among(files):
                place = self._place(entry)
                place.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileExistsError):
                    _link(inside(self.folder(version_id), entry.path), place, entry)

    def has(self, version_id: int, files: Sequence[FileEntry]) -> bool:
        """Whether the folder of a version was made of `files`, and has them, as far as names and sizes tell."""
        folder = self.folder(version_id)
        try:
            check_names(folder, files, present_in(folder))
            return self._noted(version_id).read_text() == manifest_hash(files)
        except (FilesDamaged, FileNotFoundError):
            return False

    def drop(self, version_id: int, damaged: Sequence[FileEntry] = ()) -> None:
        """Forget a version, and those bytes of the files `damaged` that are not what they were."""
        with writing(self._base):
            delete(self.folder(version_id))
            for entry in damaged:
                place = self._place(entry)
                if place.exists() and _sha256(place) != entry.sha256:
                    place.unlink(missing_ok=True)

    @contextmanager
    def bringing(self, version_id: int) -> Iterator[None]:
        """Be the only one, of threads and processes, who makes the folder of a version.

        Others wait, since what they want is coming. Where there are no locks, several may fetch the same.
        """
        with writing(self._base):
            noted = self._noted(version_id)
            noted.parent.mkdir(parents=True, exist_ok=True)
        lock = ProcessLock(noted.with_name(f"{version_id}.lock"))
        try:
            with suppress(OSError):
                lock.acquire(time.monotonic() + _LONGEST_FETCH)
            yield
        finally:
            lock.release()

    def used(self, folder: Path) -> None:
        """Note that a folder was asked for."""
        with suppress(OSError):  # gone, or another user's: then it goes a little earlier
            os.utime(folder)

    def shrink(self) -> None:
        """Remove what was asked for longest ago until all of it fits.

        Of what is in use, as by a working copy, the bytes stay until that is over.
        """
        with writing(self._base):
            self._base.mkdir(parents=True, exist_ok=True)
            lock = ProcessLock(self._base, create=False)
            try:
                if os.name == "nt" or lock.try_acquire():  # else another process does it
                    self._shrink(cache_limit(self._base))
            finally:
                lock.release()

    def _place(self, entry: FileEntry) -> Path:
        # Links share their permissions, so a program and a file with the same bytes are two.
        ending = "-x" if entry.kind == "executable" else ""
        return self._objects / entry.sha256[:2] / f"{entry.sha256}{ending}"

    def _note(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Write down what the folder of a version is made of: its id does not say that for ever, as after a restore."""
        noted = self._noted(version_id)
        noted.parent.mkdir(parents=True, exist_ok=True)
        part = noted.with_name(f"{noted.name}.{os.getpid()}-{threading.get_ident()}.part")
        part.write_text(manifest_hash(files))
        part.replace(noted)

    def _noted(self, version_id: int) -> Path:
        return self.root / _MADE_OF / str(version_id)

    def _fill(self, folder: Path, files: Sequence[FileEntry], places: Mapping[str, Path]) -> None:
        make_folders(folder, files)
        for entry in files_among(files):
            _link(places[entry.path], inside(folder, entry.path), entry)

    def _shrink(self, limit: int) -> None:
        objects = _files_in(self._objects)
        folders = sorted((_used_at(folder), folder, _files_in(folder)) for folder in self._folders())
        sizes = {inode: size for _, _, files in folders for inode, (size, _, _) in files.items()}
        now = time.time()
        total = sum(({inode: size for inode, (size, _, _) in objects.items()} | sizes).values())
        if total <= limit:
            return
        for modified, folder, _ in list(folders):
            held = {inode for _, _, files in folders for inode in files}
            if sum(sizes[inode] for inode in held) <= limit or now - modified < _IN_USE:
                break
            discard(folder)
            folders.pop(0)
        held = {inode for _, _, files in folders for inode in files}
        for inode, (_, changed, path) in objects.items():
            # What has just been fetched is about to become part of a folder.
            if inode not in held and now - changed > (_BEGUN if inode not in sizes else 0):
                discard(path)

    def _folders(self) -> Iterator[Path]:
        for store in _children(self._base / "stores"):
            for folder in _children(store):
                if folder.name == _PARTS:
                    yield from _children(folder)
                elif folder.name not in (STAGING, _MADE_OF):
                    yield folder


def _children(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _used_at(folder: Path) -> float:
    """When a folder was asked for, in seconds; of one that is just being removed, long ago."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _files_in(folder: Path) -> Mapping[int, tuple[int, float, Path]]:
    """Size, time of the last change and path of the files below a folder, by inode."""
    return {
        status.st_ino: (status.st_size, status.st_ctime, folder / path)
        for path, status in listing(folder).items()
        if stat.S_ISREG(status.st_mode)
    }


def _sha256(path: Path) -> str:
    return hash_all(chunks(path), lambda _: None)[1]


def _link(source: Path, target: Path, entry: FileEntry) -> None:
    """Make `target` another name of `source`, or a copy of it. Raises OSError."""
    try:
        os.link(source, target)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:  # too many links, or none here
        with ExitStack() as trying:
            part = target.with_name(f".{target.name}.{os.getpid()}.part")
            trying.callback(part.unlink, missing_ok=True)
            copy_file(source.open("rb", buffering=0), source, part, Modes().kept(entry.kind), lambda _: None)
            part.replace(target)
