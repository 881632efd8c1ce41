"""Managed files against their manifests: names, sizes, hashes."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from jupyter_modelreg.artifacts.errors import reading
from jupyter_modelreg.artifacts.hashing import sha256_each, try_sha256_each
from jupyter_modelreg.artifacts.scan import BYTECODE, inside, listing
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged, RegistryError, SourceUnavailable
from jupyter_modelreg.core.ports.files import MLFLOW_NOTE
from jupyter_modelreg.system.modes import kind_of
from jupyter_modelreg.system.progress import Advance, progress

Present = Mapping[str, os.stat_result]
# One file behind several names is read once: device and inode.
_File = tuple[int, int]

_CHECKING = "Checking model files"
_AT_ONCE = 1000  # files


def present_in(folder: Path) -> Present:
    """What there is in the folder of a version. Raises FilesDamaged when there is no folder, SourceUnavailable."""
    if folder.is_symlink():
        raise FilesDamaged(f"{folder} is a link now, and not the folder of a version", _cure(folder))
    if not folder.is_dir():
        raise FilesDamaged(f"the model files in {folder} are gone", _cure(folder))
    with reading(folder):
        return listing(folder)


def check_names(folder: Path, files: Sequence[FileEntry], present: Present) -> None:
    """Compare names and sizes; bytecode is left out of it. Raises FilesDamaged, for the first entry by its path."""
    expected = {entry.path: entry for entry in files}
    parents = {parent for path in expected for parent in _parents(path)}
    for path in sorted({*expected, *present}):
        if path in expected:
            check_entry(folder, expected[path], present)
        elif path in parents and stat.S_ISDIR(present[path].st_mode):
            continue
        elif path != MLFLOW_NOTE and not _is_bytecode(path):
            raise FilesDamaged(f"{folder / path} does not belong to the model", "remove it")


def check_entries(folder: Path, files: Sequence[FileEntry]) -> None:
    """`check_entry` for each of `files`, in their order. Raises SourceUnavailable, too."""
    present = present_in(folder)
    for entry in files:
        check_entry(folder, entry, present)


def check_entry(folder: Path, entry: FileEntry, present: Present) -> None:
    """Raises FilesDamaged for a file, or a folder, that is missing, something else, or of another size."""
    file, status = inside(folder, entry.path), present.get(entry.path)
    if status is None:
        raise FilesDamaged(f"{file} is missing", _cure(folder))
    if entry.is_folder:
        if not stat.S_ISDIR(status.st_mode):
            raise FilesDamaged(f"{file} is not a folder any more", _cure(folder))
        return
    if not stat.S_ISREG(status.st_mode):
        raise FilesDamaged(f"{file} is not a plain file any more", _cure(folder))
    if status.st_size != entry.size:
        raise FilesDamaged(
            f"{file} has {status.st_size:,} bytes, and had {entry.size:,} when it was registered", _cure(folder)
        )


def check_untouched(folder: Path, files: Sequence[FileEntry], present: Present) -> None:
    """Raises FilesDamaged for bytecode, for what may be written to, and for a program that is none, or the reverse.

    Loading does without: it leaves bytecode out, and no content has changed.
    """
    for path in bytecode_in(present, files):
        raise FilesDamaged(f"{folder / path} does not belong to the model", "remove it")
    if os.name == "nt":
        return
    for entry in files:
        status = present.get(entry.path)
        if status is None:  # removed since
            continue
        mode = status.st_mode
        if mode & 0o222:
            raise FilesDamaged(
                f"{folder / entry.path} may be written to, with mode {stat.S_IMODE(mode):o}",
                f"make it read-only: chmod a-w {folder / entry.path}",
            )
        if not entry.is_folder and kind_of(mode) != entry.kind:
            change = "+x" if entry.kind == "executable" else "-x"
            raise FilesDamaged(
                f"{folder / entry.path} was registered as {entry.kind}, and is not any more",
                f"chmod {change} {folder / entry.path}",
            )


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def check_hashes(folder: Path, entries: Sequence[FileEntry]) -> None:
    """Raises FilesDamaged for the first file whose content has changed."""
    paths = [inside(folder, entry.path) for entry in entries]
    total = sum(entry.size for entry in entries)
    with progress(_CHECKING, total) as advance, closing(sha256_each(paths, advance)) as found:
        for entry, sha256 in zip(entries, found, strict=True):
            check_hash(folder, entry, sha256)


def check_hash(folder: Path, entry: FileEntry, sha256: str) -> None:
    """Raises FilesDamaged when the hash is another one than that of the manifest."""
    if sha256 != entry.sha256:
        raise FilesDamaged(f"{folder / entry.path} has changed since it was registered", _cure(folder))


def bytecode_in(present: Present, files: Sequence[FileEntry]) -> list[str]:
    """What Python left beside a model's own code: derived, and not in the manifest."""
    expected = {entry.path for entry in files}
    return [
        path
        for path, status in present.items()
        if path not in expected and _is_bytecode(path) and not stat.S_ISDIR(status.st_mode)
    ]


def check_all(manifests: Mapping[int, tuple[Path, Sequence[FileEntry]]]) -> dict[int, RegistryError]:
    """What is wrong with each of many versions, given as folder and manifest by id; a shared file is read once."""
    wrong: dict[int, RegistryError] = {}
    shared: dict[_File, list[tuple[int, Path, FileEntry]]] = {}
    for version_id, (folder, files) in manifests.items():
        try:
            present = present_in(folder)
            check_names(folder, files, present)
        except RegistryError as error:
            wrong[version_id] = error
            continue
        for entry in files_among(files):
            status = present[entry.path]
            shared.setdefault((status.st_dev, status.st_ino), []).append((version_id, folder, entry))
    groups = list(shared.values())
    with progress(_CHECKING, sum(group[0][2].size for group in groups)) as advance:
        for start in range(0, len(groups), _AT_ONCE):
            _check_groups(groups[start : start + _AT_ONCE], advance, wrong)
    # Content first: it tells more.
    for version_id, (folder, files) in manifests.items():
        if version_id not in wrong:
            try:
                check_untouched(folder, files, present_in(folder))
            except RegistryError as error:
                wrong[version_id] = error
    return wrong


def _check_groups(
    groups: Sequence[Sequence[tuple[int, Path, FileEntry]]], advance: Advance, wrong: dict[int, RegistryError]
) -> None:
    paths = [inside(folder, entry.path) for (_, folder, entry), *_ in groups]
    with closing(try_sha256_each(paths, advance)) as found:
        for group, sha256 in zip(groups, found, strict=True):
            for version_id, folder, entry in group:
                try:
                    if isinstance(sha256, SourceUnavailable):
                        raise sha256
                    check_hash(folder, entry, sha256)
                except RegistryError as error:
                    wrong.setdefault(version_id, error)


def _cure(folder: Path) -> str:
    return f"restore {folder} from a backup, or register the model again"


def _is_bytecode(path: str) -> bool:
    return BYTECODE in path.split("/")
