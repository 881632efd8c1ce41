"""How a version's folder comes into being: filled out of sight, sealed, and renamed when it is complete."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jupyter_modelreg.artifacts.errors import reading, writing
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.core.entities.findings import FilesFound
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.system.files import discard, sync_folder
from jupyter_modelreg.system.locks import ProcessLock, too_long, wait_limit
from jupyter_modelreg.system.modes import Modes

STAGING = ".staging"


@contextmanager
def staged(root: Path, name: str) -> Iterator[Path]:
    """A new folder that becomes `root / name`, read-only, if all goes well, and vanishes otherwise.

    Once this is over, the folder is on disk, names and all; whoever writes a file into it has to flush that file.

    Raises RegistryUnavailable: nothing can be written there, or `root / name` is there already.
    """
    final = root / name
    if os.path.lexists(final):
        raise RegistryUnavailable(
            f"{final} holds files already", "an earlier registry of this name may have left them: move them away"
        )
    with writing(root), new_folder(root, name) as folder:
        try:
            yield folder
            seal(folder)
            folder = folder.rename(final)
            # Only now: renaming a folder that one may not write to is refused.
            folder.chmod(Modes().kept("folder"))
            # All names at once, and last: most file systems write them all down with the first, in one go.
            flush(folder)
            sync_folder(root)
            sync_folder(root.parent)
        except BaseException:
            discard(folder)
            raise


def inventory(root: Path) -> FilesFound:
    """What there is in `root`; nothing is changed. Raises SourceUnavailable."""
    if not root.is_dir():
        return FilesFound()
    with reading(root):
        names = sorted(entry.name for entry in root.iterdir() if entry.name != STAGING)
        # A link in the place of a folder stands for that version, too: whoever verifies or purges it has to see it.
        versions = {
            name for name in names if name.isdecimal() and ((root / name).is_symlink() or (root / name).is_dir())
        }
        return FilesFound(
            versions=frozenset(map(int, versions)),
            unexpected=[name for name in names if name not in versions],
            stale=_abandoned(root),
        )


def _abandoned(root: Path) -> list[str]:
    """The names of what processes that are gone have left in `root / STAGING`."""
    staging = root / STAGING
    if not staging.is_dir():
        return []
    # Nobody is between making a folder and locking it now.
    with _locked(staging) as alone:
        return [path.name for path in sorted(staging.iterdir()) if alone and _is_free(path)]


def clean_up(root: Path) -> None:
    """Remove what processes that are gone have left. What cannot be removed is logged, and stays.

    Raises RegistryBusy.
    """
    staging = root / STAGING
    if staging.is_dir():
        with ExitStack() as held:
            with _locked(staging) as alone:
                left = _take_over(staging, held) if alone else []
            _remove_all(left)


def delete(folder: Path) -> None:
    """Remove a read-only folder with all that is in it, or a link, whose target is left alone. Raises OSError."""
    if not os.path.lexists(folder):
        return
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink()
        return
    for parent, _, _ in os.walk(folder):
        Path(parent).chmod(0o700)
    shutil.rmtree(folder)


@contextmanager
def new_folder(root: Path, name: str) -> Iterator[Path]:
    """A new folder, locked for as long as this process works in it, so that others know what the dead left.

    Raises OSError, RegistryBusy.
    """
    staging = root / STAGING
    staging.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        with ExitStack() as others:
            with _locked(staging) as alone:
                left = _take_over(staging, others) if alone else []
                folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=staging))
                held.enter_context(_tried(folder))
            _remove_all(left)
        yield folder


def _take_over(staging: Path, held: ExitStack) -> list[Path]:
    """The folders and claims of processes that were killed at work, locked by this one until `held` is closed.

    They are removed once others may begin something again, since it can take long.
    """
    found = []
    for path in staging.iterdir():
        if held.enter_context(_tried(path)):
            found.append(path)
    return found


def _remove_all(left: Sequence[Path]) -> None:
    for path in left:
        discard(path)


def _is_free(path: Path) -> bool:
    with _tried(path) as free:
        return free


@contextmanager
def _locked(staging: Path) -> Iterator[bool]:
    """Whether nobody else begins or sweeps up anything in this folder; others are waited for.

    False where the file system knows no locks; then nothing is swept. Raises RegistryBusy.
    """
    lock = ProcessLock(staging, create=False)
    try:
        yield os.name != "nt" and _wait_for(lock)
    finally:
        lock.release()


def _wait_for(lock: ProcessLock) -> bool:
    limit = wait_limit()
    try:
        if lock.acquire(time.monotonic() + limit):
            return True
    except OSError:
        return False
    raise too_long(lock.path, limit, lock)


@contextmanager
def _tried(path: Path) -> Iterator[bool]:
    """Whether no other process or user has locked this folder or file; then it is locked for as long."""
    lock = ProcessLock(path, create=False)
    try:
        try:
            free = os.name != "nt" and lock.try_acquire()
        except OSError:
            free = False
        yield free
    finally:
        lock.release()


def seal(folder: Path) -> None:
    """Make everything but the topmost folder read-only."""
    mode = Modes().kept("folder")
    for parent, _, _ in os.walk(folder, topdown=False):
        if Path(parent) != folder:
            Path(parent).chmod(mode)


def make_folders(folder: Path, files: Sequence[FileEntry]) -> None:
    """Make the sub-folders that the entries of a manifest lie in, or are. Raises FilesDamaged, OSError."""
    for entry in files:
        path = inside(folder, entry.path)
        (path if entry.is_folder else path.parent).mkdir(parents=True, exist_ok=True)


def flush(folder: Path) -> None:
    """Flush all names in a folder, and in those below it, to disk."""
    for parent, _, _ in os.walk(folder, topdown=False):
        sync_folder(Path(parent))
