"""Managed model files on a local file system."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from jupyter_modelreg.artifacts.arriving import INCOMING, arriving, delete
from jupyter_modelreg.artifacts.transfer import (
    Advance,
    copy_file,
    move_file,
    progress,
    reading,
    sha256_each,
    writing,
)
from jupyter_modelreg.artifacts.walking import BYTECODE, SourceFile, inside, listing, walk
from jupyter_modelreg.core.entities import FileEntry
from jupyter_modelreg.core.errors import FilesDamaged
from jupyter_modelreg.core.outside import MLFLOW_NOTE

# Another file system, not ours or not allowed here, too many links, no links at all.
_NO_LINK = (errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS)


class ManagedFiles:
    """One folder a version, `<root>/<version id>`, readable with any tool and read-only.

    A folder is filled under `<root>/.incoming` and renamed when it is complete, flushed to disk and read-only, so what
    has the name of a version is whole. Nothing is created before it is needed, `root` neither.

    Empty sub-folders are not kept. `__pycache__` folders and MLflow's `registered_model_meta` are not taken in.
    Each folder has a `registered_model_meta` of its own, empty and writable: MLflow insists on writing that
    file whenever it loads `models:/name/3`, and nothing reads it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, version_id: int) -> Path:
        """The folder of a version, whether it is there or not."""
        return self._root / str(version_id)

    def take_in(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]:
        """Copy the files of the folder `source`, hashing them on the way; returns the manifest, sorted by path.

        With `move` they are renamed where both places are on one file system; a `source` that was moved from is of
        no more use, even after an error.

        Raises:
            InvalidInput: `source` is no folder, is empty, or holds what cannot be taken in (see `walking.walk`).
            SourceUnavailable: a file of it cannot be read.
            RegistryUnusable: the disk is full, the files cannot be written, or there are some for `version_id` already.
        """
        found = walk(source)
        total = sum(file.size for file in found)
        with arriving(self._root, str(version_id)) as folder, progress("Taking in model files", total) as advance:
            return [_bring(file, folder, move, advance) for file in found]

    def link(self, source_id: int, version_id: int, files: Sequence[FileEntry]) -> None:
        """Give a version the files of another one, as hard links: no bytes are copied where links are possible.

        Raises:
            FilesDamaged: a file of the other version is missing or has another size (see `verify` for the hashes).
            RegistryUnusable: as for `take_in`.
        """
        source = self.path(source_id)
        present = _present(source)
        for entry in files:
            _check_size(source, entry, present)
        total = sum(entry.size for entry in files)
        with arriving(self._root, str(version_id)) as folder, progress("Linking model files", total) as advance:
            for entry in files:
                _link(source, folder, entry, advance)

    def verify(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Compare the files of a version with its manifest: names, sizes, hashes.

        Bytecode that Python left beside a model's own code is removed, since it would run in place of that code.
        Raises FilesDamaged, which names the first file (by path) that is missing, too many, or different.
        """
        folder = self.path(version_id)
        present = _present(folder)
        expected = {entry.path: entry for entry in files}
        for path in sorted({*expected, *present}):
            if path in expected:
                _check_size(folder, expected[path], present)
            elif path != MLFLOW_NOTE and not _removed_bytecode(folder, path):
                raise FilesDamaged(f"{folder / path} does not belong to the model", "remove that file")
        _check_hashes(folder, [expected[path] for path in sorted(expected)])

    def remove(self, version_id: int) -> None:
        """Remove the files of a version; nothing to do when there are none. Links of other versions stay intact.

        Raises RegistryUnusable.
        """
        with writing(self._root):
            delete(self.path(version_id))

    def size(self) -> int:
        """Bytes in the files of all versions; what versions share counts once."""
        if not self._root.exists():
            return 0
        inodes: dict[tuple[int, int], int] = {}
        with reading(self._root):
            for folder in self._root.iterdir():
                if folder.name != INCOMING:
                    inodes |= {(file.st_dev, file.st_ino): file.st_size for file in listing(folder).values()}
        return sum(inodes.values())


def _bring(file: SourceFile, folder: Path, move: bool, advance: Advance) -> FileEntry:
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    bring = move_file if move and not file.shared else copy_file
    size, sha256 = bring(file.real, target, advance)
    return FileEntry(path=file.path, size=size, sha256=sha256)


def _link(source: Path, folder: Path, entry: FileEntry, advance: Advance) -> None:
    original, target = inside(source, entry.path), inside(folder, entry.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(original, target, follow_symlinks=False)
        advance(entry.size)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        _check_hash(source, entry, copy_file(original, target, advance)[1])


def _present(folder: Path) -> dict[str, os.stat_result]:
    if not folder.is_dir():
        raise FilesDamaged(f"the model files in {folder} are gone", _cure(folder))
    with reading(folder):
        return listing(folder)


def _check_size(folder: Path, entry: FileEntry, present: Mapping[str, os.stat_result]) -> None:
    file, status = inside(folder, entry.path), present.get(entry.path)
    if status is None:
        raise FilesDamaged(f"{file} is missing", _cure(folder))
    if not stat.S_ISREG(status.st_mode):
        raise FilesDamaged(f"{file} is not a plain file any more", _cure(folder))
    if status.st_size != entry.size:
        raise FilesDamaged(
            f"{file} has {status.st_size:,} bytes, and had {entry.size:,} when it was registered", _cure(folder)
        )


def _check_hashes(folder: Path, entries: Sequence[FileEntry]) -> None:
    paths = [inside(folder, entry.path) for entry in entries]
    total = sum(entry.size for entry in entries)
    with progress("Checking model files", total) as advance, closing(sha256_each(paths, advance)) as found:
        for entry, sha256 in zip(entries, found, strict=True):
            _check_hash(folder, entry, sha256)


def _check_hash(folder: Path, entry: FileEntry, sha256: str) -> None:
    if sha256 != entry.sha256:
        raise FilesDamaged(f"{folder / entry.path} has changed since it was registered", _cure(folder))


def _cure(folder: Path) -> str:
    return f"restore {folder} from a backup, or register the model again"


def _removed_bytecode(folder: Path, path: str) -> bool:
    if BYTECODE not in path.split("/")[:-1]:
        return False
    with writing(folder):
        (folder / path).unlink(missing_ok=True)
    return True
