"""What a model is loaded from: a copy of its version's folder that is the process's own to write to.

Models open databases beside themselves, fill caches and lock files. Doing so in the folder that the registry keeps
would change it, with root's rights, or fail, without; so nothing is ever loaded from there.

A copy costs next to nothing. Where the file system can share blocks between files until one is written to (Btrfs, XFS,
bcachefs, ZFS; Linux: `FICLONE`), that is how all files are copied. Elsewhere small files are copied byte by byte, the
smallest first, up to `BUDGET` bytes in all (some 40 ms), and larger ones are hard links to what the registry keeps. A
link is only made to a file that this very process is not allowed to write to, since writing through it would change
what the registry keeps: so a process with root's rights, which no file mode keeps from writing, copies all bytes. No
other way was found to keep root from writing: an immutable file cannot be linked any more, and a read-only mount needs
rights that root in a container does not have. Symbolic links would do where hard ones are refused, but MLflow refuses
to download a file that leads out of the model's folder.

A process makes one copy of a version and hands it out again as long as it is as it was made; a model that has written
to its copy keeps it, and the next load gets a new one. Copies go when the process ends. They lie where unfinished
versions do, locked by their process, so what a killed one leaves is swept up like those.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.scan import BYTECODE, inside, listing
from jupyter_modelreg.artifacts.staging import make_folders, new_folder
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import RegistryBusy
from jupyter_modelreg.core.ports.files import MLFLOW_NOTE
from jupyter_modelreg.system.files import discard
from jupyter_modelreg.system.modes import Modes
from jupyter_modelreg.system.threads import in_threads

BUDGET = 64 << 20  # bytes

_State = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class _Copy:
    folder: Path
    state: _State
    held: ExitStack
    process: int


_making = threading.Lock()
_current: dict[Path, _Copy] = {}
_all: list[_Copy] = []


def working_copy(root: Path, version_id: int, files: Sequence[FileEntry]) -> Path:
    """A folder of this process's own with what is in `root / version_id`, whose files have been verified.

    Raises FilesDamaged (a file is gone), RegistryUnavailable (there is no space for it, neither there nor in the
    folder for temporary files).
    """
    original = root / str(version_id)
    with _making:
        known = _current.get(original)
        if known is not None and known.process == os.getpid() and _state(known.folder) == known.state:
            return known.folder
        made = _make(root, version_id, files)
        if not _all:
            atexit.register(_remove_all)
        _current[original] = made
        _all.append(made)
        return made.folder


def _make(root: Path, version_id: int, files: Sequence[FileEntry]) -> _Copy:
    name = f"{version_id}-loaded"
    try:
        with ExitStack() as trying:
            folder = trying.enter_context(new_folder(root, name))
            trying.callback(discard, folder)
            _fill(root / str(version_id), folder, files)
            return _Copy(folder, _state(folder), trying.pop_all(), os.getpid())
    except (OSError, RegistryBusy):  # no space, not allowed, or somebody is in the way
        pass
    temporary = Path(tempfile.gettempdir())
    with writing(temporary, "copy a model into"), ExitStack() as trying:
        folder = Path(tempfile.mkdtemp(prefix="modelreg-"))
        trying.callback(discard, folder)
        _fill(root / str(version_id), folder, files)
        return _Copy(folder, _state(folder), trying.pop_all(), os.getpid())


def _fill(original: Path, folder: Path, files: Sequence[FileEntry]) -> None:
    """Raises OSError."""
    modes = Modes()
    make_folders(folder, files)
    _make_note(folder, modes)
    too_large = _beyond_budget(files_among(files))
    cannot_clone = Event()  # where one file cannot be cloned, no other can

    def bring(entry: FileEntry, _stop: Event) -> None:
        source, target = inside(original, entry.path), inside(folder, entry.path)
        if not cannot_clone.is_set() and _clone(source, target):
            target.chmod(modes.copied(entry.kind))
            return
        cannot_clone.set()
        if entry.path not in too_large or os.access(source, os.W_OK) or not _link(source, target):
            shutil.copyfile(source, target)
            target.chmod(modes.copied(entry.kind))

    for _ in in_threads(bring, files_among(files)):
        pass
    folder.chmod(modes.copied("folder"))


def _beyond_budget(files: Iterable[FileEntry]) -> set[str]:
    found, left = set(), BUDGET
    for entry in sorted(files, key=lambda each: each.size):
        left -= entry.size
        if left < 0:
            found.add(entry.path)
    return found


def _clone(source: Path, target: Path) -> bool:
    """Make `target` a file that shares its blocks with `source` until it is written to; whether that is possible."""
    if sys.platform != "linux":
        return False
    import fcntl

    ficlone = 0x40049409  # of <linux/fs.h>
    with source.open("rb") as reader, target.open("xb") as writer:
        try:
            fcntl.ioctl(writer, ficlone, reader.fileno())
        except OSError:
            target.unlink()
            return False
    return True


def _link(source: Path, target: Path) -> bool:
    """Make `target` another name of `source`; whether that is possible."""
    try:
        os.link(source, target)
    except OSError:  # another file system, somebody else's file, too many links, no links at all
        return False
    return True


def _make_note(folder: Path, modes: Modes) -> None:
    """A `registered_model_meta` that whoever may read the model may write to.

    MLflow before 3.18 writes this file when it loads `models:/name/3` from a folder on this machine, and as a client of
    a server it may do so under another account; nothing reads it.
    """
    note = folder / MLFLOW_NOTE
    note.touch()
    readable = modes.copied("file") & 0o444
    note.chmod(readable | readable >> 1)


def _state(folder: Path) -> _State:
    """What shows whether anything in a folder has been written to; Python's bytecode and MLflow's note do not count."""
    return {
        path: (status.st_ino, 0 if stat.S_ISDIR(status.st_mode) else status.st_mtime_ns, status.st_mode)
        for path, status in listing(folder).items()
        if path != MLFLOW_NOTE and BYTECODE not in path.split("/")
    }


def _remove_all() -> None:
    """At the end of the process; one that was forked from it has none of its own yet."""
    while _all:
        made = _all.pop()
        if made.process == os.getpid():
            made.held.close()


def _after_fork() -> None:
    global _making
    _making = threading.Lock()
    _current.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
