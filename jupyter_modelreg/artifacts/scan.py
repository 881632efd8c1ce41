"""What a model folder holds, and what must not come out of it or go into it."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from jupyter_modelreg.artifacts.errors import reading
from jupyter_modelreg.core.entities.versions import EntryKind
from jupyter_modelreg.core.errors import FilesDamaged, InvalidInput
from jupyter_modelreg.core.ports.files import MLFLOW_NOTE
from jupyter_modelreg.system.modes import kind_of

# Python writes its bytecode here when it imports a model's own code: derived, and another for each Python.
BYTECODE = "__pycache__"

_KINDS = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFBLK: "device", stat.S_IFCHR: "device"}
_DEEPEST = 200  # folders within each other
# A few folders of links to each other stand for more files than any disk holds.
_BY_LINKS = 20_000
# Windows opens nothing relative to a folder, and has no links that an ordinary user could put in the way.
_RELATIVE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")


@dataclass(frozen=True)
class SourceFile:
    """One file, or one empty folder, to take in.

    Attributes:
        path: POSIX path below the source folder, as the manifest will have it.
        real: where its bytes are, below the source folder and through no symbolic link; another place than `path`
            says, if that leads through one.
        size: in bytes.
        kind: as the manifest will have it.
        shared: something else leads to the same bytes, so they must be copied, never moved.
    """

    path: str
    real: Path
    size: int
    kind: EntryKind
    shared: bool


@dataclass(frozen=True)
class _Found:
    path: str
    real: Path
    status: os.stat_result


class SourceFolder:
    """A folder to take in, held open; use `source_folder`.

    Everything in it is opened step by step from there and no step may be a symbolic link, so whoever may write to the
    folder cannot have a file from elsewhere taken in by putting a link in the place of what was looked at before.
    """

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self._path = path
        self._descriptor = descriptor
        self._by_links = 0

    def walk(self) -> list[SourceFile]:
        """All files in it and all folders with nothing in them, sorted by path; links stand for what they lead to.

        `__pycache__` folders and MLflow's `registered_model_meta` are left out, since they are not part of the model
        and change when it is loaded.

        Raises:
            InvalidInput: there is no file, a link leads out of the folder or nowhere, there is a pipe, socket or
                device, a file name is not UTF-8, folders are nested too deep, links multiply the files.
            SourceUnavailable: something in it cannot be read.
        """
        found = sorted(self._walk(Path(), "", (Path(),), linked=False), key=lambda each: each.path)
        if not any(stat.S_ISREG(each.status.st_mode) for each in found):
            raise InvalidInput(f"folder {self._path} holds no files", "name the folder that holds the MLmodel file")
        ways = Counter(each.real for each in found)
        return [_source_file(each, shared=ways[each.real] > 1) for each in found]

    def open(self, file: SourceFile) -> FileIO:
        """Open a file that `walk` has found. Raises SourceUnavailable, also for what is no plain file any more."""
        shown = self._path / file.real
        with reading(shown):
            descriptor = self._open(file.real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise OSError(0, "it was replaced while it was being read", str(shown))
            return FileIO(descriptor, "rb")

    def _walk(self, folder: Path, prefix: str, above: Sequence[Path], *, linked: bool) -> Iterator[_Found]:
        empty = True
        for name, status in self._listed(folder):
            path, real = prefix + name, folder / name
            if name == BYTECODE or path == MLFLOW_NOTE:
                continue
            empty = False
            _check_encoding(self._path, path)
            through_link = linked or stat.S_ISLNK(status.st_mode)
            if stat.S_ISLNK(status.st_mode):
                real, status = self._target(path, real)
            if through_link:
                self._count_link(path)
            if stat.S_ISDIR(status.st_mode):
                if real in above:
                    raise InvalidInput(
                        f"the link {path} in {self._path} leads back to a folder above it", "remove that link"
                    )
                if len(above) > _DEEPEST:
                    raise InvalidInput(
                        f"{path} in {self._path} lies more than {_DEEPEST} folders deep", "leave it out of the model"
                    )
                yield from self._walk(real, f"{path}/", (*above, real), linked=through_link)
            elif stat.S_ISREG(status.st_mode):
                yield _Found(path, real, status)
            else:
                kind = _KINDS.get(stat.S_IFMT(status.st_mode), "special file")
                raise InvalidInput(
                    f"{path} in {self._path} is a {kind}, not a file", "leave it out of the model's folder"
                )
        if empty and prefix:
            yield _Found(prefix.rstrip("/"), folder, self._status(folder))

    def _listed(self, folder: Path) -> list[tuple[str, os.stat_result]]:
        with reading(self._path / folder):
            if not _RELATIVE:
                with os.scandir(self._path / folder) as listing:
                    return [(entry.name, os.lstat(entry.path)) for entry in listing]
            descriptor = self._open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                with os.scandir(descriptor) as listing:
                    return [(entry.name, entry.stat(follow_symlinks=False)) for entry in listing]
            finally:
                os.close(descriptor)

    def _target(self, path: str, link: Path) -> tuple[Path, os.stat_result]:
        """What a link leads to, which must be in the folder, too."""
        try:
            target = (self._path / link).resolve(strict=True)
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
            raise InvalidInput(
                f"the link {path} in {self._path} leads nowhere", "remove that link, or repair it"
            ) from error
        if not target.is_relative_to(self._path):
            raise InvalidInput(
                f"the link {path} in {self._path} leads out of the folder, to {target}",
                "put a copy of the file there instead of the link",
            )
        real = target.relative_to(self._path)
        return real, self._status(real)

    def _count_link(self, path: str) -> None:
        self._by_links += 1
        if self._by_links > _BY_LINKS:
            raise InvalidInput(
                f"links in {self._path} stand for more than {_BY_LINKS:,} files and folders, {path} among them",
                "put copies there instead of links, or leave them out",
            )

    def _status(self, real: Path) -> os.stat_result:
        with reading(self._path / real):
            if not _RELATIVE:
                return os.lstat(self._path / real)
            descriptor = self._open(real.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                return os.stat(real.name or ".", dir_fd=descriptor, follow_symlinks=False)
            finally:
                os.close(descriptor)

    def _open(self, real: Path, flags: int) -> int:
        """Open `real` step by step, following no link; the caller closes it. Raises OSError."""
        if self._descriptor is None:
            return os.open(self._path / real, flags | getattr(os, "O_BINARY", 0))
        at = os.dup(self._descriptor)
        for number, part in enumerate(real.parts, 1):
            step = flags if number == len(real.parts) else os.O_RDONLY | os.O_DIRECTORY
            try:
                below = os.open(part, step | os.O_NOFOLLOW, dir_fd=at)
            finally:
                os.close(at)
            at = below
        return at


def _source_file(found: _Found, *, shared: bool) -> SourceFile:
    if stat.S_ISDIR(found.status.st_mode):
        return SourceFile(found.path, found.real, 0, "folder", shared=True)
    shared = shared or found.status.st_nlink > 1
    return SourceFile(found.path, found.real, found.status.st_size, kind_of(found.status.st_mode), shared)


@contextmanager
def source_folder(source: Path) -> Iterator[SourceFolder]:
    """The folder `source`, held open as long as this lasts. Raises InvalidInput (no folder), SourceUnavailable."""
    if not source.is_dir():
        raise InvalidInput(f"{source} is not a folder", "name the folder that holds the MLmodel file")
    root = source.resolve()
    if not _RELATIVE:
        yield SourceFolder(root, None)
        return
    with reading(root):
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield SourceFolder(root, descriptor)
    finally:
        os.close(descriptor)


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
    """Everything below `folder`, folders too, by POSIX path; links are not followed.

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
        with suppress(FileNotFoundError):
            found[prefix + entry.name] = os.lstat(entry.path)
        if entry.is_dir(follow_symlinks=False):
            _list(entry.path, f"{prefix}{entry.name}/", found)
