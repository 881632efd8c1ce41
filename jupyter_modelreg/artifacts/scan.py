"""What a model folder holds, and what must not come out of it or go into it."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from jupyter_modelreg.artifacts.errors import reading
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput
from jupyter_modelreg.core.ports.files import MLFLOW_NOTE

# Python writes its bytecode here when it imports a model's own code: derived, and another for each Python.
BYTECODE = "__pycache__"

_KINDS = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFBLK: "device", stat.S_IFCHR: "device"}


@dataclass(frozen=True)
class SourceFile:
    """One file to take in.

    Attributes:
        path: POSIX path below the source folder, as the manifest will have it.
        real: where its bytes are; elsewhere in the source folder, if `path` leads through a symbolic link.
        size: in bytes.
        shared: something else leads to the same bytes, so they must be copied, never moved.
    """

    path: str
    real: Path
    size: int
    shared: bool


def walk(source: Path) -> list[SourceFile]:
    """All files below `source`, sorted by path; symbolic links stand for what they lead to.

    Empty sub-folders are left out, since a manifest names files only; so are `__pycache__` folders and MLflow's
    `registered_model_meta`, which are not part of the model and change when it is loaded.

    Raises:
        InvalidInput: not a folder, no file in it, a link that leads out of it or nowhere, a pipe, socket or device,
            a file name that is not UTF-8.
        SourceUnavailable: something in it cannot be read.
    """
    if not source.is_dir():
        raise InvalidInput(f"{source} is not a folder", "name the folder that holds the MLmodel file")
    root = source.resolve()
    found = sorted(_walk(root, root, "", (root,)))
    if not found:
        raise InvalidInput(f"folder {source} holds no files", "name the folder that holds the MLmodel file")
    ways = Counter(real for _, real, _ in found)
    return [
        SourceFile(path, real, status.st_size, shared=ways[real] > 1 or status.st_nlink > 1)
        for path, real, status in found
    ]


def _walk(root: Path, folder: Path, prefix: str, above: tuple[Path, ...]) -> Iterator[tuple[str, Path, os.stat_result]]:
    with reading(folder), os.scandir(folder) as listing:
        entries = list(listing)
    for entry in entries:
        path, real = prefix + entry.name, Path(entry.path)
        if entry.name == BYTECODE or path == MLFLOW_NOTE:
            continue
        _check_encoding(root, path)
        if entry.is_symlink():
            real = _target(root, path, real)
        with reading(real):
            status = real.stat()
        if stat.S_ISDIR(status.st_mode):
            if real in above:
                raise InvalidInput(f"the link {path} in {root} leads back to a folder above it", "remove that link")
            yield from _walk(root, real, f"{path}/", (*above, real))
        elif stat.S_ISREG(status.st_mode):
            yield path, real, status
        else:
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "special file")
            raise InvalidInput(f"{path} in {root} is a {kind}, not a file", "leave it out of the model's folder")


def _target(root: Path, path: str, link: Path) -> Path:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        raise InvalidInput(f"the link {path} in {root} leads nowhere", "remove that link, or repair it") from error
    if not target.is_relative_to(root):
        raise InvalidInput(
            f"the link {path} in {root} leads out of the folder, to {target}",
            "put a copy of the file there instead of the link",
        )
    return target


def _check_encoding(root: Path, path: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"the file name {path!r} in {root} is not UTF-8", "rename that file") from error


def inside(folder: Path, path: str) -> Path:
    """`folder / path` for a path of a manifest. Raises FilesDamaged for one that would lead out of `folder`."""
    unsafe = "\0" in path or any(part in ("", ".", "..") for part in path.split("/"))
    if unsafe or Path(path).is_absolute() or (os.name == "nt" and set(path) & set("\\:")):
        raise FilesDamaged(
            f"the manifest of {folder} names {path!r}, which leads out of it",
            "restore the registry from a backup, or register the model again",
        )
    return folder / path


def listing(folder: Path) -> dict[str, os.stat_result]:
    """Everything below `folder` that is not a folder, by POSIX path; links are not followed.

    What another process removes meanwhile counts as gone. Raises OSError.
    """
    found: dict[str, os.stat_result] = {}
    _list(os.fspath(folder), "", found)
    return found


def _list(folder: str, prefix: str, found: dict[str, os.stat_result]) -> None:
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            _list(entry.path, f"{prefix}{entry.name}/", found)
        else:
            with suppress(FileNotFoundError):
                found[prefix + entry.name] = os.lstat(entry.path)
